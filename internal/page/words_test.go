package page_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/feed"
	"callbackd/internal/page"
)

// A note is kept in whatever script people write it, with what their telephones make of it.
func TestANoteInAnyScript(t *testing.T) {
	w := newWorld(t)
	w.miss("acme", "+46701234567")
	for _, note := range []string{"می\u200cخواهم", "\U0001F469\u200d\U0001F527 kommer"} {
		assert.Equal(t, http.StatusSeeOther, w.post(supervisor, "/tasks/1/note", url.Values{"note": {note}}).Code)
		assert.Contains(t, w.get(supervisor, "/tasks/1").Body.String(), note)
	}
	assert.Equal(t, http.StatusSeeOther, w.post(supervisor, "/tasks/1/note", url.Values{"note": {"past\u00ADed \u202Efrom elsewhere"}}).Code)
	assert.Contains(t, w.get(supervisor, "/tasks/1").Body.String(), "pasted from elsewhere")
}

func TestARefusedPasswordIsASentence(t *testing.T) {
	w := newWorld(t)
	answer := w.post(supervisor, "/me", url.Values{"password": {password}, "new-password": {"short"}, "new-password-again": {"short"}})
	assert.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	assert.Regexp(t, `>\s*That password can[^<]*\.\s*<`, answer.Body.String())
}

// The log says from where, also behind a proxy, and when somebody begins to be sent away.
func TestTheLogHasTheAddress(t *testing.T) {
	w := newWorld(t)
	w.as(supervisor)
	log := new(bytes.Buffer)
	handler := page.New(page.Options{API: w.api, Users: w.users, Log: zerolog.New(log)})
	try := func(forwarded, remote string) int {
		form := url.Values{"name": {"sven"}, "password": {"wrong"}}.Encode()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		r.RemoteAddr = remote
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		return answer.Code
	}
	for range 5 {
		require.Equal(t, http.StatusUnprocessableEntity, try("192.0.2.7", "127.0.0.1:40000"))
	}
	assert.Equal(t, 5, strings.Count(log.String(), `"from":"192.0.2.7"`))
	for range 100 {
		require.Equal(t, http.StatusTooManyRequests, try("192.0.2.7", "127.0.0.1:40000"))
	}
	assert.Equal(t, 6, strings.Count(log.String(), `"from":"192.0.2.7"`), "it begins to wait, in one line")
	assert.Equal(t, 1, strings.Count(log.String(), "has to wait"))
	try("", "[2001:db8::7]:40000")
	assert.Contains(t, log.String(), `"from":"2001:db8::7"`, "the whole address")
	try("192.0.2.9", "198.51.100.1:40000")
	assert.Contains(t, log.String(), `"from":"198.51.100.1"`, "who isn't on this machine says nothing of others")
	assert.NotContains(t, log.String(), "192.0.2.9")
}

// Who follows as often as one may is told so; nothing is wrong with callbackd.
func TestWhoFollowsTooOften(t *testing.T) {
	w := newWorld(t)
	log := new(bytes.Buffer)
	w.handler = page.New(page.Options{API: w.api, Users: w.users, Log: zerolog.New(log)})
	for range feed.MostEach {
		f, err := w.events.Follow("supervisor acme sven", "")
		require.NoError(t, err)
		defer f.Close()
	}
	answer := w.get(supervisor, "/events")
	assert.Equal(t, http.StatusTooManyRequests, answer.Code)
	assert.Contains(t, answer.Body.String(), "You follow the events 24 times already")
	assert.Empty(t, log.String())
}
