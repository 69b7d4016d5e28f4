package endtoend

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Two accounts whose agents also dial by hand: alice is acme's, for which dialling is
// enough, bob is beta's, for which the customer must answer; erin is nobody's. carol
// and dave serve the queues.
const (
	acmesNumber = "+4685550001"
	betasNumber = "+4685557777"

	acmeByHand = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+4685550000", "+4685550001"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents: {alice: {endpoint: PJSIP/alice}}
queues: {carols: {}, daves: {}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: at once
    missed_in: contact_center
    from: [queue:daves]
    agent_prompt: long
    dialing_intervals: [immediately]
  - name: later
    missed_in: contact_center
    dialing_intervals: [2s]
`
	betaByHand = `account: beta
country: "SE"
timezone: Europe/Stockholm
numbers: ["+4685557777"]
agent_called: answered
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents: {bob: {endpoint: PJSIP/bob}}
queues: {franks: {}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: later
    missed_in: contact_center
    dialing_intervals: [2s]
`

	// What alice and bob dial: a plus, or 9 and the national number, which goes
	// through a Local channel.
	byHandDialplan = `[from-agents]
exten => _9X.,1,Dial(Local/${EXTEN:1}@outbound/n,60)
[outbound]
exten => _0X.,1,Dial(PJSIP/+46${EXTEN:1}@pstn,60)
`
)

func newByHand(t *testing.T) *world {
	t.Helper()
	c := lab.Config{
		Agents: []string{"alice", "bob", "carol", "dave", "erin", "frank"},
		Queues: []private.Queue{
			{Name: "carols", Members: []string{"carol"}}, {Name: "daves", Members: []string{"dave"}}, {Name: "franks", Members: []string{"frank"}},
		},
		Numbers: []private.Number{
			{Number: acmesNumber, Queue: "carols"}, {Number: betasNumber, Queue: "franks"}, {Number: lab.MainNumber, Queue: "daves"},
		},
		Dialplan: byHandDialplan,
		Rules:    acmeByHand,
		Sounds:   map[string][]byte{"callback": prompt(shortPrompt), "long": prompt(longPrompt)},
	}
	w := newWorldOf(t, c)
	w.must(os.WriteFile(w.file("beta"), []byte(betaByHand), 0o600))
	return w.start()
}

// A customer whom an agent calls by hand isn't called back on top of it.
func TestAgentsWhoDialByHand(t *testing.T) {
	shared := newByHand(t)
	story := func(name string, tell func(*testing.T, *world)) {
		t.Run(name, func(t *testing.T) { tell(t, shared.in(t)) })
	}

	story("dialling is enough", func(t *testing.T, w *world) {
		const customer = "+46701234521"
		w.losesAt(acmesNumber, customer, "carol")
		w.taskOf(customer, callback.TaskScheduled)
		out, phone := w.dialsByHand("alice", customer, customer)
		require.Equal(t, callback.CancelAgentCalled, w.taskOf(customer, callback.TaskCancelled).Reason)
		w.must(out.Hangup())
		require.Equal(t, softphone.Cancelled, phone.MustEnd(t).How)
		require.Len(t, w.CallsTo(customer), 1)
	})
	story("while the prompt of the callback plays", func(t *testing.T, w *world) {
		const customer = "+46701234522"
		w.losesAt(lab.MainNumber, customer, "dave")
		dave := w.answers("dave")
		out, phone := w.dialsByHand("alice", "90701234522", customer)
		require.Equal(t, softphone.Far, dave.MustEnd(t).By)
		story := w.taskOf(customer, callback.TaskCancelled)
		require.Equal(t, callback.CancelAgentCalled, story.Reason)
		require.Equal(t, []string{"superseded (doesn't count)"}, results(story))
		phone.MustAnswer(t)
		w.speak("alice", out, phone)
		phone.MustHangup(t)
		out.MustEnd(t)
		require.Len(t, w.CallsTo(customer), 1)
	})
	story("the customer must answer", func(t *testing.T, w *world) {
		const customer = "+46701234523"
		w.losesAt(betasNumber, customer, "frank")
		due := w.taskOf(customer, callback.TaskScheduled).Due
		out, phone := w.dialsByHand("bob", "90701234523", customer)
		w.waits(customer, "bob is on the phone with the customer since ")
		require.True(t, due.Before(time.Now()))
		require.Len(t, w.Agents["frank"].Calls(), 1)
		w.must(out.Hangup())
		phone.MustEnd(t)
		frank := w.rings("frank")

		// And while that rings, he dials again, and is answered.
		out, phone = w.dialsByHand("bob", customer, customer)
		require.Equal(t, softphone.Cancelled, frank.MustEnd(t).How)
		phone.MustAnswer(t)
		w.speak("bob", out, phone)
		story := w.taskOf(customer, callback.TaskCancelled)
		require.Equal(t, callback.CancelAgentCalled, story.Reason)
		out.MustHangup(t)
		phone.MustEnd(t)
		require.Len(t, w.CallsTo(customer), 2)
	})
	story("an agent of another account", func(t *testing.T, w *world) {
		const customer = "+46701234524"
		w.losesAt(acmesNumber, customer, "carol")
		w.taskOf(customer, callback.TaskScheduled)
		out, phone := w.dialsByHand("bob", customer, customer)
		phone.MustAnswer(t)
		w.speak("bob", out, phone)
		w.waits(customer, "PJSIP/bob is on the phone with the customer since ")
		phone.MustHangup(t)
		out.MustEnd(t)
		w.calledBack("carol", w.rings("carol"), customer)
		require.Len(t, w.CallsTo(customer), 2)
	})
	story("a phone that no account lists", func(t *testing.T, w *world) {
		const customer = "+46701234525"
		w.losesAt(acmesNumber, customer, "carol")
		w.taskOf(customer, callback.TaskScheduled)
		out, phone := w.dialsByHand("erin", customer, customer)
		require.Equal(t, callback.CancelAgentCalled, w.taskOf(customer, callback.TaskCancelled).Reason)
		w.must(out.Hangup())
		phone.MustEnd(t)
	})
	shared.nothingLeft()
}

// dialsByHand has an agent dial, until the customer's phone rings.
func (w *world) dialsByHand(agent, dialled, customer string) (out, phone *softphone.Call) {
	w.t.Helper()
	out = w.Agents[agent].MustDial(w.t, w.URI(dialled), softphone.Caller{})
	return out, w.customerRings(customer)
}
