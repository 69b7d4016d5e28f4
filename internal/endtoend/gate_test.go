package endtoend

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// gateRules serve two queues, bob and a group; each has a number at which every call is
// lost at once.
const gateRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents: {alice: {endpoint: PJSIP/alice}, bob: {endpoint: PJSIP/bob}}
queues: {support: {ringing: each}, sales: {}}
defaults: {schedule: always}
rules:
  - name: lost
    missed_in: contact_center
    dialing_intervals: [immediately]
`

const supportNumber = "+4685550010" // where callers wait in the queue support

var lostAt = map[string]string{"queue:support": "+4685550001", "queue:sales": "+4685550002", "agent:bob": "+4685550003"}

func newGate(t *testing.T, c lab.Config) *world {
	t.Helper()
	if c.Rules == "" {
		c.Rules = gateRules
	}
	c.Numbers = []private.Number{{Number: supportNumber, Queue: "support"}}
	for target, number := range lostAt {
		c.Numbers = append(c.Numbers, private.Number{Number: number, Dialplan: []string{
			"UserEvent(CallbackdMissed,Missed: " + target + ")", "Hangup()",
		}})
	}
	return newWorldOf(t, c).start()
}

// isLostBy has a customer's call be lost.
func (w *world) isLostBy(target, number string) {
	w.t.Helper()
	in, err := w.Network.Dial(w.t.Context(), w.URI(lostAt[target]), softphone.Caller{Number: number})
	w.must(err)
	in.MustEnd(w.t)
}

// waitsInSupport has a person call who isn't waiting for a callback.
func (w *world) waitsInSupport() *softphone.Call {
	w.t.Helper()
	in, err := w.Network.Dial(w.t.Context(), w.URI(supportNumber), softphone.Caller{Number: "anonymous"})
	w.must(err)
	return in
}

func isCallback(c *softphone.Call) bool { return strings.HasPrefix(c.From().Name, "Callback ") }

// completes plays a callback whose agent's phone rings to its end.
func (w *world) completes(name string, agent *softphone.Call, number string) {
	w.t.Helper()
	require.Equal(w.t, number, agent.From().Number)
	agent.MustAnswer(w.t)
	called := w.customerRings(number)
	called.MustAnswer(w.t)
	called.MustHear(w.t, w.Voice(name))
	called.MustHangup(w.t)
	agent.MustEnd(w.t)
	w.taskOf(number, callback.TaskCompleted)
}

// An agent who becomes free is used within a second; a caller who joins while her phone
// rings for a callback talks with her within two.
func TestLiveCallersBeforeCallbacks(t *testing.T) {
	w := newGate(t, lab.Config{Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}, {Name: "sales"}}})
	first := w.waitsInSupport()
	talk := w.rings("alice")
	talk.MustAnswer(t)
	first.MustBeAnswered(t)
	w.isLostBy("queue:support", customer)
	w.waits(customer, "no agent of support is free")
	second := w.waitsInSupport()
	w.waits(customer, "a live caller waits in support since ")
	w.must(second.Hangup())
	w.waits(customer, "no agent of support is free")

	first.MustHangup(t)
	freed := talk.MustEnd(t)
	ring := w.rings("alice")
	require.True(t, isCallback(ring))
	require.Less(t, ring.Times().Began.Sub(talk.Times().Ended), time.Second, "%v", freed)

	live := w.waitsInSupport()
	ring.MustEnd(t)
	next := w.rings("alice")
	require.False(t, isCallback(next), "the caller who waits comes first")
	next.MustAnswer(t)
	require.Less(t, live.MustBeAnswered(t).Sub(live.Times().Began), 2*time.Second)
	live.MustHangup(t)
	next.MustEnd(t)

	w.completes("alice", w.rings("alice"), customer)
	require.Equal(t, []string{"superseded (doesn't count)", "connected"}, results(w.story(customer)))
	w.nothingLeft()
}

// Two queues share an agent: one callback at a time counts on her.
func TestTwoQueuesWithOneAgent(t *testing.T) {
	other := "+46701234568"
	w := newGate(t, lab.Config{Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}, {Name: "sales", Members: []string{"alice"}}}})
	in := w.waitsInSupport()
	talk := w.rings("alice")
	talk.MustAnswer(t)
	w.isLostBy("queue:support", customer)
	w.isLostBy("queue:sales", other)
	w.waits(other, "no agent of sales is free")
	in.MustHangup(t)
	talk.MustEnd(t)

	ring := w.rings("alice")
	w.waits(other, "no agent of sales is free")
	channels, err := w.ARI.Channels(t.Context())
	w.must(err)
	legs := 0
	for _, c := range channels {
		if strings.HasPrefix(c.ID, "callbackd-agent-") && !strings.HasSuffix(c.ID, ";2") {
			legs++
		}
	}
	require.Equal(t, 1, legs)
	w.completes("alice", ring, customer)
	w.completes("alice", w.rings("alice"), other)
	w.nothingLeft()
}

// An agent who is called by name: when the phone registers, and when its call is over.
func TestAnAgentsOwnPhone(t *testing.T) {
	other := "+46701234568"
	w := newGate(t, lab.Config{Guests: []string{"bob"}, Queues: []private.Queue{{Name: "support", Members: []string{"alice"}}, {Name: "sales"}}})
	w.isLostBy("agent:bob", customer)
	w.waits(customer, "PJSIP/bob isn't registered")
	account := w.Account("bob")
	began := time.Now()
	bob, err := softphone.Start(t.Context(), softphone.Options{
		User: account.User, Password: account.Password, Registrar: account.Address, Says: softphone.Tone(w.Voice("alice")),
	})
	w.must(err)
	defer func() { w.must(bob.Close()) }()
	ring := bob.MustRing(t)
	require.Less(t, ring.Times().Began.Sub(began), 1500*time.Millisecond)
	w.completes("alice", ring, customer)

	out, err := bob.Dial(t.Context(), w.URI("+46701112233"), softphone.Caller{})
	w.must(err)
	far := w.customerRings("+46701112233")
	far.MustAnswer(t)
	out.MustBeAnswered(t)
	w.isLostBy("agent:bob", other)
	w.waits(other, "PJSIP/bob is in use")
	out.MustHangup(t)
	far.MustEnd(t)
	ring = bob.MustRing(t)
	require.Less(t, ring.Times().Began.Sub(out.Times().Ended), time.Second)
	w.completes("alice", ring, other)
	w.nothingLeft()
}

// With autofill and `ringing: each` as many phones ring at once as agents are ready.
func TestARingForEachAgent(t *testing.T) {
	w := newGate(t, lab.Config{
		Agents: []string{"alice", "bob", "carol"},
		Queues: []private.Queue{{Name: "support", Members: []string{"alice", "bob", "carol"}, Strategy: "rrmemory", Autofill: true}, {Name: "sales"}},
	})
	lost := []string{"+46701234561", "+46701234562", "+46701234563", "+46701234564"}
	for _, number := range lost {
		w.isLostBy("queue:support", number)
	}
	rings, who := map[string]*softphone.Call{}, map[string]string{}
	for _, agent := range []string{"alice", "bob", "carol"} {
		ring := w.rings(agent)
		rings[ring.From().Number], who[ring.From().Number] = ring, agent
	}
	require.Len(t, rings, 3)
	require.NotContains(t, rings, lost[3], "the last waits")
	w.waits(lost[3], "no agent of support is free")
	for number, ring := range rings {
		if number != lost[0] {
			w.must(ring.Reject(486))
		}
	}
	w.completes(who[lost[0]], rings[lost[0]], lost[0])
}
