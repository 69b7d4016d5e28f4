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

func TestACallback(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)

	agent := w.aliceRings()
	require.Equal(t, customer, agent.From().Number, "the agent's phone shows the customer's number")
	require.Equal(t, "Callback "+customer, agent.From().Name, "and that it is a callback")
	agent.MustAnswer(t)

	called := w.customerRings(customer)
	require.Equal(t, lab.MainNumber, called.From().Number, "the customer sees the number that was dialled")
	require.NotContains(t, called.From().Name, "alice", "and not who calls")
	prompt, heard := agent.Heard().Find(promptHz)
	require.True(t, heard, "the agent hears the prompt: %v", agent.Heard())
	heardWhole(t, agent, promptHz, 1500*time.Millisecond)
	require.False(t, called.Times().Began.Before(agent.At(prompt.To).Add(-60*time.Millisecond)),
		"the customer's phone rings after the prompt: %v", agent.Heard())
	agent.MustHear(t, ringHz)

	called.MustAnswer(t)
	w.talk(agent, called)
	answered := called.Times().Answered
	voice, err := agent.Hears(t.Context(), lab.CustomersVoice)
	w.must(err)
	require.Less(t, voice.Sub(answered), time.Second, "the agent hears the customer at once")
	_, err = called.HearsFor(t.Context(), time.Second, w.Voice("alice"))
	w.must(err)
	require.Zero(t, called.Heard().Total(promptHz), "the prompt is the agent's alone: %v", called.Heard())
	require.Zero(t, called.Heard().Total(ringHz), "and so is the ring tone: %v", called.Heard())
	called.MustHangup(t)
	require.Equal(t, softphone.Far, agent.MustEnd(t).By, "the agent is released")

	story := w.task(callback.TaskCompleted)
	require.Equal(t, []string{"connected"}, results(story))
	attempt := story.Attempts[0]
	require.Equal(t, "PJSIP/alice", attempt.Agent)
	require.True(t, attempt.RecordingOK)
	require.Regexp(t, `^acme/\d{4}-\d{2}/[a-z2-7]{26}$`, attempt.Recording)
	w.nothingLeft()

	wav, err := w.Recording(t.Context(), attempt.Recording)
	w.must(err)
	pcm, rate, err := softphone.DecodeWAV(wav)
	w.must(err)
	tones := softphone.Tones(pcm, rate)
	require.Greater(t, tones.Total(lab.CustomersVoice, w.Voice("alice")), 500*time.Millisecond, "the recording holds both: %v", tones)
	require.Zero(t, tones.Total(promptHz), "and not the prompt: %v", tones)

	missed, err := w.MissedCalls(t.Context())
	w.must(err)
	require.Len(t, missed, 1, "our own legs in the queue are no missed calls")
	require.Equal(t, callback.DecisionTaskCreated, missed[0].Decision)
	require.Equal(t, "queue:support", missed[0].LostBy.String())
}

func TestACustomerWhoDoesNotAnswer(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "immediately, 2s, 3s", "wait_for_customer: 30s", "wait_for_customer: 2s").start()
	w.loses(customer)
	for range 3 {
		agent := w.aliceAnswers()
		called := w.customerRings(customer)
		require.Equal(t, softphone.Cancelled, called.MustEnd(t).How)
		rang := called.Times().Ended.Sub(called.Times().Began)
		require.InDelta(t, 2, rang.Seconds(), 0.5, "it rings for wait_for_customer")
		require.Equal(t, softphone.Far, agent.MustEnd(t).By, "the agent is released")
	}
	story := w.task(callback.TaskExhausted)
	require.Equal(t, "customer_no_answer", story.Reason)
	require.Equal(t, []string{"customer_no_answer", "customer_no_answer", "customer_no_answer"}, results(story))
	for i, interval := range []time.Duration{2 * time.Second, 3 * time.Second} {
		wait := story.Attempts[i+1].Claimed.Sub(story.Attempts[i].Ended)
		require.GreaterOrEqual(t, wait, interval)
		require.Less(t, wait, interval+1500*time.Millisecond, "a due task is dialled within a second")
	}
	require.Len(t, w.CallsTo(customer), 3)
	w.nothingLeft()
}

func TestCustomersWhoRefuse(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		want   callback.Result
	}{
		"busy":             {486, callback.ResultCustomerBusy},
		"declines":         {603, callback.ResultCustomerRejected},
		"unknown number":   {404, callback.ResultNumberInvalid},
		"unreachable":      {480, callback.ResultCustomerNoAnswer},
		"trunk in trouble": {503, callback.ResultUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "immediately, 5m, 30m", "immediately").start()
			w.loses(customer)
			agent := w.aliceAnswers()
			w.must(w.customerRings(customer).Reject(row.status))
			agent.MustEnd(t)
			story := w.task(callback.TaskExhausted)
			require.Equal(t, string(row.want), story.Reason)
			require.Equal(t, row.status, story.Attempts[0].SIP)
			require.True(t, story.Attempts[0].Counted)
			w.nothingLeft()
		})
	}
}

