package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// recordings is where the service's recordings lie.
type recordings struct {
	s     *service
	sound string
	fails error
	open  int
}

type openSound struct {
	*strings.Reader
	of *recordings
}

func (o openSound) Close() error { o.of.open--; return nil }

func (f *recordings) Open(ctx context.Context, id int64) (io.ReadSeekCloser, callback.Recording, error) {
	r, err := f.row(ctx, id)
	if err != nil {
		return nil, r, err
	}
	f.open++
	return openSound{strings.NewReader(f.sound), f}, r, nil
}

func (f *recordings) Delete(ctx context.Context, id int64, reason string) (r callback.Recording, err error) {
	if r, err = f.row(ctx, id); err != nil || r.State == callback.RecordingDeleted {
		return r, err
	}
	err = f.s.db.Update(ctx, func(tx callback.Tx) error {
		change, err := r.Become(callback.RecordingDeleted, reason)
		if err != nil {
			return err
		}
		return tx.UpdateRecording(&r, change)
	})
	return r, err
}

func (f *recordings) row(ctx context.Context, id int64) (r callback.Recording, err error) {
	err = f.s.db.View(ctx, func(tx callback.ReadTx) (err error) {
		r, err = tx.Recording(id)
		return err
	})
	if err == nil && f.fails != nil {
		err = fmt.Errorf("recording %d: %w", id, f.fails)
	}
	return r, err
}

// talks has a customer of account called back, and recorded under a name.
func (s *service) talks(account, number, name string) (r callback.Recording) {
	s.t.Helper()
	s.miss(account, number)
	task := get[httpapi.TaskList](s, "/api/v1/tasks?limit=1").Tasks[0]
	s.claim(task.ID, name)
	s.complete(task.ID)
	return s.record(task.ID)
}

// record stores the recording of a task's first attempt.
func (s *service) record(taskID int64) (r callback.Recording) {
	s.t.Helper()
	require.NoError(s.t, s.db.Update(s.t.Context(), func(tx callback.Tx) error {
		attempts, err := tx.Attempts(taskID)
		if err != nil {
			return err
		}
		r = callback.Recording{
			TaskID: taskID, AttemptID: attempts[0].ID, Account: attempts[0].Account, PBX: "pbx1", Name: attempts[0].Names.Recording, Channels: 2,
			State: callback.RecordingKept, Bytes: 2 * 1_440_044, Duration: 90 * time.Second,
			Made: november, KeepUntil: november.Add(90 * 24 * time.Hour),
		}
		return tx.InsertRecording(&r)
	}))
	return r
}

var november = time.Date(2026, 11, 20, 13, 20, 1, 0, time.UTC)

func TestRecordingsAreListed(t *testing.T) {
	s := newService(t)
	first := s.talks("acme", "+46701234567", "first")
	second := s.talks("globex", "+46701234568", "second")
	third := s.talks("acme", "+46701234568", "third")
	ids := func(path string) (list []int64, next int64) {
		page := get[httpapi.RecordingList](s, path)
		for _, r := range page.Recordings {
			list = append(list, r.ID)
		}
		return list, page.NextBefore
	}
	for path, want := range map[string][]int64{
		"/api/v1/recordings":                                          {third.ID, second.ID, first.ID},
		"/api/v1/recordings?account=acme":                             {third.ID, first.ID},
		fmt.Sprintf("/api/v1/recordings?task=%d", second.TaskID):      {second.ID},
		"/api/v1/recordings?state=unverified&state=missing":           nil,
		fmt.Sprintf("/api/v1/recordings?before=%d&limit=5", third.ID): {second.ID, first.ID},
	} {
		list, next := ids(path)
		assert.Equal(t, want, list, path)
		assert.Zero(t, next, path)
	}
	list, next := ids("/api/v1/recordings?limit=2")
	assert.Equal(t, []int64{third.ID, second.ID}, list)
	assert.Equal(t, second.ID, next)
	assert.Equal(t, httpapi.Recording{
		ID: first.ID, Account: "acme", Number: "+46701234567", TaskID: first.TaskID, AttemptID: first.AttemptID, State: callback.RecordingKept, PBX: "pbx1",
		Files: []string{"acme/first-in.wav", "acme/first-out.wav"}, Channels: 2, Bytes: 2_880_088, Seconds: 90,
		Made: november, KeepUntil: november.Add(90 * 24 * time.Hour),
	}, get[httpapi.RecordingList](s, "/api/v1/recordings?limit=1&before=2").Recordings[0])

	story := get[httpapi.TaskStory](s, fmt.Sprintf("/api/v1/tasks/%d", first.TaskID))
	require.Len(t, story.Recordings, 1, "the task's story has it")
	assert.Equal(t, first.ID, story.Recordings[0].ID)
	assert.True(t, story.Attempts[0].RecordingOK)
	// The attempt says what the index says, whatever was seen when it ended.
	require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error {
		change, err := first.Become(callback.RecordingDeleted, "it has been kept long enough")
		if err != nil {
			return err
		}
		return tx.UpdateRecording(&first, change)
	}))
	story = get[httpapi.TaskStory](s, fmt.Sprintf("/api/v1/tasks/%d", first.TaskID))
	assert.Equal(t, callback.RecordingDeleted, story.Recordings[0].State)
	assert.False(t, story.Attempts[0].RecordingOK)
	problem(t, s.send(http.MethodGet, "/api/v1/recordings?state=lost", ""), http.StatusUnprocessableEntity)
}

