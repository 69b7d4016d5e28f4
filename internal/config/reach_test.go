package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever runs a verb has neither the daemon's environment nor its password
// files, and needs neither.
func TestLoadReach(t *testing.T) {
	file := filepath.Join(t.TempDir(), "callbackd.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
database: data/callbackd.db
listen: 127.0.0.1:9090
asterisk:
  pbx1: {url: "http://127.0.0.1:8088", username: callbackd, password: "${NOT_SET_ANYWHERE}"}
`), 0o600))
	reach, err := LoadReach(file)
	require.NoError(t, err)
	require.Equal(t, Reach{Listen: "127.0.0.1:9090", Database: filepath.Join(filepath.Dir(file), "data/callbackd.db")}, reach)

	require.NoError(t, os.WriteFile(file, []byte("listen: nowhere\n"), 0o600))
	_, err = LoadReach(file)
	require.ErrorContains(t, err, `"nowhere" isn't HOST:PORT`)

	_, err = LoadReach(file + ".absent")
	require.ErrorContains(t, err, "--config")
}
