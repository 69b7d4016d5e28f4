package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// hangUp is a moment of an attempt at which one side hangs up.
type hangUp struct {
	name   string
	rule   string                                          // further settings
	agent  func(w *world, agent *softphone.Call)           // from the answer on; nil: hears the prompt
	plays  func(w *world, agent, customer *softphone.Call) // from the customer's ringing on; nil: it never rings
	result string                                          // of the first attempt
	greets time.Duration                                   // a machine that answers; 0: a person
}

const machine = ", voicemail: {leave: message}"

var hangUps = []hangUp{
	{
		name:   "the agent in the prompt",
		agent:  func(w *world, agent *softphone.Call) { agent.MustHear(w.t, promptHz) },
		result: "agent_hung_up (doesn't count)",
	},
	{
		name:   "the agent when asked to press a key",
		rule:   `, agent_accept: {key: "1", within: 20s, ask: {play: ask}}`,
		agent:  func(w *world, agent *softphone.Call) { agent.MustHear(w.t, acceptHz) },
		result: "agent_hung_up (doesn't count)",
	},
	{
		name: "the agent while it rings",
		plays: func(w *world, agent, customer *softphone.Call) {
			agent.MustHear(w.t, ringHz)
			agent.MustHangup(w.t)
			require.Equal(w.t, softphone.Cancelled, customer.MustEnd(w.t).How)
		},
		result: "agent_hung_up",
	},
	{
		name: "the agent in the customer's notice",
		rule: ", recording: {keep: 90d, notice: {play: notice}}",
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHear(w.t, warnedHz)
			agent.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, customer.MustEnd(w.t).By)
		},
		result: "agent_hung_up",
	},
	{
		name: "the agent when the customer is asked to press a key",
		rule: `, customer_accept: {key: "5", within: 20s, ask: {play: ask}}`,
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHear(w.t, acceptHz)
			agent.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, customer.MustEnd(w.t).By)
		},
		result: "agent_hung_up",
	},
	{
		name: "the agent while it is listened for a machine",
		rule: machine,
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			agent.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, customer.MustEnd(w.t).By)
		},
		result: "agent_hung_up",
	},
	{
		name: "the agent in the conversation",
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			agent.MustHear(w.t, lab.CustomersVoice)
			agent.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, customer.MustEnd(w.t).By)
		},
		result: "connected",
	},
	{
		name: "the customer in the notice",
		rule: ", recording: {keep: 90d, notice: {play: notice}}",
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHear(w.t, warnedHz)
			customer.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, agent.MustEnd(w.t).By)
		},
		result: "customer_rejected",
	},
	{
		name: "the customer when asked to press a key",
		rule: `, customer_accept: {key: "5", within: 20s, ask: {play: ask}}`,
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHear(w.t, acceptHz)
			customer.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, agent.MustEnd(w.t).By)
		},
		result: "customer_rejected",
	},
	{
		name: "the customer while it is listened for a machine",
		rule: machine,
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, agent.MustEnd(w.t).By)
		},
		result: "customer_rejected",
	},
	{
		name:   "the machine in the message",
		rule:   machine,
		greets: 3 * time.Second,
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			customer.MustHear(w.t, leftHz)
			customer.MustHangup(w.t)
		},
		result: "voicemail",
	},
	{
		name: "the customer in the conversation",
		plays: func(w *world, agent, customer *softphone.Call) {
			customer.MustAnswer(w.t)
			agent.MustHear(w.t, lab.CustomersVoice)
			customer.MustHangup(w.t)
			require.Equal(w.t, softphone.Far, agent.MustEnd(w.t).By)
		},
		result: "connected",
	},
}

// Whoever hangs up, and when: the other side is released at once, the attempt has the
// right result, and counts from the moment at which the customer's phone could ring.
func TestHangingUpAtEachMoment(t *testing.T) {
	var settings []string
	for _, h := range hangUps {
		settings = append(settings, h.rule)
	}
	shared := newWorldOf(t, labOf(settings)).start()

	t.Run("moments", func(t *testing.T) {
		for i, h := range hangUps {
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				shared.in(t).hangsUp(h, i)
			})
		}
	})
	for i := range hangUps {
		require.LessOrEqual(t, len(shared.CallsTo(customerOf(i))), 1, hangUps[i].name)
	}
	shared.nothingLeft()
}

func (w *world) hangsUp(h hangUp, i int) {
	name, number := soleAgent(i), customerOf(i)
	w.losesAt(numberOf(i), number, name)
	agent := w.rings(name)
	agent.MustAnswer(w.t)
	if h.agent != nil {
		h.agent(w, agent)
	}
	if h.plays == nil {
		agent.MustHangup(w.t)
	} else {
		customer := w.customerRings(number)
		if h.greets > 0 {
			customer.Say(greeting(h.greets))
		}
		h.plays(w, agent, customer)
		w.must(agent.Hangup())
	}
	story := w.awaitTaskOf(number, "with an attempt that ended", func(s httpapi.TaskStory) bool { return len(results(s)) > 0 })
	require.Equal(w.t, h.result, results(story)[0])
	if story.State == callback.TaskScheduled { // it comes back: an agent who hangs up isn't the customer's fault
		_, err := w.api().CancelTask(w.t.Context(), story.ID, "seen enough")
		w.must(err)
	}
}
