package app

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
)

const exampleRules = `account: acme
country: "SE"
numbers: ["+4685550000"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn"}
queues: {support: {}}
defaults: {schedule: always, agent_prompt: callback}
rules:
  - {name: lost, missed_in: contact_center, dialing_intervals: [immediately]}
`

// site is a folder with everything that callbackd reads.
type site struct {
	t       *testing.T
	folder  string
	config  string
	catchUp string // a line of the PBX in callbackd.yaml
}

func newSite(t *testing.T, asterisk, listen string) *site {
	s := &site{t: t, folder: t.TempDir()}
	s.config = s.write("callbackd.yaml", fmt.Sprintf(
		"listen: %s\nasterisk:\n  pbx1: {url: %q, username: callbackd, password: secret}\n", listen, asterisk))
	s.write("rules/acme.yaml", exampleRules)
	return s
}

func (s *site) write(name, content string) string {
	path := filepath.Join(s.folder, name)
	require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(s.t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// files lists what is in the folder, with contents.
func (s *site) files() map[string]string {
	files := map[string]string{}
	require.NoError(s.t, filepath.WalkDir(s.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[path] = string(content)
		return err
	}))
	return files
}

// Bad input gets one clear line, and changes nothing.
func TestWhatKeepsCallbackdFromStarting(t *testing.T) {
	refusing := func(status int) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(server.Close)
		return server
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })

	for name, row := range map[string]struct {
		site func(t *testing.T) *site
		want []string
	}{
		"wrong password": {
			func(t *testing.T) *site { return newSite(t, refusing(401).URL, "127.0.0.1:0") },
			[]string{"callbackd.yaml: asterisk pbx1", "user callbackd is refused", "compare username and password", "ari.conf"},
		},
		"a user who may not": {
			func(t *testing.T) *site { return newSite(t, refusing(403).URL, "127.0.0.1:0") },
			[]string{"user callbackd is refused", "read_only = no"},
		},
		"a user who may only look": {
			func(t *testing.T) *site {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodGet {
						w.WriteHeader(http.StatusForbidden)
						return
					}
					_, _ = w.Write([]byte(`{}`))
				}))
				t.Cleanup(server.Close)
				return newSite(t, server.URL, "127.0.0.1:0")
			},
			[]string{"read_only = no"},
		},
		"an address that can't be parsed": {
			func(t *testing.T) *site { return newSite(t, "http://127.0.0.1:port", "127.0.0.1:0") },
			[]string{"callbackd.yaml:3:", "can't be parsed", "http://127.0.0.1:8088"},
		},
		"no configuration": {
			func(t *testing.T) *site {
				s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
				require.NoError(t, os.Remove(s.config))
				return s
			},
			[]string{"callbackd.yaml", "--config"},
		},
		"no rules": {
			func(t *testing.T) *site {
				s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
				require.NoError(t, os.RemoveAll(filepath.Join(s.folder, "rules")))
				return s
			},
			[]string{"rules"},
		},
		"faulty rules": {
			func(t *testing.T) *site {
				s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
				s.write("rules/acme.yaml", strings.Replace(exampleRules, "country", "contry", 1))
				return s
			},
			[]string{"acme.yaml:2:1", "contry"},
		},
		"a prompt that doesn't exist": {
			func(t *testing.T) *site {
				s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
				s.write("rules/acme.yaml", strings.Replace(exampleRules, "agent_prompt: callback", "agent_prompt: nothing", 1))
				return s
			},
			[]string{"acme.yaml:7:", "nothing"},
		},
		"a port in use": {
			func(t *testing.T) *site { return newSite(t, "http://127.0.0.1:1", taken.Addr().String()) },
			[]string{taken.Addr().String(), "address already in use", "listen"},
		},
		"a database of another program": {
			func(t *testing.T) *site {
				s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
				db, err := sql.Open("sqlite3", filepath.Join(s.folder, "callbackd.db"))
				require.NoError(t, err)
				_, err = db.Exec("CREATE TABLE recipes (name TEXT)")
				require.NoError(t, err)
				require.NoError(t, db.Close())
				return s
			},
			[]string{"callbackd.db", "the database of another program", `change "database" in callbackd.yaml`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := row.site(t)
			before := s.files()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := Serve(ctx, Options{ConfigFile: s.config, Log: new(bytes.Buffer)})
			require.Error(t, err)
			require.NoError(t, ctx.Err(), "it must not wait")
			for _, words := range row.want {
				require.ErrorContains(t, err, words)
			}
			require.Equal(t, before, s.files(), "nothing is changed")
		})
	}
}

