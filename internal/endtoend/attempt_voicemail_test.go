package endtoend

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
	"callbackd/internal/softphone"
)

// greeting is what a machine says: a tone for so long, then silence.
func greeting(d time.Duration) softphone.Sound {
	return softphone.PCM(append(softphone.Tone(700).Samples(d), make([]int16, 8000*60)...))
}

// A long greeting is a machine's: the agent isn't bothered with it.
func TestAttemptThatAMachineAnswers(t *testing.T) {
	w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  voicemail: hang_up", "immediately, 5m, 30m", "immediately")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.Say(greeting(12 * time.Second))
	called.MustAnswer(t)
	require.Equal(t, softphone.Far, called.MustEnd(t).By)
	agent.MustEnd(t)
	require.Zero(t, agent.Heard().Total(700), "the agent hears ringing all the while: %v", agent.Heard())
	story := w.task(callback.TaskExhausted)
	require.Equal(t, []string{"voicemail"}, results(story))
	require.Equal(t, "a machine answered", story.Attempts[0].ResultReason)
	w.nothingLeft()
}

// A short hello and silence are a person's.
func TestAttemptThatAPersonAnswers(t *testing.T) {
	for name, hello := range map[string]softphone.Sound{
		"says hello":   greeting(700 * time.Millisecond),
		"says nothing": greeting(0),
	} {
		t.Run(name, func(t *testing.T) {
			w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  voicemail: hang_up")
			w.loses(customer)
			agent := w.aliceAnswers()
			called := w.customerRings(customer)
			called.Say(hello)
			called.MustAnswer(t)
			called.MustHear(t, w.Voice("alice"))
			agent.MustHear(t, ringHz)
			called.MustHangup(t)
			w.task(callback.TaskCompleted)
			w.nothingLeft()
		})
	}
}

// The message begins when the machine has been silent, and is left to its end; the
// agent is free meanwhile.
func TestAttemptThatLeavesAMessage(t *testing.T) {
	w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  voicemail: {leave: message}", "immediately, 5m, 30m", "immediately")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.Say(greeting(6 * time.Second))
	called.MustAnswer(t)
	released := agent.MustEnd(t).At
	require.Equal(t, softphone.Far, called.MustEnd(t).By)
	message, heard := called.Heard().Find(leftHz)
	require.True(t, heard, "%v", called.Heard())
	heardWhole(t, called, leftHz, 2*time.Second)
	began := called.At(message.From)
	require.InDelta(t, 7.5, began.Sub(called.Times().Answered).Seconds(), 0.8, "a second and a half after the greeting: %v", called.Heard())
	require.Less(t, released, began, "the agent doesn't wait for it")
	story := w.task(callback.TaskExhausted)
	require.Equal(t, []string{"voicemail"}, results(story))
	require.Equal(t, "a machine answered; a message was left", story.Attempts[0].ResultReason)
	w.nothingLeft()
}

// callbackd is killed while it is listened who has answered: the customer's leg waits
// for it in the dialplan, and both are brought together by the next start.
func TestAttemptThatIsAdoptedWhileListening(t *testing.T) {
	w := newSides(t, "agent_prompt: callback", "agent_prompt: callback\n  voicemail: hang_up",
		"recording: {keep: 90d}", "recording: {keep: 90d, notice: {play: notice}}")
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.Say(greeting(0))
	called.MustAnswer(t)
	w.customerRuns("AMD")
	w.KillCallbackd()
	w.customerRuns("Wait")
	w.must(w.StartCallbackd(t.Context()))
	called.MustHear(t, warnedHz)
	called.MustHear(t, w.Voice("alice"))
	agent.MustHear(t, ringHz)
	called.MustHangup(t)
	require.Equal(t, []string{"connected"}, results(w.task(callback.TaskCompleted)))
	w.nothingLeft()
}

// customerRuns waits until the dialplan of the customer's leg runs an application.
func (w *world) customerRuns(app string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		channels, err := w.ARI.Channels(w.t.Context())
		w.must(err)
		return slices.ContainsFunc(channels, func(c ari.Channel) bool {
			return strings.HasPrefix(c.ID, "callbackd-customer-") && c.Dialplan.AppName == app
		})
	}, 10*time.Second, 10*time.Millisecond)
}
