package app

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// running is a daemon on a site, whose Asterisk is away.
type running struct {
	*site
	listen string
	log    *lockedBuffer
	stop   func()
}

func (s *site) run() *running {
	r := &running{site: s, listen: freeAddress(s.t), log: new(lockedBuffer)}
	s.write("callbackd.yaml", "listen: "+r.listen+"\nasterisk:\n  pbx1: {"+s.catchUp+"url: \"http://127.0.0.1:1\", username: callbackd, password: secret}\n")
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, Options{ConfigFile: s.config, Log: r.log}) }()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		require.NoError(s.t, <-ended)
	}
	s.t.Cleanup(r.stop)
	r.eventually("it doesn't answer", func() bool {
		response, err := http.Get("http://" + r.listen + "/healthz")
		if err != nil {
			return false
		}
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	})
	return r
}

func (r *running) eventually(or string, holds func() bool) {
	r.t.Helper()
	require.Eventually(r.t, holds, 20*time.Second, 20*time.Millisecond, or)
}

// files asks the API how the rules files stand.
func (r *running) files() []httpapi.RulesFile {
	token, err := os.ReadFile(filepath.Join(r.folder, "admin.token"))
	require.NoError(r.t, err)
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://"+r.listen+"/api/v1/rules", nil)
	require.NoError(r.t, err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	require.Equal(r.t, http.StatusOK, response.StatusCode)
	var document struct {
		Files []httpapi.RulesFile `json:"files"`
	}
	require.NoError(r.t, json.NewDecoder(response.Body).Decode(&document))
	return document.Files
}

// An edit is in force without a restart, a faulty one changes nothing, and both
// are told over the API; after a restart the last good version still is.
func TestEditsWhileTheDaemonRuns(t *testing.T) {
	s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
	r := s.run()
	first := r.files()
	require.Len(t, first, 1)
	require.Equal(t, httpapi.RulesInForce, first[0].State)

	s.write("rules/acme.yaml", strings.Replace(exampleRules, "schedule: always", "schedule: always, wait_for_customer: 45s", 1))
	r.eventually("the edit isn't in force", func() bool { return r.files()[0].Version != first[0].Version })
	good := r.files()[0]
	require.Contains(t, r.log.String(), "wait_for_customer: 30s → 45s")

	s.write("rules/acme.yaml", strings.Replace(exampleRules, "country", "contry", 1))
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	r.eventually("the fault isn't told", func() bool { return r.files()[0].State == httpapi.RulesLastGood })
	require.Equal(t, good.Version, r.files()[0].Version)
	require.Contains(t, r.log.String(), `"alarm":"rules_faulty"`)
	r.stop()

	r = s.run()
	after := r.files()[0]
	require.Equal(t, httpapi.RulesLastGood, after.State)
	require.Equal(t, good.Version, after.Version)
	require.True(t, good.Since.Equal(after.Since))
}

// A hangup while the daemon starts doesn't end it.
func TestAHangupEndsNothing(t *testing.T) {
	s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
	r := s.run()
	for range 10 {
		require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	}
	r.eventually("nobody reads", func() bool { return strings.Contains(r.log.String(), "the rules were read, as asked") })
	require.Equal(t, httpapi.RulesInForce, r.files()[0].State)
}
