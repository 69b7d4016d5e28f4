package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What keeps the daemon from starting is said to whoever starts it: the last line says what
// to do, the exit status says so to systemd, and nothing has been made.
func TestADaemonThatCannotStart(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(refusing.Close)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	const nobody = "http://127.0.0.1:1"

	for name, c := range map[string]struct {
		url, listen string
		spoil       func(folder string) error
		want        string
	}{
		"wrong password": {
			url: refusing.URL,
			want: "callbackd: FOLDER/callbackd.yaml: asterisk pbx1 at " + refusing.URL +
				": user callbackd is refused by Asterisk: compare username and password with the user in Asterisk's ari.conf",
		},
		"no rules": {
			url:   nobody,
			spoil: func(folder string) error { return os.Remove(filepath.Join(folder, "acme.yaml")) },
			want: "callbackd: read the rules: FOLDER/acme.yaml: no such file or directory; " +
				"`rules` in callbackd.yaml names a folder with one file per account, or one file",
		},
		"a port in use": {
			url: nobody, listen: taken.Addr().String(),
			want: "callbackd: listen on " + taken.Addr().String() +
				": bind: address already in use: is another callbackd running? Else choose another address in FOLDER/callbackd.yaml (listen)",
		},
		"a file that is no database": {
			url: nobody,
			spoil: func(folder string) error {
				return os.WriteFile(filepath.Join(folder, "callbackd.db"), []byte("recipes\n"), 0o600)
			},
			want: "callbackd: open database FOLDER/callbackd.db: it isn't a SQLite database: " +
				`move it away, or change "database" in callbackd.yaml`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			listen := c.listen
			if listen == "" {
				listen = "127.0.0.1:0"
			}
			write := func(name, text string) {
				require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
			}
			write("callbackd.yaml", fmt.Sprintf("listen: %s\nrules: acme.yaml\nlog: {format: console}\n"+
				"asterisk: {pbx1: {url: %q, username: callbackd, password: secret, catch_up: none}}\n", listen, c.url))
			write("acme.yaml", `account: acme
country: "SE"
regions: {sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn"}}
queues: {support: {}}
defaults: {schedule: always}
rules: [{name: lost, missed_in: contact_center, dialing_intervals: [immediately]}]
`)
			if c.spoil != nil {
				require.NoError(t, c.spoil(folder))
			}
			before, err := filepath.Glob(folder + "/*")
			require.NoError(t, err)

			status, out, errs := run(t, "serve", "--config", filepath.Join(folder, "callbackd.yaml"))
			assert.Equal(t, exitError, status)
			assert.Empty(t, out)
			assert.Equal(t, c.want+"\n", strings.ReplaceAll(errs, folder, "FOLDER"), "one line")
			after, err := filepath.Glob(folder + "/*")
			require.NoError(t, err)
			assert.Equal(t, before, after, "nothing is made")
		})
	}
}
