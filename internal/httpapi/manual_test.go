package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
)

// The page needs no token, and has nothing of anybody else's: neither in it nor allowed by
// its policy.
func TestTheManualIsCallbackdsOwn(t *testing.T) {
	s := newService(t)
	files, err := os.ReadDir("manual")
	require.NoError(t, err)
	inline := regexp.MustCompile(`(?i)<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:|innerHTML|\beval\(`)
	for _, file := range files {
		address := "/docs/" + file.Name()
		if file.Name() == "index.html" {
			address = "/docs"
		}
		w := s.serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		require.Equal(t, http.StatusOK, w.Code, address)
		assert.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'", w.Header().Get("Content-Security-Policy"))
		assert.NotRegexp(t, `https?://|//[a-z]+\.`, w.Body.String(), "%s refers to somewhere else", address)
		assert.NotRegexp(t, inline, w.Body.String(), address)
	}
	problem(t, s.serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/docs/nothing.js", nil)), http.StatusNotFound)
	assert.Equal(t, "/docs", s.serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/docs/", nil)).Header().Get("Location"))
}

// manual opens the page in a browser.
func (s *service) manual(look browser.Look) *browser.Page {
	s.t.Helper()
	server := httptest.NewServer(s.handler)
	s.t.Cleanup(server.Close)
	p := browser.Start(s.t).Page(s.t, look)
	p.Open(server.URL + "/docs")
	p.Says("Ask for a callback")
	return p
}

// Whoever integrates reads there all that the document has, and tries it.
func TestTheManualIsReadAndTried(t *testing.T) {
	s := newService(t)
	p := s.manual(browser.Look{})
	for _, o := range operations(t) {
		assert.True(t, browser.Eval[bool](p, fmt.Sprintf(`!!document.getElementById(%q)`, o.OperationID)), "%s isn't there", o.OperationID)
	}
	p.Fill("Find an operation", "callback")
	p.Says(" operations")
	assert.False(t, p.Has("Revoke a token"))

	p.Click("Ask for a callback")
	p.Says("Tokens of admin, supervisor, agent, intake.")
	p.Says("application/problem+json")
	p.Click("Try it")
	p.Says("This is done for real")
	p.Click("Send POST")
	p.Says("401 Unauthorized")
	p.Fill("Token", token)
	p.Click("Send POST")
	p.Says("201 Created")
	p.Says("Location: /api/v1/tasks/1")
	task := get[httpapi.TaskStory](s, "/api/v1/tasks/1")
	assert.Equal(t, "+46701234567", task.Number)
	assert.Equal(t, "wants to know about the offer", task.Note)
	p.Says(`-H "Authorization: Bearer $TOKEN"`)
	kept := browser.Eval[string](p, `document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href + document.body.innerText`)
	assert.NotContains(t, kept, token, "it stays in the field")
	p.Reload()
	p.Says("Ask for a callback")
	p.Forgive("401")
	assert.Empty(t, browser.Eval[string](p, `document.getElementById("token").value`))
}

// What is in a path and in a query is sent as it was typed.
func TestTheManualEscapes(t *testing.T) {
	s := newService(t)
	p := s.manual(browser.Look{})
	p.Fill("Token", token)
	p.Click("Switch a rule off")
	p.Click("Try it")
	p.Fill("account (path)", "acme")
	p.Fill("rule (path)", "menu 1/2")
	p.Click("Send POST")
	p.Says("200 OK")
	p.Says(`"changed": true`)
}

// The page is for everybody: on a telephone, in the dark, and read aloud.
func TestTheManualIsAccessible(t *testing.T) {
	s := newService(t)
	p := s.manual(browser.Look{})
	for _, look := range []browser.Look{{}, {Dark: true}, {Width: browser.PhoneWidth}, {Width: browser.PhoneWidth, Dark: true}} {
		t.Run(look.String(), func(t *testing.T) {
			p := p.In(t)
			p.Look(look)
			p.Await("an operation is open, with all that is within it", `(() => {
				const closed = [...document.querySelectorAll("#book-appointment details:not([open]), #show-task > details:not([open])")];
				closed.forEach(d => d.open = true);
				return closed.length === 0;
			})()`)
			p.MustBeAccessible()
		})
	}
}
