package endtoend

import (
	"strings"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// national is a customer's number as people of the account write it.
func national(number string) string { return "0" + strings.TrimPrefix(number, "+46") }

var doNotCallStories = []callbackStory{
	{
		name: "a customer who is blocked while the agent's phone rings, and later isn't any more",
		tell: func(w *world, s scene) {
			_, err := w.api().BlockCustomer(w.t.Context(), "acme", national(s.customer), "asked for it in a letter")
			w.must(err)
			require.True(w.t, s.ring.MustEnd(w.t).Elsewhere(), "and lists no missed call")
			story := w.taskOf(s.customer, callback.TaskCancelled)
			require.Equal(w.t, callback.CancelDoNotCall, story.Reason)
			require.Equal(w.t, []string{"superseded (doesn't count)"}, results(w.ends(s.customer)))

			w.losesAt(s.dialled, s.customer, s.queue)
			lost := w.missed(s.customer, 2)
			require.Equal(w.t, callback.DecisionRefused, lost[0].Decision)
			require.Equal(w.t, callback.ReasonDoNotCall, lost[0].Reason)
			require.Equal(w.t, story.ID, w.story(s.customer).ID, "there is no other task")

			_, err = w.api().UnblockCustomer(w.t.Context(), "acme", national(s.customer))
			w.must(err)
			require.Empty(w.t, w.blocks(s.customer))
			w.losesAt(s.dialled, s.customer, s.queue)
			w.calledBack(s.queue, w.rings(s.queue), s.customer)
			require.Len(w.t, w.CallsTo(s.customer), 1)
			require.Len(w.t, w.Agents[s.queue].Calls(), 5, "three lost calls, and a callback for the first and for the last")
		},
	},
	{
		name: "a customer who is blocked while both talk",
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			called := w.answersAt(s.customer, softphone.Tone(lab.CustomersVoice))
			w.speak(s.queue, s.ring, called)
			_, err := w.api().BlockCustomer(w.t.Context(), "acme", s.customer, "")
			w.must(err)
			w.speak(s.queue, s.ring, called)
			called.MustHangup(w.t)
			s.ring.MustEnd(w.t)
			require.Equal(w.t, []string{"connected"}, results(w.taskOf(s.customer, callback.TaskCompleted)))
		},
	},
}
