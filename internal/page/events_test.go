package page_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// The script hears of what changes, as far as the person may.
func TestEventsReachThePage(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/events?account=acme", nil)
	require.NoError(t, err)
	r.AddCookie(w.as(supervisor))
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	assert.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))

	lines := bufio.NewScanner(answer.Body)
	until := func(wanted string) {
		t.Helper()
		for lines.Scan() {
			assert.NotContains(t, lines.Text(), "globex")
			if strings.HasPrefix(lines.Text(), wanted) {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", wanted, lines.Err())
	}
	until("event: reset")
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "globex", TaskID: 1})
	w.events.Publish(httpapi.Event{Kind: httpapi.EventTask, Account: "acme", TaskID: 2})
	until("event: task")
	until(`data: {`)
}

// A script whose person has signed out is told so, and isn't sent to another page.
func TestAScriptWhoseSessionIsOver(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/events", "/tasks"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Header.Set("X-Requested-With", "callbackd")
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		assert.Equal(t, http.StatusUnauthorized, answer.Code)
	}
}
