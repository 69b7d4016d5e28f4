package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// read reads what an answer says.
func read[Document any](t *testing.T, w *httptest.ResponseRecorder, status int) (d Document) {
	t.Helper()
	require.Equal(t, status, w.Code, w.Body)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &d))
	return d
}

// Through a form with a token for intake, a customer who holds a secret sees what was
// promised, moves it, and cancels it.
func TestACustomerWithASecret(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	start := aSlot()
	booked := promisedIn(t, s.book(form, "0701234567", start), http.StatusCreated)
	post[httpapi.Task](s, "/api/v1/tasks/1/hold", `{"reason": "is rude on the phone"}`)
	path := "/api/v1/promises/" + booked.Secret
	shown := s.sendAs(form, http.MethodGet, path, "")
	assert.NotContains(t, shown.Body.String(), "rude")
	assert.NotContains(t, shown.Body.String(), "1234567")
	p := read[httpapi.Promise](t, shown, http.StatusOK)
	assert.Equal(t, httpapi.Promise{
		Account: "acme", Kind: callback.KindAppointment, Schedule: "advice", Number: "+46*******67", State: httpapi.PromiseWaiting,
		At: start.UTC(), Timezone: "Europe/Stockholm", Asked: p.Asked, Reschedules: true, Cancels: true,
	}, p)

	slots := read[httpapi.SlotList](t, s.sendAs(form, http.MethodGet, path+"/slots?limit=1", ""), http.StatusOK)
	require.Len(t, slots.Slots, 1)
	moved := read[httpapi.Promise](t, s.sendAs(form, http.MethodPost, path+"/reschedule", fmt.Sprintf(`{"at": %q}`, slots.Slots[0].Start.Format(time.RFC3339))), http.StatusOK)
	assert.True(t, slots.Slots[0].Start.Equal(moved.At))
	assert.Equal(t, 2, s.free(start), "the old place is free")
	refused := refusedFor(t, s.sendAs(form, http.MethodPost, path+"/reschedule", fmt.Sprintf(`{"at": %q}`, start.Add(time.Minute).Format(time.RFC3339))), http.StatusUnprocessableEntity)
	assert.Equal(t, callback.RefusedNoSlot, refused.Reason)
	assert.Equal(t, "body.at", refused.Errors[0].Location)

	for range 2 {
		gone := read[httpapi.Promise](t, s.sendAs(form, http.MethodPost, path+"/cancel", ""), http.StatusOK)
		assert.Equal(t, httpapi.PromiseCancelled, gone.State)
		assert.False(t, gone.Cancels)
		assert.False(t, gone.Reschedules)
	}
	over := problem(t, s.sendAs(form, http.MethodPost, path+"/reschedule", fmt.Sprintf(`{"at": %q}`, start.Format(time.RFC3339))), http.StatusConflict)
	assert.Equal(t, "The promise is over, so there is nothing left to change: ask for another callback.", over.Detail)
	story := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, callback.CancelByCustomer, story.Reason)
	for _, change := range story.History[len(story.History)-2:] {
		assert.NotContains(t, change.Reason, "form", "the customer did it")
	}
}

// A request may be for any time, and while it is dialled it is no one's to change.
func TestAPromiseThatIsBeingCalled(t *testing.T) {
	s := newService(t)
	asked := promisedIn(t, s.ask(`{"account": "acme", "number": "0701234567"}`), http.StatusCreated)
	path := "/api/v1/promises/" + asked.Secret
	assert.Empty(t, get[httpapi.SlotList](s, path+"/slots").Slots)
	later := tomorrow()
	moved := post[httpapi.Promise](s, path+"/reschedule", `{"at": "`+later+`"}`)
	assert.Equal(t, later, moved.At.In(time.FixedZone("", 3600)).Format(time.RFC3339))

	s.claim(asked.ID, "one")
	assert.Equal(t, httpapi.PromiseCalling, get[httpapi.Promise](s, path).State)
	late := problem(t, s.send(http.MethodPost, path+"/reschedule", `{"at": "`+tomorrow()+`"}`), http.StatusConflict)
	assert.Contains(t, late.Detail, "being made right now")
	assert.NotContains(t, late.Detail, "ask 1", "customers don't know their numbers")
	s.complete(asked.ID)
	talked := get[httpapi.Promise](s, path)
	assert.Equal(t, httpapi.PromiseCalled, talked.State)
	assert.Equal(t, 1, talked.Tried)
	problem(t, s.send(http.MethodPost, path+"/cancel", ""), http.StatusConflict)
}