func TestAnAgentWhoDoesNotAnswer(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	// The queue gives alice five seconds and would then ring her again.
	require.Equal(t, softphone.Cancelled, w.aliceRings().MustEnd(t).How)
	require.Equal(t, []string{"agent_no_answer (doesn't count)"}, w.ended(1))
	require.Empty(t, w.CallsTo(customer))

	w.finish(w.comesBack())
	require.Equal(t, []string{"agent_no_answer (doesn't count)", "connected"}, results(w.task(callback.TaskCompleted)))
}

func TestAnAgentWhoDeclines(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	w.must(w.aliceRings().Reject(486))
	require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.ended(1))
	require.Empty(t, w.CallsTo(customer))

	w.finish(w.comesBack())
	require.Equal(t, []string{"agent_rejected (doesn't count)", "connected"}, results(w.task(callback.TaskCompleted)))
}

func TestAnAgentWhoHangsUpInThePrompt(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	w.aliceAnswers().MustHangup(t)
	require.Equal(t, []string{"agent_hung_up (doesn't count)"}, w.ended(1))
	require.Empty(t, w.CallsTo(customer), "the customer's phone doesn't ring for nobody")

	w.finish(w.comesBack())
	require.Equal(t, []string{"agent_hung_up (doesn't count)", "connected"}, results(w.task(callback.TaskCompleted)))
}

// comesBack waits until the attempt comes back and alice answers. app_queue may
// have begun to ring her once more for the one that is over: such a ring ends
// at once.
func (w *world) comesBack() *softphone.Call {
	w.t.Helper()
	for {
		agent, err := w.AgentsPhone(w.soon(), "alice")
		w.must(err)
		if agent.Ring() != nil || agent.Answer() != nil {
			continue
		}
		if _, err := agent.Hears(w.t.Context(), promptHz); err == nil {
			return agent
		}
	}
}

// finish plays an attempt to its happy end.
func (w *world) finish(agent *softphone.Call) {
	w.t.Helper()
	called := w.customerRings(customer)
	called.MustAnswer(w.t)
	w.talk(agent, called)
	called.MustHangup(w.t)
	agent.MustEnd(w.t)
	w.task(callback.TaskCompleted)
	w.nothingLeft()
}

func TestTwoCallsOfOneCustomer(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "4s, 5m").start()
	w.loses(customer)
	w.loses("0701234567") // the same customer, as another trunk might write it
	missed, err := w.AwaitMissedCalls(t.Context(), "two missed calls", func(m []httpapi.MissedCall) bool { return len(m) == 2 })
	w.must(err)
	require.Equal(t, callback.DecisionMerged, missed[0].Decision)
	w.finish(w.aliceAnswers())
	require.Len(t, w.CallsTo(customer), 1)
	missed, err = w.MissedCalls(t.Context())
	w.must(err)
	require.Len(t, missed, 2, "our own legs in the queue are no missed calls")
}

// A queue whose time is over loses the call too. It was dialled on a number
// that isn't the account's, so that the rule's own is shown.
func TestACallThatTheQueueGivesUp(t *testing.T) {
	w := newWorld(t, `caller_id: "+4685550000"`, `caller_id: "+4685550099"`).start()
	in, err := w.Network.Dial(t.Context(), w.URI(shortQueue), softphone.Caller{Number: customer})
	w.must(err)
	w.aliceRings().MustEnd(t)
	require.Equal(t, softphone.Far, in.MustEnd(t).By)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	require.Equal(t, "+4685550099", called.From().Number)
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	w.task(callback.TaskCompleted)
}

// Without any number to show, the trunk decides; it isn't told the agent.
func TestACallbackWithoutACallerID(t *testing.T) {
	w := newWorld(t, `  caller_id: "+4685550000"`, "").start()
	in, err := w.Network.Dial(t.Context(), w.URI(shortQueue), softphone.Caller{Number: customer})
	w.must(err)
	w.aliceRings().MustEnd(t)
	in.MustEnd(t)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	require.NotContains(t, called.From().Number+called.From().Name, "alice")
	require.NotContains(t, called.From().Number+called.From().Name, customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	w.task(callback.TaskCompleted)
}

func TestACustomerWhoIsHelpedMeanwhile(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "30s").start()
	w.loses(customer)
	w.task(callback.TaskScheduled)
	again, err := w.CustomerCalls(t.Context(), customer)
	w.must(err)
	agent := w.aliceRings()
	agent.MustAnswer(t)
	again.MustBeAnswered(t)
	_, err = agent.HearsFor(t.Context(), 1500*time.Millisecond, lab.CustomersVoice)
	w.must(err)
	again.MustHangup(t)
	require.Equal(t, callback.CancelCustomerCalled, w.task(callback.TaskCancelled).Reason)
}
