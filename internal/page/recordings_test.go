package page_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// talks has a customer of an account call, be called back and talk for a minute.
func (w *world) talks(account, caller string, task int64) {
	w.t.Helper()
	w.miss(account, caller)
	start := time.Now().Add(-2 * time.Minute)
	w.dial(task, start)
	w.connect(task, start.Add(20*time.Second))
	w.hangUp(task, start.Add(80*time.Second))
}

// becomes has a recording be in another state.
func (w *world) becomes(id int64, state callback.RecordingState) {
	w.t.Helper()
	require.NoError(w.t, w.db.Update(w.t.Context(), func(tx callback.Tx) error {
		r, err := tx.Recording(id)
		if err != nil {
			return err
		}
		change, err := r.Become(state, "the disk")
		if err != nil {
			return err
		}
		return tx.UpdateRecording(&r, change)
	}))
}

func TestTheListOfRecordings(t *testing.T) {
	w := newWorld(t)
	assert.Contains(t, w.reads(admin, "/recordings"), "Nothing is recorded yet")
	w.talks("acme", "+46701234567", 1)
	w.talks("globex", "+46701234568", 2)

	body := w.get(admin, "/recordings").Body.String()
	assert.Contains(t, plain(body), "+46 70 123 45 67 task 1 · acme")
	assert.Contains(t, plain(body), "+46 70 123 45 68 task 2 · globex")
	assert.Contains(t, body, `<audio id="audio-1" controls preload="none" src="/recordings/1"`)
	assert.Contains(t, plain(body), "1 min")
	assert.Equal(t, "RIFF, as it were", w.get(admin, "/recordings/1").Body.String())

	text := w.reads(supervisor, "/recordings")
	assert.Contains(t, text, "123 45 67")
	assert.NotContains(t, text, "123 45 68", "of another account")
	assert.NotContains(t, text, "Delete", "admins alone delete")
	assert.Equal(t, http.StatusForbidden, w.get(agent, "/recordings").Code)

	today := time.Now().In(w.inStockholm(0, 0, 0).Location())
	for query, there := range map[string]bool{
		"number=%2B46701234567": true, "number=%2B46+70-123+45+67": true, "number=%2B46701234560": false, "state=kept": true, "state=missing": false,
		"from=" + today.AddDate(0, 0, -1).Format(time.DateOnly) + "&to=" + today.Format(time.DateOnly): true,
		"to=" + today.AddDate(0, 0, -2).Format(time.DateOnly):                                          false,
	} {
		text := w.reads(supervisor, "/recordings?"+query)
		assert.Equal(t, there, !containsAll(text, "No recording is like that"), query)
	}
	for query, words := range map[string]string{"from=soon": "Write days as 2026-11-27.", "number=12": "whole number", "state=lost": "state"} {
		answer := w.get(supervisor, "/recordings?"+query)
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, query)
		assert.Contains(t, plain(answer.Body.String()), words, query)
	}
}

// What can't be heard says why.
func TestARecordingThatCannotBeHeard(t *testing.T) {
	w := newWorld(t)
	w.talks("acme", "+46701234567", 1)
	w.becomes(1, callback.RecordingDeleted)
	body := w.get(supervisor, "/recordings").Body.String()
	assert.Contains(t, plain(body), "deleted the story of its task says when and why")
	assert.NotContains(t, body, "<audio")
}

func TestARecordingIsDeleted(t *testing.T) {
	w := newWorld(t)
	w.talks("acme", "+46701234567", 1)

	body := w.get(admin, "/recordings?do=delete-1").Body.String()
	assert.Contains(t, body, `<dialog id="delete" aria-labelledby="delete-title" open>`)
	assert.Contains(t, body, "It can&#39;t be had back.")
	assert.NotContains(t, w.get(supervisor, "/recordings?do=delete-1").Body.String(), "<dialog")
	assert.Equal(t, http.StatusForbidden, w.post(supervisor, "/recordings/1/delete", nil).Code)

	w.sound = "" // its PBX is away
	answer := w.post(admin, "/recordings/1/delete", nil)
	assert.Equal(t, http.StatusServiceUnavailable, answer.Code)
	assert.Contains(t, answer.Body.String(), "reached now: is it up, and in the configuration?")
	w.sound = "RIFF"

	answer = w.post(admin, "/recordings/1/delete?number=%2B46701234567", url.Values{})
	require.Equal(t, http.StatusSeeOther, answer.Code)
	assert.Equal(t, "/recordings?number=%2B46701234567&said=recording-deleted", answer.Header().Get("Location"), "one stays at what was looked for")
	assert.Contains(t, w.reads(admin, answer.Header().Get("Location")), "The recording is deleted.")
	assert.Equal(t, http.StatusNotFound, w.post(admin, "/recordings/99/delete", nil).Code)
}