// Every state of a task is one for its customer.
func TestStatesOfPromises(t *testing.T) {
	seen := map[httpapi.PromiseState]bool{}
	for _, state := range callback.TaskStates {
		p := httpapi.PromiseOf(callback.Task{State: state}, "")
		assert.Contains(t, httpapi.PromiseStates, p.State, state)
		assert.Equal(t, state.Open(), p.Cancels, state)
		seen[p.State] = true
	}
	assert.Len(t, seen, len(httpapi.PromiseStates))
	assert.False(t, httpapi.PromiseOf(callback.Task{State: callback.TaskDialing, CancelReason: callback.CancelByCustomer}, "").Cancels)
}

// Neither the token nor the secret alone opens anything, and a secret isn't guessed from
// another, nor written into the log.
func TestSecretsOfOthers(t *testing.T) {
	s := newService(t)
	asked := promisedIn(t, s.ask(`{"account": "acme", "number": "0701234567"}`), http.StatusCreated)
	s.miss("acme", "+46701234568")
	path := "/api/v1/promises/"
	problem(t, s.sendAs("wrong", http.MethodGet, path+asked.Secret, ""), http.StatusUnauthorized)
	var answers []string
	other := s.bearer("other", callback.RoleIntake, "globex")
	answers = append(answers, s.sendAs(other, http.MethodGet, path+asked.Secret, "").Body.String())
	for _, wrong := range []string{asked.Secret[1:], asked.Secret[:53] + "A", asked.Secret + "A", "AAAAAAAAAAI" + asked.Secret[11:], "1", "x"} {
		if wrong == asked.Secret {
			continue
		}
		w := s.send(http.MethodGet, path+wrong, "")
		problem(t, w, http.StatusNotFound)
		answers = append(answers, w.Body.String())
	}
	for _, a := range answers {
		assert.Equal(t, answers[0], a, "it says nothing of why")
	}
	for _, change := range []string{"/cancel", "/reschedule"} {
		problem(t, s.sendAs(other, http.MethodPost, path+asked.Secret+change, map[string]string{"/reschedule": `{"at": "` + tomorrow() + `"}`}[change]), http.StatusNotFound)
	}
	assert.Equal(t, httpapi.PromiseWaiting, get[httpapi.Promise](s, path+asked.Secret).State)
	assert.Contains(t, s.log.String(), path, "the log has that somebody knocked with a wrong token")
	assert.NotContains(t, s.log.String(), asked.Secret)
}

// Whoever only says that a number is theirs gets no link to what its owner had asked for.
func TestNoSecretForAMergedRequestOfAForm(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	const request = `{"account": "acme", "number": "0701234567"}`
	first := promisedIn(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", request), http.StatusCreated)
	assert.NotEmpty(t, first.Secret)
	assert.Empty(t, promisedIn(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", request), http.StatusOK).Secret)
	agent := s.bearer("ann", callback.RoleAgent, "acme")
	assert.Equal(t, first.Secret, promisedIn(t, s.sendAs(agent, http.MethodPost, "/api/v1/tasks", request), http.StatusOK).Secret)
}

// Nor is a form told anything of the task into which a request was merged but what it has
// sent: it may be another person's, who wanted another time.
func TestAFormIsToldNothingOfAnotherRequest(t *testing.T) {
	s := newService(t)
	form := s.bearer("form", callback.RoleIntake, "acme")
	first := time.Now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour) // at noon: ten minutes later it is the same day
	request := func(at time.Time) string {
		return `{"account": "acme", "number": "0701234567", "target": "queue:support", "at": "` + at.Format(time.RFC3339) + `"}`
	}
	promisedIn(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", request(first)), http.StatusCreated)
	s.send(http.MethodPost, "/api/v1/tasks/1/hold", `{"reason": "x"}`)
	sent := first.Add(10 * time.Minute)
	told := promisedIn(t, s.sendAs(form, http.MethodPost, "/api/v1/tasks", request(sent)), http.StatusOK)
	assert.True(t, sent.Equal(told.At), "sent %s, told %s", sent, told.At)
	assert.Zero(t, told.Due)
	assert.Equal(t, callback.TaskScheduled, told.State, "whoever holds it")
	assert.Equal(t, "queue:support", told.Target.String())
}
