package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func TestATaskIsHeldAndReleased(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	due := get[httpapi.TaskStory](s, "/api/v1/tasks/1").Due

	for range 2 { // a client may ask again when it got no answer
		task := post[httpapi.Task](s, "/api/v1/tasks/1/hold", `{"reason":" in a meeting "}`)
		assert.Equal(t, callback.TaskHeld, task.State)
		assert.Equal(t, "admin", task.HeldBy)
	}
	held := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, "admin", held.HeldBy)
	assert.Regexp(t, `admin since .* \(in a meeting\)`, held.WaitingFor)
	assert.Equal(t, "admin: in a meeting", held.History[len(held.History)-1].Reason)
	assert.Equal(t, held.WaitingFor, get[httpapi.TaskList](s, "/api/v1/tasks?state=held").Tasks[0].WaitingFor)

	for range 2 {
		task := post[httpapi.Task](s, "/api/v1/tasks/1/release", "")
		assert.Equal(t, callback.TaskScheduled, task.State)
		assert.Empty(t, task.HeldBy)
		assert.Equal(t, due, task.Due)
	}
}

// A person's words are one line, which reads as it is written.
func TestWordsThatArent(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	for _, verb := range []string{"hold", "cancel"} {
		for _, words := range []string{`a\nb`, `a\u0085b`, `\u202egnp`, `a\u2028b`, `\u0007`} {
			p := problem(t, s.send(http.MethodPost, "/api/v1/tasks/1/"+verb, `{"reason":"`+words+`"}`), http.StatusUnprocessableEntity)
			assert.Contains(t, p.Detail, "one line of text")
		}
	}
	post[httpapi.Task](s, "/api/v1/tasks/1/hold", `{"reason":"   "}`)
	held := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, "admin", held.History[len(held.History)-1].Reason, "blanks say nothing")
	post[httpapi.Task](s, "/api/v1/tasks/1/cancel", `{"reason":" \u00e4\ud83d\ude00 "}`)
	assert.Equal(t, "cancelled_by_person: ä😀", get[httpapi.TaskStory](s, "/api/v1/tasks/1").Reason)
}

// Who sends something with a release means something that a release doesn't do.
func TestAReleaseHasNothingToSay(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	post[httpapi.Task](s, "/api/v1/tasks/1/hold", "")
	problem(t, s.send(http.MethodPost, "/api/v1/tasks/1/release", `{"held_by":"one_ring"}`), http.StatusUnprocessableEntity)
	problem(t, s.send(http.MethodPost, "/api/v1/tasks/1/release", `rubbish`), http.StatusBadRequest)
	assert.Equal(t, callback.TaskHeld, get[httpapi.TaskStory](s, "/api/v1/tasks/1").State)
	assert.Equal(t, callback.TaskScheduled, post[httpapi.Task](s, "/api/v1/tasks/1/release", `{}`).State)
}

func TestWhatCannotBeHeld(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	s.claim(1, "one")
	s.claim(2, "two")
	s.complete(2)
	for path, want := range map[string]string{
		"/api/v1/tasks/1/hold":    "Task 1 is being dialled: cancel it, or hold it when the attempt under way has ended.",
		"/api/v1/tasks/2/hold":    "Task 2 is completed: it is over, so there is nothing left to hold.",
		"/api/v1/tasks/2/release": "Task 2 is completed: it is over, so there is nothing left to release.",
	} {
		assert.Equal(t, want, problem(t, s.send(http.MethodPost, path, ""), http.StatusConflict).Detail)
	}
	for _, verb := range []string{"hold", "release"} {
		p := problem(t, s.send(http.MethodPost, "/api/v1/tasks/9/"+verb, ""), http.StatusNotFound)
		assert.Equal(t, "There is no task 9; the list of tasks has all that there are.", p.Detail)
	}
}

func TestAllThatTheShieldHoldsIsReleased(t *testing.T) {
	s := newService(t)
	for _, number := range []string{"+46701234561", "+46701234562", "+46701234563"} {
		s.miss("acme", number)
	}
	s.miss("globex", "+46701234561")
	for _, id := range []int64{1, 3, 4} {
		_, err := callback.Hold(t.Context(), s.db, id, callback.ByOneRing, "10 calls of one ring")
		require.NoError(t, err)
	}
	post[httpapi.Task](s, "/api/v1/tasks/2/hold", "")
	s.miss("acme", "+46701234564")
	_, err := callback.Hold(t.Context(), s.db, 5, callback.ByOneRing, "")
	require.NoError(t, err)
	assert.Equal(t, "admin", post[httpapi.Task](s, "/api/v1/tasks/5/hold", "").HeldBy, "a person's from now on")

	const path = "/api/v1/accounts/acme/tasks/release"
	assert.Equal(t, 2, post[httpapi.Release](s, path, `{"held_by":"one_ring"}`).Released)
	assert.Equal(t, []int64{5, 4, 2}, ids(get[httpapi.TaskList](s, "/api/v1/tasks?state=held")), "not a person's, nor another account's")
	assert.Zero(t, post[httpapi.Release](s, path, `{"held_by":"one_ring"}`).Released)
	assert.Equal(t, 2, post[httpapi.Release](s, path, `{"held_by":"admin"}`).Released)

	p := problem(t, s.send(http.MethodPost, "/api/v1/accounts/acmee/tasks/release", `{"held_by":"one_ring"}`), http.StatusNotFound)
	assert.Equal(t, `There is no account "acmee". Did you mean "acme"?`, p.Detail)
	p = problem(t, s.send(http.MethodPost, path, `{}`), http.StatusUnprocessableEntity)
	assert.Contains(t, p.Detail, "held_by")
}
