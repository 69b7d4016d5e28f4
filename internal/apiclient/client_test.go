package apiclient

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// open makes a client of what handler answers.
func open(t *testing.T, handler http.HandlerFunc) (client *Client, address string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	address = server.Listener.Addr().String()
	folder := t.TempDir()
	config := filepath.Join(folder, "callbackd.yaml")
	require.NoError(t, os.WriteFile(config, []byte("listen: "+address), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "admin.token"), []byte("secret\n"), 0o600))
	client, err := Open(config)
	require.NoError(t, err)
	return client, address
}

func answer(contentType string, status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestARefusalSaysWhatTheDaemonSays(t *testing.T) {
	client, _ := open(t, answer("application/problem+json", http.StatusConflict, `{"status":409,"title":"Conflict","detail":"Task 1 is completed."}`))
	_, err := client.CancelTask(t.Context(), 1, "")
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, http.StatusConflict, refused.Problem.Status)
	assert.EqualError(t, err, "Task 1 is completed.")
}

func TestAWrongTokenNamesItsFile(t *testing.T) {
	client, address := open(t, answer("application/problem+json", http.StatusUnauthorized, `{"status":401,"detail":"The token is wrong."}`))
	_, err := client.Task(t.Context(), 1)
	require.ErrorIs(t, err, ErrToken)
	assert.Contains(t, err.Error(), "admin.token")
	assert.Contains(t, err.Error(), address)
}

func TestSomethingElseListensThere(t *testing.T) {
	for _, handler := range []http.HandlerFunc{
		answer("text/html", http.StatusOK, "<h1>It works!</h1>"),
		answer("text/html", http.StatusNotFound, "<h1>Not found</h1>"),
		answer("application/json", http.StatusUnauthorized, `{"error":"who are you?"}`),
		http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound).ServeHTTP,
	} {
		client, address := open(t, handler)
		_, err := client.Tasks(t.Context(), TaskQuery{})
		var stranger *StrangerError
		require.ErrorAs(t, err, &stranger)
		assert.Contains(t, err.Error(), address)
	}
}

func TestADaemonThatGivesUpInTheMiddle(t *testing.T) {
	client, _ := open(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"tasks":[]`))
		panic(http.ErrAbortHandler)
	})
	_, err := client.Tasks(t.Context(), TaskQuery{})
	require.ErrorIs(t, err, ErrUnreachable)
}

func TestAnInterruptedRequestIsNoFailureOfTheDaemon(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, _ := open(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // the answer mustn't be quicker
	})
	_, err := client.Tasks(ctx, TaskQuery{})
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, ErrUnreachable)
}

func TestADaemonThatDoesNotRun(t *testing.T) {
	folder := t.TempDir()
	config := filepath.Join(folder, "callbackd.yaml")

	_, err := Open(config)
	assert.EqualError(t, err, "read the configuration: "+config+": no such file or directory; name it with --config")

	require.NoError(t, os.WriteFile(config, []byte("rules: rules"), 0o600))
	_, err = Open(config)
	require.ErrorContains(t, err, filepath.Join(folder, "admin.token")+": no such file or directory: callbackd writes it when it starts")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "admin.token"), []byte("\n"), 0o600))
	_, err = Open(config)
	assert.ErrorContains(t, err, "is empty")
}

func TestATokenThatMayNotBeRead(t *testing.T) {
	err := noToken("/var/lib/callbackd/admin.token", &fs.PathError{Op: "open", Path: "/var/lib/callbackd/admin.token", Err: syscall.EACCES})
	require.ErrorIs(t, err, fs.ErrPermission)
	assert.EqualError(t, err, "read the admin's token /var/lib/callbackd/admin.token: permission denied: run this as the user that runs callbackd, or as root")
}

func TestLocation(t *testing.T) {
	t.Setenv("CALLBACKD_TEST_PORT", "9090")
	folder := t.TempDir()
	config := filepath.Join(folder, "callbackd.yaml")
	beside := filepath.Join(folder, "admin.token")
	for _, c := range []struct{ text, address, tokenFile string }{
		{"rules: rules\n", "127.0.0.1:8080", beside},
		{"asterisk:\n  pbx1:\n    password: ${CALLBACKD_TEST_NOT_SET}\n", "127.0.0.1:8080", beside},
		{"listen: :9000\ndatabase: data/callbackd.db\n", "127.0.0.1:9000", filepath.Join(folder, "data", "admin.token")},
		{"listen: 0.0.0.0:9000\ndatabase: /var/lib/callbackd/callbackd.db\n", "127.0.0.1:9000", "/var/lib/callbackd/admin.token"},
		{"listen: \"[::]:9000\"\n", "[::1]:9000", beside},
		{"listen: pbx.example.org:${CALLBACKD_TEST_PORT}\n", "pbx.example.org:9090", beside},
	} {
		require.NoError(t, os.WriteFile(config, []byte(c.text), 0o600))
		where, err := locate(config)
		require.NoError(t, err, c.text)
		assert.Equal(t, location{address: c.address, tokenFile: c.tokenFile}, where, c.text)
	}
	for text, want := range map[string]string{
		"listen: 8080":                                 `"8080" isn't HOST:PORT`,
		"listen: 127.0.0.1:0":                          "leaves the port to chance",
		"listen: ${CALLBACKD_TEST_NOT_SET}:80":         "the environment variable CALLBACKD_TEST_NOT_SET isn't set",
		"listen: [":                                    "not YAML",
		"database: ${CALLBACKD_TEST_NOT_SET}/tasks.db": "the environment variable CALLBACKD_TEST_NOT_SET isn't set",
	} {
		require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
		_, err := locate(config)
		require.ErrorContains(t, err, want, text)
	}
}

