package endtoend

import (
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// blocks lists the entries of a customer on the account's do-not-call list.
func (w *world) blocks(number string) (entries []httpapi.Blocked) {
	w.t.Helper()
	list, err := w.api().DoNotCall(w.t.Context(), "acme", "", 0)
	w.must(err)
	for _, entry := range list.Customers {
		if entry.Number == number {
			entries = append(entries, entry)
		}
	}
	return entries
}

var keyStories = []callbackStory{
	{
		// Asterisk takes the customer's keys twice from the third on.
		name: "keys in a hurry",
		rule: `, agent_accept: {key: "1", ask: {play: ask}}, customer_accept: {key: "5", ask: {play: ask}}, stop_key: "9"`,
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			s.ring.MustHear(w.t, acceptHz)
			w.must(s.ring.SendDigitsInHurry(w.soon(), "211"))
			called := w.answersAt(s.customer, softphone.Tone(lab.CustomersVoice))
			called.MustHear(w.t, acceptHz)
			w.must(called.SendDigitsInHurry(w.soon(), "455"))
			w.speak(s.queue, s.ring, called)
			w.must(called.SendDigitsInHurry(w.soon(), "999"))
			w.must(s.ring.HearsDigits(w.soon(), "99"))
			story := w.awaitTaskOf(s.customer, "to be cancelled", func(t httpapi.TaskStory) bool { return t.CancelReason != "" })
			require.Equal(w.t, callback.CancelDoNotCall, story.CancelReason)
			w.speak(s.queue, s.ring, called)
			require.Len(w.t, w.blocks(s.customer), 1)
			called.MustHangup(w.t)
			require.Equal(w.t, []string{"connected"}, results(w.taskOf(s.customer, callback.TaskCompleted)))
		},
	},
	{
		name: "keys of the wrong side",
		rule: `, agent_accept: {key: "1", ask: {play: ask}}, customer_accept: {key: "5", within: 20s, ask: {play: ask}}, stop_key: "9"`,
		tell: func(w *world, s scene) {
			s.ring.MustAnswer(w.t)
			s.ring.MustHear(w.t, acceptHz)
			w.must(s.ring.SendDigits(w.soon(), "951"))
			called := w.answersAt(s.customer, softphone.Tone(lab.CustomersVoice))
			called.MustHear(w.t, acceptHz)
			w.must(s.ring.SendDigits(w.soon(), "595"))
			w.must(called.SendDigits(w.soon(), "1"))
			require.Equal(w.t, callback.AttemptCustomer, w.story(s.customer).Attempts[0].State)
			require.Zero(w.t, called.Heard().Total(w.Voice(s.queue)), "the customer hasn't accepted yet: %v", called.Heard())
			w.must(called.SendDigits(w.soon(), "5"))
			w.speak(s.queue, s.ring, called)
			w.must(s.ring.SendDigits(w.soon(), "9"))
			w.must(called.HearsDigits(w.soon(), "9"))
			w.speak(s.queue, s.ring, called)
			called.MustHangup(w.t)
			s.ring.MustEnd(w.t)
			story := w.taskOf(s.customer, callback.TaskCompleted)
			require.Equal(w.t, []string{"connected"}, results(story))
			require.Empty(w.t, story.CancelReason)
			require.Empty(w.t, w.blocks(s.customer), "who presses the stop key is an agent")
		},
	},
}
