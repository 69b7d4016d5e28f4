package app

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// metrics is what Prometheus is told.
func (r *running) metrics() string {
	token, err := os.ReadFile(filepath.Join(r.folder, "admin.token"))
	require.NoError(r.t, err)
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "http://"+r.listen+"/metrics", nil)
	require.NoError(r.t, err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	require.Equal(r.t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	return string(body)
}

// Metrics of the whole daemon: a PBX that is away, rules in force, nothing to do.
func TestMetricsOfADaemon(t *testing.T) {
	r := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0").run()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.listen+"/api/v1/tasks", nil)
	require.NoError(t, err)
	stranger, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, stranger.Body.Close())
	require.Equal(t, http.StatusUnauthorized, stranger.StatusCode)
	body := r.metrics()
	for _, line := range []string{
		`callbackd_pbx_ready{pbx="pbx1"} 0`,
		`callbackd_detector_channels{pbx="pbx1"} 0`,
		`callbackd_gaps_total{pbx="pbx1"} 0`,
		`callbackd_rules_current{account="acme"} 1`,
		`callbackd_rules_loads_total{account="acme",result="in_force"} 1`,
		`callbackd_open_tasks{account="acme",state="scheduled"} 0`,
		`callbackd_due_tasks{account="acme"} 0`,
		`callbackd_requests_refused_total{reason="no_token"} 1`,
		`callbackd_requests_refused_total{reason="wrong_token"} 0`,
		`callbackd_requests_refused_total{reason="too_many_tries"} 0`,
		`callbackd_requests_refused_total{reason="role"} 0`,
		`callbackd_requests_refused_total{reason="account"} 0`,
		`go_goroutines `,
	} {
		require.Contains(t, body, line)
	}
	require.NotContains(t, body, "callbackd_logs_readable", "no logs are read")
}
