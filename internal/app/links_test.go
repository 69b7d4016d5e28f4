package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
)

// A link that was sent opens after a restart, and no longer when the key is deleted.
func TestLinksOutliveARestart(t *testing.T) {
	cfg := &config.Config{Database: filepath.Join(t.TempDir(), "callbackd.db")}
	key := filepath.Join(filepath.Dir(cfg.Database), "links.key")
	task := callback.Task{ID: 12, Account: "acme", Kind: callback.KindAppointment}
	links, err := linksOf(cfg)
	require.NoError(t, err)
	secret := links.Secret(task)
	info, err := os.Stat(key)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	again, err := linksOf(cfg)
	require.NoError(t, err)
	assert.True(t, again.Opens(task, secret))
	require.NoError(t, os.Remove(key))
	other, err := linksOf(cfg)
	require.NoError(t, err)
	assert.False(t, other.Opens(task, secret))

	require.NoError(t, os.WriteFile(key, []byte("short"), 0o600))
	_, err = linksOf(cfg)
	require.ErrorContains(t, err, "delete the file, and callbackd makes a new one")
}
