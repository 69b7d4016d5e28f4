package doctor

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDaemon(t *testing.T) {
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/readyz" {
				status = http.StatusTeapot
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"ready":          {answer(200, `{"status":"ready"}`), "ok callbackd runs at ADDRESS and is ready"},
		"not ready":      {answer(503, `{"status":503,"detail":"callbackd isn't ready: pbx1: not connected"}`), "error callbackd runs at ADDRESS: callbackd isn't ready: pbx1: not connected"},
		"something else": {answer(200, "<html>"), "warning what answers at ADDRESS isn't callbackd (200)"},
		"something that sends elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/readyz" {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			_, _ = io.WriteString(w, `{"status":"ready"}`)
		}, "warning what answers at ADDRESS isn't callbackd (302)"},
		"something busy": {answer(503, "busy"), "warning what answers at ADDRESS isn't callbackd (503)"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			p := newPremises(t)
			p.config.Listen = server.Listener.Addr().String()
			p.askDaemon(t.Context())
			list, _ := p.lines()
			require.Equal(t, []string{strings.ReplaceAll(c.want, "ADDRESS", p.config.Listen)}, list)
		})
	}
}

func TestNoDaemon(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	for listen, want := range map[string]string{
		"0.0.0.0:" + port: "note callbackd doesn't run: nothing listens at 127.0.0.1:" + port,
		":" + port:        "note callbackd doesn't run: nothing listens at 127.0.0.1:" + port,
		"[::]:" + port:    "note callbackd doesn't run: nothing listens at [::1]:" + port,
		"127.0.0.1:0":     "note whether callbackd runs can't be found out: `listen` leaves its port to chance",
	} {
		p := newPremises(t)
		p.config.Listen = listen
		p.askDaemon(t.Context())
		list, _ := p.lines()
		require.Equal(t, []string{want}, list)
	}
}