func TestTheRequestCarriesTokenAndQuery(t *testing.T) {
	var seen []string
	client, _ := open(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, fmt.Sprint(r.Method, " ", r.URL.RequestURI(), " ", r.Header.Get("Authorization")))
		answer("application/json", http.StatusOK, `{"missed_calls":[{"id":7}],"next_before":7}`)(w, r)
	})
	list, err := client.MissedCalls(t.Context(), MissedCallQuery{Account: "acme", Number: "+46701234567", TaskID: 3, Before: 9, Limit: 5})
	require.NoError(t, err)
	assert.Equal(t, httpapi.MissedCallList{MissedCalls: []httpapi.MissedCall{{ID: 7}}, NextBefore: 7}, list)
	_, err = client.Tasks(t.Context(), TaskQuery{States: []string{"scheduled", "dialing"}})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"GET /api/v1/missed-calls?account=acme&before=9&limit=5&number=%2B46701234567&task=3 Bearer secret",
		"GET /api/v1/tasks?state=scheduled&state=dialing Bearer secret",
	}, seen)
}

// A name of an account or a rule is one segment of the address, whatever somebody types.
func TestANameStaysASegment(t *testing.T) {
	var seen []string
	client, _ := open(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.EscapedPath())
		answer("application/json", http.StatusOK, `{"changed":true}`)(w, r)
	})
	for _, name := range []string{"acme", "..", "a/b", "%2e", "?x=1#y"} {
		change, err := client.FreezeAccount(t.Context(), name)
		require.NoError(t, err)
		assert.True(t, change.Changed)
	}
	_, err := client.ActivateRule(t.Context(), "acme", "../menu 1/2")
	require.NoError(t, err)
	_, err = client.Rules(t.Context(), "a/b")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"/api/v1/accounts/acme/freeze", "/api/v1/accounts/%2E%2E/freeze", "/api/v1/accounts/a%2Fb/freeze",
		"/api/v1/accounts/%252e/freeze", "/api/v1/accounts/%3Fx=1%23y/freeze",
		"/api/v1/accounts/acme/rules/%2E%2E%2Fmenu%201%2F2/activate", "/api/v1/accounts/a%2Fb/rules",
	}, seen)
}

// deadlines notes until when requests are waited for, and answers none.
type deadlines struct{ last time.Time }

func (d *deadlines) RoundTrip(r *http.Request) (*http.Response, error) {
	d.last, _ = r.Context().Deadline()
	return nil, context.DeadlineExceeded
}

// The daemon gives up an upload by itself, and says why: whoever gave up before would
// blame the daemon.
func TestAnUploadIsWaitedForLongerThanTheDaemonTakes(t *testing.T) {
	client, address := open(t, answer("text/plain", http.StatusOK, ""))
	waits := new(deadlines)
	client.http.Transport = waits
	_, err := client.PutSound(t.Context(), SoundRef{Account: "acme", Name: "hello"}, []byte("RIFF"))
	assert.Greater(t, time.Until(waits.last), httpapi.AnswerLimit)
	assert.EqualError(t, err, "the daemon doesn't answer at "+address+" within 1m5s: its log may say why")
	_, err = client.Task(t.Context(), 1)
	assert.Less(t, time.Until(waits.last), httpapi.AnswerLimit)
	assert.ErrorContains(t, err, "within 30s")
}
