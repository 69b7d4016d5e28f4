package endtoend

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// newSides starts a world in which alice is told by short sounds, under rules with
// further settings.
func newSides(t *testing.T, edit ...string) *world {
	t.Helper()
	return newWorldOf(t, lab.Config{Rules: strings.NewReplacer(edit...).Replace(lab.ExampleRules), Sounds: sideSounds()}).start()
}

// The customer hears that the call is recorded, and alice doesn't: she hears ringing
// until both are brought together.
func TestAttemptWithANotice(t *testing.T) {
	w := newSides(t, "recording: {keep: 90d}", "recording: {keep: 90d, notice: {play: notice}}")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)
	notice, heard := called.Heard().Find(warnedHz)
	require.True(t, heard)
	heardWhole(t, called, warnedHz, time.Second)
	voice, _ := called.Heard().Find(w.Voice("alice"))
	require.GreaterOrEqual(t, voice.From, notice.To-50*time.Millisecond, "before the agent's voice: %v", called.Heard())
	require.Zero(t, agent.Heard().Total(warnedHz), "the notice is the customer's alone: %v", agent.Heard())
	called.MustHangup(t)
	story := w.task(callback.TaskCompleted)
	require.True(t, story.Attempts[0].RecordingOK)
	w.nothingLeft()
}

func TestAttemptThatACustomerAccepts(t *testing.T) {
	w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  customer_accept: {key: \"5\", within: 3s, ask: {play: ask}}")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	called.MustHear(t, acceptHz)
	w.must(called.SendDigits(t.Context(), "5"))
	w.talk(agent, called)
	called.MustHangup(t)
	w.task(callback.TaskCompleted)
	w.nothingLeft()
}

func TestAttemptThatACustomerDoesNotAccept(t *testing.T) {
	w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  customer_accept: {key: \"5\", within: 1s, ask: {play: ask}}",
		"immediately, 5m, 30m", "immediately")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.must(called.SendDigits(t.Context(), "4"))
	require.Equal(t, softphone.Far, called.MustEnd(t).By)
	agent.MustEnd(t)
	story := w.task(callback.TaskExhausted)
	require.Equal(t, []string{"customer_rejected"}, results(story))
	require.Equal(t, "the customer didn't press 5", story.Attempts[0].ResultReason)
	require.Zero(t, called.Heard().Total(w.Voice("alice")), "nobody was connected: %v", called.Heard())
	w.nothingLeft()
}

// The stop key takes effect before and in the conversation.
func TestAttemptWithTheStopKey(t *testing.T) {
	t.Run("in the notice", func(t *testing.T) {
		w := newSides(t, "recording: {keep: 90d}", "recording: {keep: 90d, notice: {play: notice}}\n  stop_key: \"9\"")
		w.loses(customer)
		agent := w.aliceAnswers()
		called := w.customerRings(customer)
		called.MustAnswer(t)
		called.MustHear(t, warnedHz)
		w.must(called.SendDigits(t.Context(), "9"))
		require.Equal(t, softphone.Far, called.MustEnd(t).By)
		agent.MustEnd(t)
		story := w.task(callback.TaskCancelled)
		require.Equal(t, []string{"customer_rejected"}, results(story))
		require.Equal(t, callback.CancelDoNotCall, story.Reason)
		notice, _ := called.Heard().Find(warnedHz)
		require.Less(t, notice.Duration(), 900*time.Millisecond, "it is cut short: %v", called.Heard())
		require.Zero(t, called.Heard().Total(w.Voice("alice")))
		w.nothingLeft()
	})
	t.Run("while it is listened", func(t *testing.T) {
		w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  voicemail: hang_up\n  stop_key: \"9\"")
		w.loses(customer)
		agent := w.aliceAnswers()
		called := w.customerRings(customer)
		called.Say(greeting(0))
		called.MustAnswer(t)
		w.must(called.SendDigits(t.Context(), "9"))
		require.Equal(t, softphone.Far, called.MustEnd(t).By)
		agent.MustEnd(t)
		require.Equal(t, "the customer pressed 9", w.task(callback.TaskCancelled).Attempts[0].ResultReason)
		require.Zero(t, called.Heard().Total(w.Voice("alice")))
		w.nothingLeft()
	})
	t.Run("in the conversation", func(t *testing.T) {
		w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  stop_key: \"9\"")
		w.loses(customer)
		agent := w.aliceAnswers()
		called := w.customerRings(customer)
		called.MustAnswer(t)
		w.talk(agent, called)
		w.must(called.SendDigits(t.Context(), "9"))
		w.awaitTask("cancelled when the call is over", func(s httpapi.TaskStory) bool { return s.CancelReason == callback.CancelDoNotCall })
		w.speak("alice", agent, called)
		called.MustHangup(t)
		w.task(callback.TaskCompleted)
		w.nothingLeft()
	})
}