// The address of a stopped callbackd is free although a client sits on it and
// says nothing, and a stop while it starts is no error.
func TestStopping(t *testing.T) {
	hanging, err := net.Listen("tcp", "127.0.0.1:0") // an Asterisk that takes connections and never answers
	require.NoError(t, err)
	t.Cleanup(func() { _ = hanging.Close() })
	listen := freeAddress(t)
	s := newSite(t, "http://"+hanging.Addr().String(), listen)

	ctx, stop := context.WithCancel(t.Context())
	starting := make(chan error, 1)
	go func() { starting <- Serve(ctx, Options{ConfigFile: s.config, Log: new(lockedBuffer)}) }()
	stop()
	require.NoError(t, <-starting)

	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	running := make(chan error, 1)
	go func() { running <- Serve(ctx, Options{ConfigFile: s.config, Log: new(lockedBuffer)}) }()
	var silent net.Conn
	require.Eventually(t, func() bool {
		silent, err = net.Dial("tcp", listen)
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	defer silent.Close()
	require.Eventually(t, func() bool {
		response, err := http.Get("http://" + listen + "/healthz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, 10*time.Second, 10*time.Millisecond)
	stop()
	require.NoError(t, <-running)
}

func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// An Asterisk that refuses only when callbackd runs already ends it with the
// same line: nobody watches a daemon that can't work.
func TestRefusedAfterTheStart(t *testing.T) {
	var up sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, ok := up.Load("up"); !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	s := newSite(t, server.URL, freeAddress(t))
	ended := make(chan error, 1)
	var log lockedBuffer
	go func() { ended <- Serve(t.Context(), Options{ConfigFile: s.config, Log: &log}) }()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "Asterisk is away") }, 10*time.Second, 10*time.Millisecond)
	up.Store("up", true)
	select {
	case err := <-ended:
		require.ErrorContains(t, err, "compare username and password")
	case <-time.After(20 * time.Second):
		t.Fatal("callbackd goes on though Asterisk refuses it")
	}
}

// An Asterisk that doesn't answer is waited for.
func TestAnAsteriskThatIsAway(t *testing.T) {
	listen := freeAddress(t)
	s := newSite(t, "http://127.0.0.1:1", listen)
	tokens := map[string]bool{}
	for range 2 {
		ctx, stop := context.WithCancel(t.Context())
		var log lockedBuffer
		ended := make(chan error, 1)
		go func() { ended <- Serve(ctx, Options{ConfigFile: s.config, Log: &log}) }()
		require.Eventually(t, func() bool {
			response, err := http.Get("http://" + listen + "/readyz")
			if err != nil {
				return false
			}
			defer response.Body.Close()
			var body bytes.Buffer
			_, err = body.ReadFrom(response.Body)
			return err == nil && response.StatusCode == http.StatusServiceUnavailable && strings.Contains(body.String(), "Asterisk pbx1 is away")
		}, 10*time.Second, 20*time.Millisecond)
		require.Eventually(t, func() bool { return strings.Contains(log.String(), "Asterisk is away") }, 10*time.Second, 20*time.Millisecond)

		token := filepath.Join(s.folder, "admin.token")
		content, err := os.ReadFile(token)
		require.NoError(t, err)
		tokens[string(content)] = true
		info, err := os.Stat(token)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		stop()
		require.NoError(t, <-ended)
	}
	require.Len(t, tokens, 1, "the token stays, for whoever uses it")
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
