package private

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/debian"
)

// fakeAsterisk puts a program called asterisk first into PATH.
func fakeAsterisk(t *testing.T, prints string) {
	t.Helper()
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", prints)
	require.NoError(t, os.WriteFile(filepath.Join(bin, "asterisk"), []byte(script), 0o755))
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
}

// unpacked makes a folder that looks like an unpacked Asterisk.
func unpacked(t *testing.T, dir, version string) {
	t.Helper()
	for _, file := range []string{
		"usr/sbin/asterisk",
		"usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
		"usr/lib/aarch64-linux-gnu/asterisk/modules/app_queue.so",
	} {
		path := filepath.Join(dir, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o755))
	}
	if version != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, markerFile), []byte(version+"\n"), 0o644))
	}
}

// A new enough Asterisk of the system is used as it is: nothing is looked for,
// fetched or said.
func TestInstallUsesSystemAsterisk(t *testing.T) {
	fakeAsterisk(t, "Asterisk 22.11.0")
	t.Setenv(debian.CacheEnv, "/nowhere")
	var said bytes.Buffer
	i, err := Install(t.Context(), &said)
	require.NoError(t, err)
	assert.Equal(t, "22.11.0", i.Version)
	assert.Empty(t, i.Root)
	assert.Empty(t, i.moduleDir)
	assert.Empty(t, said.String())
}

// An old one is passed over for the one in the cache.
func TestInstallUsesCache(t *testing.T) {
	fakeAsterisk(t, "Asterisk 20.9.3")
	cache := t.TempDir()
	t.Setenv(debian.CacheEnv, cache)
	root := filepath.Join(cache, "asterisk-forky-"+runtime.GOARCH)
	unpacked(t, root, MinVersion)

	var said bytes.Buffer
	i, err := Install(t.Context(), &said)
	require.NoError(t, err)
	assert.Equal(t, MinVersion, i.Version)
	assert.Equal(t, root, i.Root)
	assert.Empty(t, said.String(), "nothing is done, nothing is said")
}

// A folder counts only if it is whole, new enough and laid out as expected.
func TestInCache(t *testing.T) {
	t.Run("whole", func(t *testing.T) {
		dir := t.TempDir()
		unpacked(t, dir, MinVersion)
		i, err := inCache(dir)
		require.NoError(t, err)
		lib := filepath.Join(dir, "usr/lib/aarch64-linux-gnu")
		assert.Equal(t, []string{
			lib + "/ld-linux-aarch64.so.1", "--library-path", lib + ":" + filepath.Join(dir, "usr/lib"),
			filepath.Join(dir, "usr/sbin/asterisk"), "-V",
		}, i.cmd(t.Context(), "-V").Args)
		assert.Equal(t, lib+"/asterisk/modules", i.moduleDir)
	})
	t.Run("interrupted", func(t *testing.T) {
		dir := t.TempDir()
		unpacked(t, dir, "")
		_, err := inCache(dir)
		assert.ErrorIs(t, err, os.ErrNotExist)
	})
	t.Run("too old", func(t *testing.T) {
		dir := t.TempDir()
		unpacked(t, dir, "22.9.0")
		_, err := inCache(dir)
		assert.ErrorContains(t, err, "22.9.0, older than "+MinVersion)
	})
	t.Run("something else", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, markerFile), []byte(MinVersion), 0o644))
		_, err := inCache(dir)
		assert.ErrorContains(t, err, "usr/lib/*/asterisk/modules")
	})
}
