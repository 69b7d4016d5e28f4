package pagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
)

// scene is an account in which something of everything has happened.
type scene struct {
	done    httpapi.TaskStory // a missed call whose customer was called back
	waiting httpapi.TaskStory // one whose customer isn't yet
	asked   httpapi.TaskStory // a request for a time
	held    httpapi.TaskStory // a request that a person holds
	booked  httpapi.TaskStory // an appointment
}

// play makes a scene.
func (w *world) play() (s scene) {
	w.t.Helper()
	w.loses(laterNumber, second, "bob")
	s.waiting = w.task(second, callback.TaskScheduled)

	w.loses(lab.MainNumber, customer, "alice")
	agent := w.Agents["alice"].MustRing(w.t)
	agent.MustAnswer(w.t)
	called := w.phoneOf(customer)
	called.MustAnswer(w.t)
	agent.MustHear(w.t, lab.CustomersVoice)
	_, err := called.HearsFor(w.t.Context(), time.Second, w.Voice("alice"))
	require.NoError(w.t, err)
	called.MustHangup(w.t)
	agent.MustEnd(w.t)
	s.done = w.task(customer, callback.TaskCompleted)

	tomorrow := time.Now().Add(24 * time.Hour).Truncate(time.Hour)
	s.asked = w.asks(httpapi.CallbackRequest{Number: third, At: tomorrow, Note: "Wants to know about the offer of last week"})
	s.held = w.asks(httpapi.CallbackRequest{Number: fourth, At: tomorrow, Note: "Asked for by the reception"})
	_, err = w.api.HoldTask(w.t.Context(), s.held.ID, "is on holiday until Monday")
	require.NoError(w.t, err)
	s.held = w.task(fourth, callback.TaskHeld)
	_, err = w.api.BlockCustomer(w.t.Context(), "acme", "+46705550011", "asked not to be called any more")
	require.NoError(w.t, err)
	s.booked = w.books(httpapi.BookingRequest{Number: "+46731234500", Note: "About the new contract"})
	return s
}

// asks asks for a callback, as a program would.
func (w *world) asks(request httpapi.CallbackRequest) httpapi.TaskStory {
	w.t.Helper()
	request.Account = "acme"
	task, _, err := w.api.Ask(w.t.Context(), request)
	require.NoError(w.t, err)
	story, err := w.Task(w.t.Context(), task.ID)
	require.NoError(w.t, err)
	return story
}

// books books the first appointment that can be had.
func (w *world) books(request httpapi.BookingRequest) httpapi.TaskStory {
	w.t.Helper()
	story, err := w.Task(w.t.Context(), w.promises(request).ID)
	require.NoError(w.t, err)
	return story
}

// promises is books, with the customer's link.
func (w *world) promises(request httpapi.BookingRequest) httpapi.Promised {
	w.t.Helper()
	list, err := w.api.Slots(w.t.Context(), "acme", "advice", apiclient.Span{Limit: 1})
	require.NoError(w.t, err)
	require.NotEmpty(w.t, list.Slots)
	request.Start = list.Slots[0].Start
	booked, err := w.api.Book(w.t.Context(), "acme", "advice", request)
	require.NoError(w.t, err)
	return booked
}
