package endtoend

import (
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/softphone"
)

// aSentence is "Anderson speaking, good morning".
func aSentence() softphone.Sound { return greeting(2100 * time.Millisecond) }

var greetingStories = []callbackStory{
	{
		name: "a person with a sentence is connected at once",
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			called := w.answersAt(s.customer, aSentence())
			called.MustHear(w.t, w.Voice(s.queue))
			_, err := s.ring.HearsFor(w.soon(), 1500*time.Millisecond, 700)
			require.NoError(w.t, err, "the sentence is heard from its beginning: %v", s.ring.Heard())
			called.MustHangup(w.t)
			require.Equal(w.t, []string{"connected"}, results(w.taskOf(s.customer, callback.TaskCompleted)))
		},
	},
	{
		name: "a person with a sentence is taken for a machine",
		rule: ", voicemail: hang_up",
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			called := w.answersAt(s.customer, aSentence())
			require.Equal(w.t, softphone.Far, called.MustEnd(w.t).By)
			s.ring.MustEnd(w.t)
			require.Zero(w.t, s.ring.Heard().Total(700), "%v", s.ring.Heard())
			story := w.taskOf(s.customer, callback.TaskExhausted)
			require.Equal(w.t, []string{"voicemail"}, results(story))
			require.Equal(w.t, "a machine answered", story.Attempts[0].ResultReason)
		},
	},
}
