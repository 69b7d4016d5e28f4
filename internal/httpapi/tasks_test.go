package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func ids(list httpapi.TaskList) []int64 {
	var all []int64
	for _, t := range list.Tasks {
		all = append(all, t.ID)
	}
	return all
}

func TestTasksAreListedNewestFirst(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	s.miss("globex", "+46701234561")
	s.miss("acme", "+46701234563")
	s.claim(1, "one")
	s.complete(1)
	s.claim(2, "two")

	for path, want := range map[string][]int64{
		"":                                  {4, 3, 2, 1},
		"?state=completed":                  {1},
		"?state=dialing&state=completed":    {2, 1},
		"?state=held":                       nil,
		"?account=globex":                   {3},
		"?number=%2B46701234561":            {3, 1},
		"?number=+46701234561":              {3, 1},
		"?number=46701234561&account=acme":  {1},
		"?before=3":                         {2, 1},
		"?account=acme&before=4&limit=1000": {2, 1},
	} {
		assert.Equal(t, want, ids(get[httpapi.TaskList](s, "/api/v1/tasks"+path)), path)
	}
	assert.Contains(t, s.send(http.MethodGet, "/api/v1/tasks?state=held", "").Body.String(), `"tasks":[]`, "an empty list is a list")
}

func TestTasksComeInPages(t *testing.T) {
	s := newService(t)
	for i := range 5 {
		s.miss("acme", fmt.Sprintf("+4670123456%d", i))
	}
	first := get[httpapi.TaskList](s, "/api/v1/tasks?limit=2")
	assert.Equal(t, []int64{5, 4}, ids(first))
	assert.Equal(t, int64(4), first.NextBefore)

	s.miss("acme", "+46701234569") // which moves no page

	second := get[httpapi.TaskList](s, "/api/v1/tasks?limit=2&before=4")
	assert.Equal(t, []int64{3, 2}, ids(second))
	last := get[httpapi.TaskList](s, "/api/v1/tasks?limit=2&before=2")
	assert.Equal(t, []int64{1}, ids(last))
	assert.Zero(t, last.NextBefore)
	assert.Zero(t, get[httpapi.TaskList](s, "/api/v1/tasks?limit=3&before=4").NextBefore, "a full page can be the last")
}

// The story of a task that a second missed call joined and that was completed,
// with every field as programs read it.
func TestStoryOfATask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.miss("acme", "+46701234567")
		<-time.After(time.Minute) // virtual time
		s.miss("acme", "0701234567")
		s.claim(1, "one")
		s.complete(1)
		s.record(1)

		w := s.send(http.MethodGet, "/api/v1/tasks/1", "")
		require.Equal(t, http.StatusOK, w.Code)
		var pretty bytes.Buffer
		require.NoError(t, json.Indent(&pretty, w.Body.Bytes(), "", "  "))
		golden(t, "story.json", pretty.Bytes())
	})
}

func TestWhatATaskWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		waitingFor := func() string {
			story := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
			assert.Equal(t, story.WaitingFor, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks[0].WaitingFor)
			return story.WaitingFor
		}
		s.miss("acme", "+46701234567")
		assert.Equal(t, "it is due at 2000-01-01T01:00:00Z", waitingFor())

		<-time.After(time.Hour) // virtual time
		assert.Equal(t, "it is due and about to be taken up", waitingFor())

		const busy = "2 live callers wait in support since 12:03"
		require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error { return tx.SetWaiting(1, busy, time.Time{}) }))
		assert.Equal(t, busy, waitingFor())

		assert.Zero(t, get[httpapi.TaskStory](s, "/api/v1/tasks/1").Wake, "callbackd looks again as soon as something changes")
		const closed = "closed by schedule office until Mon 09:00 in Europe/Stockholm"
		until := time.Now().Add(3 * time.Hour)
		require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error { return tx.SetWaiting(1, closed, until) }))
		assert.Equal(t, closed, waitingFor())
		story := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
		assert.Equal(t, until.UTC(), story.Wake)
		assert.Equal(t, "2000-01-04T00:00:00Z", story.GiveUp.Format(time.RFC3339), "the rule's give_up_after: 3d")

		s.claim(1, "one")
		require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error { return tx.SetWaiting(1, "", time.Time{}) }))
		assert.Empty(t, waitingFor(), "it is being dialled")

		s.complete(1)
		assert.Empty(t, waitingFor(), "it is over")
		story = get[httpapi.TaskStory](s, "/api/v1/tasks/1")
		assert.True(t, story.Due.IsZero() && story.Wake.IsZero() && story.GiveUp.IsZero(), "it isn't due any more")
	})
}

func TestATaskThatWaitsIsCancelledAtOnce(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	w := s.send(http.MethodPost, "/api/v1/tasks/1/cancel", `{"reason":"customer_called"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var task httpapi.Task
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &task))
	assert.Equal(t, callback.TaskCancelled, task.State)
	assert.Equal(t, "cancelled_by_person: customer_called", task.Reason, "a person's words don't pass for callbackd's")
	assert.Empty(t, task.WaitingFor)

	story := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, task.Reason, story.Reason)
	assert.Contains(t, fmt.Sprint(story.History), "cancelled_by_person by admin: customer_called")
	require.Len(t, story.Attempts, 1)
	assert.Equal(t, callback.ResultSuperseded, story.Attempts[0].Result)

	w = s.send(http.MethodPost, "/api/v1/tasks/1/cancel", `{"reason":"again"}`)
	require.Equal(t, http.StatusOK, w.Code, "a client may ask again when it got no answer")
	var same httpapi.Task
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &same))
	assert.Equal(t, task, same)
}

func TestATaskThatEndedOtherwiseCannotBeCancelled(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.claim(1, "one")
	s.complete(1)
	p := problem(t, s.send(http.MethodPost, "/api/v1/tasks/1/cancel", ""), http.StatusConflict)
	assert.Equal(t, "Task 1 is completed: it is over, so there is nothing left to cancel.", p.Detail)
}

func TestATaskThatIsDialledIsCancelledOnce(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.claim(1, "one")
	for _, body := range []string{"", `{"reason":"again"}`, `{}`} {
		w := s.send(http.MethodPost, "/api/v1/tasks/1/cancel", body)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		var task httpapi.Task
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &task))
		assert.Equal(t, callback.TaskDialing, task.State)
		assert.Equal(t, "cancelled_by_person", task.CancelReason, "the first reason stays")
	}
}
