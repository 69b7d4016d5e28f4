package page_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"

	"callbackd/internal/page"
)

// Whatever goes wrong within callbackd, people get a page that says so, and nothing of it.
func TestWhatGoesWrongWithin(t *testing.T) {
	w := newWorld(t)
	for name, api := range map[string]http.HandlerFunc{
		"a panic": func(http.ResponseWriter, *http.Request) { panic("secret") },
		"a failure": func(rw http.ResponseWriter, _ *http.Request) {
			http.Error(rw, "secret", http.StatusInternalServerError)
		},
		"no answer":  func(http.ResponseWriter, *http.Request) {},
		"other JSON": func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte(`["secret"]`)) },
	} {
		w.handler = page.New(page.Options{API: api, Users: w.users, Log: zerolog.Nop()})
		for _, path := range []string{"/", "/tasks", "/tasks/1", "/missed-calls", "/nowhere"} {
			answer := w.get(admin, path)
			assert.NotEqual(t, http.StatusOK, answer.Code, "%s at %s", name, path)
			assert.NotContains(t, answer.Body.String(), "secret", name)
			assert.Contains(t, answer.Body.String(), "<h1>", name)
		}
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/assets/live.js", nil))
	assert.Equal(t, http.StatusOK, answer.Code, "what needs no API is there")
}
