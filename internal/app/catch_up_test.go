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

// Logs that can't be read are the operator's business, whatever else is wrong.
func TestLogsThatCannotBeReadAreTold(t *testing.T) {
	s := newSite(t, "http://127.0.0.1:1", "127.0.0.1:0")
	s.catchUp = "catch_up: {cdr: cdr-csv}, "
	require.NoError(t, os.Mkdir(filepath.Join(s.folder, "cdr-csv"), 0o755))
	r := s.run()
	r.eventually("nobody is told", func() bool {
		response, err := http.Get("http://" + r.listen + "/readyz")
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		return strings.Contains(string(body), "Asterisk pbx1 is away") && strings.Contains(string(body), "is a folder")
	})
	require.Contains(t, r.log.String(), `"alarm":"logs_unreadable"`)
	require.Contains(t, r.metrics(), `callbackd_logs_readable{pbx="pbx1"} 0`)
}
