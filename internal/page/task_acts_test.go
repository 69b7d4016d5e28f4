package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func urlOf(text string) string { return url.QueryEscape(text) }

func isUnseen(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// task is a task as it is stored.
func (w *world) task(id int64) (task callback.Task) {
	w.t.Helper()
	require.NoError(w.t, w.db.View(w.t.Context(), func(tx callback.ReadTx) (err error) {
		task, err = tx.Task(id)
		return err
	}))
	return task
}

// done checks that a form was taken, and reads what the page says of it.
func (w *world) done(answer *httptest.ResponseRecorder) string {
	w.t.Helper()
	return w.did(supervisor, answer)
}

// question is what the form of an act says, once a page has it open.
func (w *world) question(p httpapi.Person, page, act string) string {
	w.t.Helper()
	address := addressOf(w.get(p, page).Body.String(), `data-dialog="`+act)
	require.NotEmpty(w.t, address, "%s isn't offered", act)
	return asked(w.get(p, address))
}

var openDialog = regexp.MustCompile(`(?s)<dialog [^>]* open>(.*?)</dialog>`)

// asked is what the only open form of a page says.
func asked(answer *httptest.ResponseRecorder) string {
	if found := openDialog.FindAllStringSubmatch(answer.Body.String(), -1); len(found) == 1 {
		return plain(found[0][1])
	}
	return ""
}

// did is done, of a form that another person has sent.
func (w *world) did(p httpapi.Person, answer *httptest.ResponseRecorder) string {
	w.t.Helper()
	require.Equal(w.t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	return w.reads(p, answer.Header().Get("Location"))
}

// Each action is a form: what it does is done, and the page says so.
func TestActingOnATask(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")

	assert.Contains(t, w.done(w.post(supervisor, "/tasks/1/hold", url.Values{"reason": {"waits for\r\nthe invoice"}})), "The task is held.")
	assert.Equal(t, callback.TaskHeld, w.task(1).State)
	assert.Contains(t, w.task(1).WaitingFor, "(waits for the invoice)")

	assert.Contains(t, w.done(w.post(supervisor, "/tasks/1/release", nil)), "The task is released.")
	assert.Equal(t, callback.TaskScheduled, w.task(1).State)

	assert.Contains(t, w.done(w.post(supervisor, "/tasks/1/note", url.Values{"note": {"call the office"}})), "call the office")
	assert.Equal(t, "call the office", w.task(1).Note)

	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	at := time.Now().In(stockholm).Add(26 * time.Hour).Truncate(time.Minute)
	assert.Contains(t, w.done(w.post(supervisor, "/tasks/1/reschedule", url.Values{"time": {at.Format("2006-01-02T15:04")}})), "The task has its new time.")
	assert.True(t, at.Equal(w.task(1).Due), "%s is by the account's clock, and stored is %s", at, w.task(1).Due)

	assert.Contains(t, w.done(w.post(supervisor, "/tasks/1/call-now", nil)), "The task is due now.")
	assert.WithinDuration(t, time.Now(), w.task(1).Due, time.Minute)

	text := w.done(w.post(supervisor, "/tasks/1/cancel", url.Values{"reason": {"wrote an e-mail"}}))
	assert.Contains(t, text, "The callback is cancelled.")
	assert.Contains(t, text, "By a person: wrote an e-mail.")
	assert.Contains(t, text, "By sven: wrote an e-mail.", "who did it stands in the story")
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
	assert.NotContains(t, w.get(supervisor, "/tasks/1").Body.String(), `id="cancel"`, "there is nothing left to cancel")

	w.miss("acme", "+46701234568")
	assert.Contains(t, w.done(w.post(agent, "/tasks/2/close", url.Values{"reason": {"met her"}})), "The task is closed.")
	assert.Contains(t, w.reads(supervisor, "/tasks/2"), "Closed by alice: met her.")
}

// A form that is refused comes back with what was typed, and says what to change.
func TestARefusedFormIsShownAgain(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	refused := func(answer *httptest.ResponseRecorder, status int, words, typed string) {
		t.Helper()
		body := answer.Body.String()
		assert.Equal(t, status, answer.Code)
		assert.Contains(t, body, words)
		assert.Contains(t, body, typed)
		assert.Contains(t, body, ` open>`, "without a script, too, the form can be seen")
		assert.Contains(t, body, `data-reads="/tasks/1"`, "the script reads the task again, not the form's address")
	}
	refused(w.post(supervisor, "/tasks/1/reschedule", url.Values{"time": {"2020-01-02T03:04"}}), http.StatusUnprocessableEntity, "in the future", `value="2020-01-02T03:04"`)
	refused(w.post(supervisor, "/tasks/1/reschedule", url.Values{"time": {"soon"}}), http.StatusUnprocessableEntity, "Write a day and a time that there is", `value="soon"`)
	// 28 March 2027, 02:30 isn't on any clock in Stockholm.
	refused(w.post(supervisor, "/tasks/1/reschedule", url.Values{"time": {"2027-03-28T02:30"}}), http.StatusUnprocessableEntity, "an hour is missing", `value="2027-03-28T02:30"`)
	refused(w.post(supervisor, "/tasks/1/hold", url.Values{"reason": {strings.Repeat("x", 201)}}), http.StatusUnprocessableEntity, "200", strings.Repeat("x", 201))
	refused(w.post(supervisor, "/tasks/1/note", url.Values{"note": {strings.Repeat("x", 70<<10)}}), http.StatusBadRequest, "That was too much", "note")

	// Meanwhile somebody else has cancelled it.
	_, err := callback.Cancel(t.Context(), w.db, 1, callback.CancelByPerson, "ada")
	require.NoError(t, err)
	refused(w.post(supervisor, "/tasks/1/hold", url.Values{"reason": {"wait"}}), http.StatusConflict, "cancelled", `value="wait"`)
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)
}

// Without a script the form opens at an address of its own, which can be reloaded.
func TestAFormOpensWithoutAScript(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	body := w.get(supervisor, "/tasks/1?do=cancel").Body.String()
	assert.Contains(t, body, `<dialog id="cancel" aria-labelledby="cancel-title" open>`)
	assert.Equal(t, 1, strings.Count(body, " open>"))
	answer := w.get(supervisor, "/tasks/1/cancel")
	assert.Equal(t, http.StatusSeeOther, answer.Code)
	assert.Equal(t, "/tasks/1?do=cancel", answer.Header().Get("Location"))
}

// A page of another site can't have anything done in the name of whoever is signed in.
func TestAForeignFormIsRefused(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/tasks/1/cancel", strings.NewReader(""))
		r.Header.Set(name, value)
		answer := w.serve(supervisor, r)
		assert.Equal(t, http.StatusForbidden, answer.Code, name)
		assert.Contains(t, plain(answer.Body.String()), "This came from another site")
	}
	assert.Equal(t, callback.TaskScheduled, w.task(1).State)
}
