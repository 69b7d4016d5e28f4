package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
)

// taking has the example account take requests.
var taking = []string{"rules:\n", "requests: {dialing_intervals: [immediately, 5m], queue: support}\nrules:\n"}

// asks asks for a callback over the API.
func (w *world) asks(r httpapi.CallbackRequest) httpapi.Task {
	w.t.Helper()
	task, isNew, err := w.api().Ask(w.t.Context(), r)
	w.must(err)
	require.True(w.t, isNew)
	return task.Task
}

// A callback that a program asks for: the agent's phone rings, then the customer's, and
// they talk.
func TestACallbackThatWasAskedFor(t *testing.T) {
	w := newWorld(t, taking...).start()
	asked := w.asks(httpapi.CallbackRequest{Account: "acme", Number: "070-123 45 67", Note: "about the offer", Source: callback.ViaWeb})
	require.Equal(t, customer, asked.Number)

	agent := w.aliceRings()
	require.Equal(t, customer, agent.From().Number)
	agent.MustAnswer(t)
	called := w.customerRings(customer)
	require.Equal(t, lab.MainNumber, called.From().Number, "the customer sees the caller ID of the file")
	called.MustAnswer(t)
	w.talk(agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)

	story := w.task(callback.TaskCompleted)
	require.Equal(t, callback.KindRequest, story.Kind)
	require.Equal(t, []string{"connected"}, results(story))
	require.Equal(t, "about the offer", story.Note)
	w.nothingLeft()
}

// A callback for a time is made then, and no sooner; a person may have it made now.
func TestACallbackForATime(t *testing.T) {
	w := newWorld(t, taking...).start()
	moment := time.Now().Add(5 * time.Second)
	w.asks(httpapi.CallbackRequest{Account: "acme", Number: customer, At: moment})
	agent := w.aliceRings()
	require.False(t, time.Now().Before(moment.Truncate(time.Millisecond)), "it rings too early")
	w.calledBack("alice", agent, customer)

	later := w.asks(httpapi.CallbackRequest{Account: "acme", Number: customer, At: time.Now().Add(time.Hour)})
	_, err := w.api().CallTaskNow(t.Context(), later.ID)
	w.must(err)
	w.calledBack("alice", w.aliceRings(), customer)
}

// Whoever was called back needs no other callback that was to be made as soon as possible,
// and keeps the one for a time.
func TestOneCallbackMakesAnotherNeedless(t *testing.T) {
	w := newWorld(t, append(taking, "immediately, 5m, 30m", "5m, 30m")...).start()
	w.loses(customer)
	w.story(customer)
	w.asks(httpapi.CallbackRequest{Account: "acme", Number: customer, At: time.Now().Add(time.Hour)})
	w.asks(httpapi.CallbackRequest{Account: "acme", Number: customer})
	agent := w.aliceRings()
	agent.MustAnswer(t)
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.speak("alice", agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)

	for id, want := range map[int64]callback.TaskState{1: callback.TaskCancelled, 2: callback.TaskScheduled, 3: callback.TaskCompleted} {
		story, err := w.AwaitTask(t.Context(), id, string(want), func(s httpapi.TaskStory) bool { return s.State == want })
		w.must(err)
		if id == 1 {
			require.Equal(t, callback.CancelCalledBack, story.Reason)
		}
	}
}
