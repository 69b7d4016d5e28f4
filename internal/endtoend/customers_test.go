package endtoend

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// losesAt has a customer dial a number, hear an agent's phone ring for nothing,
// and give up.
func (w *world) losesAt(dialled, number, agent string) {
	w.t.Helper()
	in, err := w.Network.Dial(w.t.Context(), w.URI(dialled), softphone.Caller{Number: number})
	w.must(err)
	ringing := w.rings(agent)
	require.Equal(w.t, number, ringing.From().Number)
	w.must(in.Hangup())
	ringing.MustEnd(w.t)
}

// rings waits until an agent's phone rings.
func (w *world) rings(agent string) *softphone.Call {
	w.t.Helper()
	return w.Agents[agent].MustRing(w.t)
}

// answers lets an agent answer a callback and hear the prompt.
func (w *world) answers(agent string) *softphone.Call {
	w.t.Helper()
	call := w.rings(agent)
	call.MustAnswer(w.t)
	call.MustHear(w.t, promptHz)
	return call
}

// calledBack plays the callback of a customer to its end; the agent's phone
// rings already.
func (w *world) calledBack(name string, agent *softphone.Call, number string) (customer *softphone.Call) {
	w.t.Helper()
	agent.MustAnswer(w.t)
	customer = w.customerRings(number)
	customer.MustAnswer(w.t)
	w.speak(name, agent, customer)
	customer.MustHangup(w.t)
	agent.MustEnd(w.t)
	w.taskOf(number, callback.TaskCompleted)
	return customer
}

// speak checks that both hear each other from now on.
func (w *world) speak(name string, agent, customer *softphone.Call) {
	w.t.Helper()
	now := time.Now()
	w.hearsAfter(agent, now, lab.CustomersVoice)
	w.hearsAfter(customer, now, w.Voice(name))
}

// hearsAfter waits until a call hears a tone after a moment.
func (w *world) hearsAfter(call *softphone.Call, moment time.Time, hz int) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer stop()
	_, err := call.HearsAfter(ctx, moment, hz)
	w.must(err)
}

// story is what callbackd tells of a customer's newest task.
func (w *world) story(number string) httpapi.TaskStory {
	w.t.Helper()
	return w.awaitTaskOf(number, "there", func(httpapi.TaskStory) bool { return true })
}

// taskOf waits until a customer's newest task is in a state.
func (w *world) taskOf(number string, state callback.TaskState) httpapi.TaskStory {
	w.t.Helper()
	return w.awaitTaskOf(number, string(state), func(t httpapi.TaskStory) bool { return t.State == state })
}

// waits waits until a customer's task says that it waits for something, in these words.
func (w *world) waits(number, words string) httpapi.TaskStory {
	w.t.Helper()
	story := w.awaitTaskOf(number, "waiting: "+words, func(t httpapi.TaskStory) bool { return strings.Contains(t.WaitingFor, words) })
	require.Equal(w.t, callback.TaskScheduled, story.State)
	return story
}

func (w *world) awaitTaskOf(number, what string, ok func(httpapi.TaskStory) bool) httpapi.TaskStory {
	w.t.Helper()
	var id int64
	_, err := w.AwaitTasks(w.t.Context(), "a task of "+number, func(list []httpapi.Task) bool {
		for _, t := range list { // the newest first
			if t.Number == number {
				id = t.ID
				return true
			}
		}
		return false
	})
	w.must(err)
	story, err := w.AwaitTask(w.t.Context(), id, fmt.Sprintf("task %d of %s to be %s", id, number, what), ok)
	w.must(err)
	return story
}

// refused waits for a customer's missed call, for which there is no task, and
// answers why.
func (w *world) refused(number string) callback.Reason {
	w.t.Helper()
	var reason callback.Reason
	_, err := w.AwaitMissedCalls(w.t.Context(), "a missed call of "+number, func(list []httpapi.MissedCall) bool {
		for _, m := range list {
			if m.Caller == number {
				reason = m.Reason
				return true
			}
		}
		return false
	})
	w.must(err)
	return reason
}