func TestARecordingIsHeard(t *testing.T) {
	s := newService(t)
	r := s.talks("acme", "+46701234567", "first")
	s.recordings.sound = "RIFF and so on"
	path := fmt.Sprintf("/api/v1/recordings/%d", r.ID)

	w := s.send(http.MethodGet, path, "")
	require.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "audio/wav", w.Header().Get("Content-Type"))
	assert.Equal(t, "14", w.Header().Get("Content-Length"))
	assert.Equal(t, "bytes", w.Header().Get("Accept-Ranges"))
	assert.Equal(t, `attachment; filename="acme-first.wav"`, w.Header().Get("Content-Disposition"))
	assert.Equal(t, "RIFF and so on", w.Body.String())

	for part, want := range map[string]string{"bytes=5-": "and so on", "bytes=0-3": "RIFF", "bytes=-2": "on"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Range", part)
		w := s.serve(request)
		assert.Equal(t, http.StatusPartialContent, w.Code, part)
		assert.Equal(t, want, w.Body.String(), part)
	}
	assert.Zero(t, s.recordings.open, "all are closed")
}

func TestWhatStandsInTheWayOfARecording(t *testing.T) {
	s := newService(t)
	r := s.talks("acme", "+46701234567", "first")
	path := fmt.Sprintf("/api/v1/recordings/%d", r.ID)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		problem(t, s.send(method, "/api/v1/recordings/4711", ""), http.StatusNotFound)
		for err, status := range map[error]int{
			callback.ErrRecordingMissing: http.StatusNotFound,
			callback.ErrRecordingDeleted: http.StatusGone,
			callback.ErrRecordingAway:    http.StatusServiceUnavailable,
			callback.ErrRecordingBusy:    http.StatusServiceUnavailable,
			callback.ErrRecordingRefused: http.StatusBadGateway,
			errors.New("disk I/O error"): http.StatusInternalServerError,
		} {
			s.recordings.fails = err
			p := problem(t, s.send(method, path, ""), status)
			assert.NotContains(t, p.Detail, "I/O")
		}
		s.recordings.fails = nil
	}
	r401 := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	problem(t, s.serve(r401), http.StatusUnauthorized)
}

func TestARecordingIsDeletedByHand(t *testing.T) {
	s := newService(t)
	r := s.talks("acme", "+46701234567", "first")
	w := s.send(http.MethodDelete, fmt.Sprintf("/api/v1/recordings/%d", r.ID), "")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Contains(t, w.Body.String(), `"state":"deleted"`)
	assert.Contains(t, w.Body.String(), `"number":"+46701234567"`)
	assert.Equal(t, "+46701234567", get[httpapi.RecordingList](s, "/api/v1/recordings").Recordings[0].Number)
	story := get[httpapi.TaskStory](s, fmt.Sprintf("/api/v1/tasks/%d", r.TaskID))
	last := story.History[len(story.History)-1]
	assert.Equal(t, "recording_deleted", last.Input)
	assert.Equal(t, "admin", last.Reason)
	assert.Equal(t, callback.RecordingDeleted, story.Recordings[0].State)
	assert.Equal(t, "+46701234567", story.Recordings[0].Number)
}
