package page

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoAVisitorIs(t *testing.T) {
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:4711", nil, "192.0.2.1"},
		{"192.0.2.1:4711", []string{"198.51.100.7"}, "192.0.2.1"}, // anybody can write that
		{"127.0.0.1:4711", []string{"198.51.100.7"}, "198.51.100.7"},
		{"[::1]:4711", []string{"198.51.100.7"}, "198.51.100.7"},
		{"[::ffff:127.0.0.1]:4711", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"},
		{"127.0.0.1:4711", []string{"10.0.0.1, 198.51.100.7"}, "198.51.100.7"}, // the last the proxy has seen
		{"127.0.0.1:4711", []string{"10.0.0.1", "198.51.100.7"}, "198.51.100.7"},
		{"127.0.0.1:4711", []string{"unknown"}, "127.0.0.1"},
		{"127.0.0.1:4711", nil, "127.0.0.1"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		assert.Equal(t, c.want, visitorOf(r).String(), "%s %q", c.remote, c.forwarded)
	}
}
