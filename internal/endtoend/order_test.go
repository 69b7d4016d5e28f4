package endtoend

import (
	"os"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/lab"
)

var orderStories = []callbackStory{
	{
		name: "what the agent hears, and what the customer",
		rule: `, agent_announcement: {say: {language: sv, text: "{number}, {queue}, {minutes}"}}, agent_accept: {key: "1", ask: {play: ask}}, ` +
			`recording: {keep: 90d, notice: {play: notice}}`,
		tell: func(w *world, s scene) {
			text, err := os.ReadFile(w.spoken())
			require.NoError(w.t, err, "it is spoken before the agent's phone rings")
			require.Contains(w.t, string(text), "0 7 0 0 0 3 4 5 6 7, "+s.queue+", 0\n")
			s.ring.MustAnswer(w.t)
			s.ring.MustHear(w.t, acceptHz)
			require.Empty(w.t, w.CallsTo(s.customer), "the customer isn't called before the agent wants it")
			w.must(s.ring.SendDigits(w.soon(), "1"))
			called := w.customerRings(s.customer)
			s.ring.MustHear(w.t, ringHz)
			called.MustAnswer(w.t)
			w.speak(s.queue, s.ring, called)
			heardInOrder(w.t, s.ring, promptHz, announcedHz, acceptHz, ringHz, lab.CustomersVoice)
			heardInOrder(w.t, called, warnedHz, w.Voice(s.queue))
			for _, hz := range []int{promptHz, announcedHz, acceptHz, ringHz} {
				require.Zero(w.t, called.Heard().Total(hz), "the agent's alone: %v", called.Heard())
			}
			require.Zero(w.t, s.ring.Heard().Total(warnedHz), "the customer's alone: %v", s.ring.Heard())
			called.MustHangup(w.t)
			s.ring.MustEnd(w.t)
			story := w.taskOf(s.customer, callback.TaskCompleted)
			require.True(w.t, story.Attempts[0].RecordingOK)
		},
	},
	{
		name: "an agent who needn't hear it all",
		rule: `, agent_prompt: long, agent_announcement: {say: {language: sv, text: "Ring {number}"}}, agent_accept: {key: "1", ask: {play: ask}}`,
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			s.ring.MustHear(w.t, promptHz)
			w.must(s.ring.SendDigits(w.soon(), "1"))
			called := w.customerRings(s.customer)
			heard := s.ring.Heard()
			require.Less(w.t, heard.Total(promptHz), longPrompt/2, "the key cuts it short: %v", heard)
			require.Zero(w.t, heard.Total(announcedHz)+heard.Total(acceptHz), "%v", heard)
			called.MustAnswer(w.t)
			w.speak(s.queue, s.ring, called)
			called.MustHangup(w.t)
			w.taskOf(s.customer, callback.TaskCompleted)
		},
	},
}
