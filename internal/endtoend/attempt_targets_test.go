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

// Whom the numbers of a small office lead to, without a queue: a group and an agent who isn't in it.
const (
	salesNumber = "+4685550000" // bob and carol, at once
	davesNumber = "+4685550001"
)

// newSales starts an office in which customers call the group sales, and dave. extra is
// a line of the rules' defaults.
func newSales(t *testing.T, extra ...string) *world {
	t.Helper()
	rules := strings.NewReplacer(
		`numbers: ["+4685550000"]`, `numbers: ["+46855500*"]`,
		"queues:\n  support: {}", "agents:\n  bob: {endpoint: PJSIP/bob}\n  carol: {endpoint: PJSIP/carol}\n  dave: {endpoint: PJSIP/dave}\ngroups:\n  sales: {members: [bob, carol]}",
		"  agent_prompt: callback\n", "  agent_prompt: callback\n"+strings.Join(extra, ""),
	).Replace(lab.ExampleRules)
	return newWorldOf(t, lab.Config{
		Agents: []string{"bob", "carol", "dave"},
		Numbers: []private.Number{
			{Number: salesNumber, Dialplan: []string{"Dial(PJSIP/bob&PJSIP/carol,20)", "Hangup()"}},
			{Number: davesNumber, Dialplan: []string{"Dial(PJSIP/dave,20)", "Hangup()"}},
		},
		Rules:  rules,
		Sounds: sideSounds(),
	}).start()
}

// losesSales has a customer call the group and give up.
func (w *world) losesSales() {
	w.t.Helper()
	in, err := w.Network.Dial(w.t.Context(), w.URI(salesNumber), softphone.Caller{Number: customer})
	w.must(err)
	bob, carol := w.rings("bob"), w.rings("carol")
	w.must(in.Hangup())
	bob.MustEnd(w.t)
	carol.MustEnd(w.t)
}

// Of a group, the first to answer has the callback; the others' phones list no missed
// call.
func TestAttemptForAGroup(t *testing.T) {
	w := newSales(t)
	w.losesSales()
	bob, carol := w.rings("bob"), w.rings("carol")
	require.Equal(t, customer, carol.From().Number)
	require.Equal(t, "Callback "+customer, carol.From().Name)
	w.must(bob.Ring())
	carol.MustAnswer(t)
	end := bob.MustEnd(t)
	require.True(t, end.Elsewhere(), "bob's phone lists no missed call: %v", end)
	carol.MustHear(t, promptHz)
	called := w.customerRings(customer)
	carol.MustHear(t, ringHz)
	called.MustAnswer(t)
	w.speak("carol", carol, called)
	carol.MustHangup(t)
	called.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	require.Equal(t, []string{"connected"}, results(story))
	require.Equal(t, "PJSIP/carol", story.Attempts[0].Agent)
	require.Equal(t, "group:sales", story.Target.String())
	w.nothingLeft()
}

// An attempt that gives way lets no phone list a missed call either.
func TestAttemptForAGroupGivesWay(t *testing.T) {
	w := newSales(t)
	w.losesSales()
	bob, carol := w.rings("bob"), w.rings("carol")
	w.must(bob.Ring())
	_, err := w.api().Stop(t.Context())
	w.must(err)
	for _, call := range []*softphone.Call{bob, carol} {
		end := call.MustEnd(t)
		require.True(t, end.Elsewhere(), "%v", end)
	}
	require.Equal(t, []string{"superseded (doesn't count)"}, w.ended(1))
	w.nothingLeft()
}

// Who doesn't press the key leaves the callback to the other.
func TestAttemptThatAnAgentDoesNotAccept(t *testing.T) {
	w := newSales(t, "  agent_accept: {key: \"1\", within: 2s, ask: {play: ask}}\n")
	w.losesSales()
	bob, carol := w.rings("bob"), w.rings("carol")
	bob.MustAnswer(t)
	carol.MustEnd(t)
	bob.MustHear(t, promptHz)
	bob.MustHear(t, acceptHz)
	require.Equal(t, softphone.Far, bob.MustEnd(t).By)
	require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.ended(1))

	carol = w.rings("carol")
	carol.MustAnswer(t)
	carol.MustHear(t, promptHz)
	w.must(carol.SendDigits(t.Context(), "1"))
	called := w.customerRings(customer)
	require.Zero(t, carol.Heard().Total(acceptHz), "the key cuts short what is heard: %v", carol.Heard())
	called.MustAnswer(t)
	w.speak("carol", carol, called)
	called.MustHangup(t)
	story := w.task(callback.TaskCompleted)
	require.Equal(t, "the agent didn't press 1", story.Attempts[0].ResultReason)
	require.Len(t, w.Agents["bob"].Calls(), 2, "bob isn't rung again: he was lost once and passed once")
	w.nothingLeft()
}

func TestAttemptForAnAgent(t *testing.T) {
	w := newSales(t)
	w.losesAt(davesNumber, customer, "dave")
	dave := w.rings("dave")
	require.Equal(t, "Callback "+customer, dave.From().Name)
	dave.MustAnswer(t)
	dave.MustHear(t, promptHz)
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.speak("dave", dave, called)

	// Holding and passing on are the agent's business, and not the end.
	w.must(dave.Hold(t.Context()))
	w.must(dave.Unhold(t.Context()))
	w.speak("dave", dave, called)
	w.must(dave.Transfer(t.Context(), w.URI("carol")))
	carol := w.rings("carol")
	carol.MustAnswer(t)
	dave.MustHangup(t)
	w.speak("carol", carol, called)
	require.Equal(t, callback.TaskDialing, w.story(customer).State)
	called.MustHangup(t)
	carol.MustEnd(t)
	w.task(callback.TaskCompleted)
	w.nothingLeft()
}

const (
	acceptHz = 1500
	warnedHz = 1700
	leftHz   = 1900
)

// sideSounds are what agents and customers hear in these tests, a tone each.
func sideSounds() map[string][]byte {
	tone := func(hz int, d time.Duration) []byte { return softphone.EncodeWAV(softphone.Tone(hz).Samples(d), 8000) }
	return map[string][]byte{
		"callback": prompt(shortPrompt), "ask": tone(acceptHz, time.Second),
		"notice": tone(warnedHz, time.Second), "message": tone(leftHz, 2*time.Second),
	}
}
