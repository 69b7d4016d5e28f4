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

// again kills callbackd and starts it on what it left.
func (w *world) again() {
	w.t.Helper()
	w.KillCallbackd()
	w.start()
}

func TestKilledWhileTheAgentsPhoneRings(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	ringing := w.aliceRings()
	w.KillCallbackd()
	w.must(w.LaunchCallbackd())
	require.Equal(t, softphone.Cancelled, ringing.MustEnd(t).How)
	require.Equal(t, []string{"interrupted (doesn't count)"}, w.ended(1))
	require.Empty(t, w.CallsTo(customer))
	w.nothingLeft() // before it is ready, and dials again
	w.must(w.WaitReady(t.Context()))
	w.finish(w.comesBack())
	require.Equal(t, []string{"interrupted (doesn't count)", "connected"}, results(w.task(callback.TaskCompleted)))
	require.Len(t, w.CallsTo(customer), 1)
}

func TestKilledWhileTheCustomersPhoneRings(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	w.again()
	// Both legs were alive: the attempt goes on where it was.
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)
	require.Equal(t, []string{"connected"}, results(w.task(callback.TaskCompleted)))
	require.Len(t, w.CallsTo(customer), 1, "the customer isn't rung twice")
	w.nothingLeft()
}

// The customer answers while callbackd is dead: Asterisk drops the call, for
// nobody is there to take it. It counts, and isn't repeated for this attempt.
func TestTheCustomerAnswersWhileCallbackdIsDead(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "immediately, 2s").start()
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	w.KillCallbackd()
	called.MustAnswer(t)
	called.MustEnd(t)
	w.start()
	agent.MustEnd(t)
	require.Equal(t, []string{"interrupted"}, w.ended(1))
	w.finish(w.aliceAnswers())
	require.Equal(t, []string{"interrupted", "connected"}, results(w.task(callback.TaskCompleted)))
	require.Len(t, w.CallsTo(customer), 2)
}

func TestKilledWhileTheyTalk(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	w.awaitTask("a conversation", func(s httpapi.TaskStory) bool { return s.Attempts[0].State == callback.AttemptBridged })
	w.again()
	restarted := time.Now()
	for _, phone := range []struct {
		call *softphone.Call
		hz   int
	}{{agent, lab.CustomersVoice}, {called, w.Voice("alice")}} {
		_, err := phone.call.HearsAfter(t.Context(), restarted.Add(time.Second), phone.hz)
		w.must(err)
		require.Less(t, phone.call.Received().LongestGap, 500*time.Millisecond, "nobody notices")
	}
	require.Equal(t, callback.AttemptBridged, w.task(callback.TaskDialing).Attempts[0].State, "the conversation was adopted")
	agent.MustHangup(t)
	called.MustEnd(t)
	story := w.task(callback.TaskCompleted)
	require.Equal(t, []string{"connected"}, results(story))
	require.True(t, story.Attempts[0].RecordingOK, "and is recorded to its end")
	require.Len(t, w.CallsTo(customer), 1)
	w.nothingLeft()

	wav, err := w.Recording(t.Context(), story.Attempts[0].Recording)
	w.must(err)
	pcm, rate, err := softphone.DecodeWAV(wav)
	w.must(err)
	talked := story.Attempts[0].Ended.Sub(story.Attempts[0].Bridged)
	require.InDelta(t, talked.Seconds(), float64(len(pcm))/float64(rate), 0.5, "all of it")
}

func TestStoppedWhileTheyTalk(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	w.awaitTask("a conversation", func(s httpapi.TaskStory) bool { return s.Attempts[0].State == callback.AttemptBridged })
	w.must(w.StopCallbackd(t.Context()))
	_, err := called.HearsAfter(t.Context(), time.Now(), w.Voice("alice"))
	w.must(err)
	called.MustHangup(t) // while nobody watches
	w.start()
	agent.MustEnd(t)
	require.Equal(t, []string{"connected"}, results(w.task(callback.TaskCompleted)))
	w.nothingLeft()
}

func TestAsteriskIsRestarted(t *testing.T) {
	w := newWorld(t).start()
	w.loses(customer)
	ringing := w.aliceRings()
	w.Asterisk.Kill()
	w.must(w.Asterisk.Restart(t.Context()))
	w.must(ringing.Reject(480)) // the phone that still rings for the dead one
	w.must(w.Agents["alice"].Register(t.Context()))
	require.Equal(t, []string{"interrupted (doesn't count)"}, w.ended(1))
	w.finish(w.comesBack())
	require.Len(t, w.CallsTo(customer), 1)

	// And it sees calls as before.
	w.loses("+46701111111")
	missed, err := w.AwaitMissedCalls(t.Context(), "the call after the restart", func(m []httpapi.MissedCall) bool { return len(m) == 2 })
	w.must(err)
	require.Equal(t, "+46701111111", missed[0].Number)
}

func TestAsteriskAbsentAtStart(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "3s").start()
	w.loses(customer)
	w.task(callback.TaskScheduled)
	w.KillCallbackd()
	w.Asterisk.Kill()
	w.must(w.LaunchCallbackd())
	w.waits(customer, "Asterisk pbx1 is away since")
	w.must(w.Asterisk.Restart(t.Context()))
	w.must(w.Agents["alice"].Register(t.Context()))
	w.must(w.WaitReady(t.Context()))
	w.finish(w.aliceAnswers())
}

func TestADialplanWithoutTheAgentContext(t *testing.T) {
	w := newWorld(t)
	_, err := w.Asterisk.CLI(t.Context(), "dialplan remove context callbackd-agent")
	w.must(err)
	w.start()
	w.loses(customer)
	w.waits(customer, `#include "callbackd.conf"`)
	_, err = w.Asterisk.CLI(t.Context(), "dialplan reload")
	w.must(err)
	w.finish(w.aliceAnswers())
}
