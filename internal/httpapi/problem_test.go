package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProblemsSayWhatToChange(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	const cancel = "/api/v1/tasks/1/cancel"
	for _, c := range []struct {
		method, path, body string
		status             int
		detail             string
	}{
		{"GET", "/", "", 404, "There is nothing at /: /openapi.json lists what there is."},
		{"GET", "/api/v1/jobs", "", 404, "There is nothing at /api/v1/jobs: "},
		{"GET", "/api/v1/tasks/1/", "", 404, "There is nothing at"},
		{"DELETE", "/api/v1/tasks", "", 405, "/api/v1/tasks doesn't take DELETE: use GET, HEAD, POST."},
		{"GET", cancel, "", 405, cancel + " doesn't take GET: use POST."},
		{"POST", "/healthz", "", 405, "use GET, HEAD."},
		{"GET", "/api/v1/tasks?state=open", "", 422, `query.state[0]: expected value to be one of "scheduled, dialing, held, completed, exhausted, cancelled, expired"`},
		{"GET", "/api/v1/tasks?states=held", "", 422, "query.states: unknown query parameter; known: state, account, number, q, kind, rule, target, from, to, due_from, due_to, sort, after, before, limit."},
		{"GET", "/api/v1/tasks?limit=0", "", 422, "query.limit: expected number >= 1"},
		{"GET", "/api/v1/tasks?limit=1001", "", 422, "query.limit: expected number <= 1000"},
		{"GET", "/api/v1/tasks?limit=all", "", 422, "query.limit: invalid integer"},
		{"GET", "/api/v1/tasks?before=-1", "", 422, "query.before: expected number >= 1"},
		{"GET", "/api/v1/tasks?number=0701234567", "", 422, "query.number: write the whole number with its country, %2B46701234567 or 46701234567."},
		{"GET", "/api/v1/missed-calls?number=abc&limit=0", "", 422, "query.limit: expected number >= 1; query.number: write the whole number"},
		{"GET", "/api/v1/tasks/twelve", "", 422, "path.id: invalid integer"},
		{"GET", "/api/v1/tasks/9", "", 404, "There is no task 9; the list of tasks has all that there are."},
		{"POST", "/api/v1/tasks/9/cancel", "", 404, "There is no task 9"},
		{"POST", cancel, "{", 400, "body: it isn't JSON: unexpected end of JSON input"},
		{"POST", cancel, `{"why": "so"}`, 422, "body.why: unexpected property"},
		{"POST", cancel, `{"reason": 7}`, 422, "body.reason: expected string"},
		{"POST", cancel, `{"reason": "two\nlines"}`, 422, "body.reason: expected string to be one line of text"},
		{"POST", cancel, `{"reason": "` + strings.Repeat("x", 201) + `"}`, 422, "body.reason: expected length <= 200"},
		{"POST", cancel, `{"reason": "` + strings.Repeat("x", 1<<20) + `"}`, 413, "The body is too large: send at most "},
	} {
		w := s.send(c.method, c.path, c.body)
		if assert.Equal(t, c.status, w.Code, "%s %s: %s", c.method, c.path, w.Body) {
			assert.Contains(t, problem(t, w, c.status).Detail, c.detail)
		}
	}
	w := s.send(http.MethodDelete, "/api/v1/tasks", "")
	assert.Equal(t, "GET, HEAD, POST", w.Header().Get("Allow"))
}

func TestAForeignBodyIsRefused(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/tasks/1/cancel", strings.NewReader("reason=spam"))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	problem(t, s.serve(r), http.StatusUnsupportedMediaType)
}

func TestAPanicIsLoggedAndNotShown(t *testing.T) {
	s := newService(t)
	s.ready = func() []string { panic("the inside of callbackd") }
	w := s.send(http.MethodGet, "/readyz", "")
	problem(t, w, http.StatusInternalServerError)
	assert.NotContains(t, w.Body.String(), "inside of callbackd")
	assert.Contains(t, s.log.String(), "the inside of callbackd")
	assert.Contains(t, s.log.String(), "problem_test.go", "the log has the stack")
}

func TestAFailingDatabaseIsLoggedAndNotShown(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	require.NoError(t, s.db.Close())
	for _, request := range []struct{ method, path string }{
		{http.MethodGet, "/api/v1/tasks"},
		{http.MethodGet, "/api/v1/tasks/1"},
		{http.MethodPost, "/api/v1/tasks/1/cancel"},
		{http.MethodGet, "/api/v1/missed-calls"},
		{http.MethodGet, "/api/v1/accounts"},
		{http.MethodPost, "/api/v1/accounts/acme/freeze"},
		{http.MethodGet, "/api/v1/rules"},
		{http.MethodGet, "/api/v1/state"},
		{http.MethodPost, "/api/v1/stop"},
	} {
		s.log.Reset()
		w := s.send(request.method, request.path, "")
		problem(t, w, http.StatusInternalServerError)
		assert.NotContains(t, w.Body.String(), "database is closed")
		assert.Contains(t, s.log.String(), "database is closed")
	}
}

func TestAnswersStayOutOfCachesAndFrames(t *testing.T) {
	s := newService(t)
	for _, path := range []string{"/api/v1/tasks", "/api/v1/tasks/9", "/nothing", "/openapi.json"} {
		h := s.send(http.MethodGet, path, "").Header()
		assert.Equal(t, "no-store", h.Get("Cache-Control"), path)
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		assert.Contains(t, h.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		assert.Empty(t, h.Get("Access-Control-Allow-Origin"), path)
	}
}
