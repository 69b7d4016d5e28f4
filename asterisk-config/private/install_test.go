package private

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	t.Setenv(CacheEnv, "/nowhere")
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
	t.Setenv(CacheEnv, cache)
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	root := filepath.Join(cache, "asterisk-forky-"+arch)
	unpacked(t, root, MinVersion)

	var said bytes.Buffer
	i, err := Install(t.Context(), &said)
	require.NoError(t, err)
	assert.Equal(t, MinVersion, i.Version)
	assert.Equal(t, root, i.Root)
	assert.Empty(t, said.String(), "nothing is done, nothing is said")
}

// What another process is about to finish is waited for, not begun again.
func TestInstallWaitsForTheOther(t *testing.T) {
	fakeAsterisk(t, "Asterisk 20.9.3")
	cache := t.TempDir()
	t.Setenv(CacheEnv, cache)
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	root := filepath.Join(cache, "asterisk-forky-"+arch)
	other, err := tryLock(root + ".lock")
	require.NoError(t, err)

	said := &onFirstWrite{do: func() {
		unpacked(t, root, MinVersion)
		assert.NoError(t, other.Close())
	}}
	i, err := Install(t.Context(), said)
	require.NoError(t, err)
	assert.Equal(t, root, i.Root)
	assert.Contains(t, said.String(), "another process is installing Asterisk; waiting for it")
}

// onFirstWrite does something once it is written to.
type onFirstWrite struct {
	bytes.Buffer
	do func()
}

func (w *onFirstWrite) Write(b []byte) (int, error) {
	if w.do != nil {
		w.do()
		w.do = nil
	}
	return w.Buffer.Write(b)
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

// What takes the place of an older version does so completely.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "x.partial"), filepath.Join(dir, "x")
	unpacked(t, to, "22.9.0")
	require.NoError(t, os.WriteFile(filepath.Join(to, "leftover"), nil, 0o644))
	unpacked(t, from, MinVersion)
	require.NoError(t, replace(from, to))
	i, err := inCache(to)
	require.NoError(t, err)
	assert.Equal(t, MinVersion, i.Version)
	assert.NoFileExists(t, filepath.Join(to, "leftover"))
}

func TestCacheDir(t *testing.T) {
	t.Setenv(CacheEnv, "cache")
	_, err := cacheDir()
	assert.ErrorContains(t, err, "want a path that begins with /")

	t.Setenv(CacheEnv, "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	_, err = cacheDir()
	assert.ErrorContains(t, err, "set "+CacheEnv)
}

// A mirror that can't be reached is named, with apt's own words and with what
// to do.
func TestFetchUnreachable(t *testing.T) {
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	// Nothing is at the end of this path, and nobody is asked over a network.
	gone := "file:" + filepath.Join(t.TempDir(), "debian")
	a, err := newApt(t.TempDir(), gone, arch, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	_, err = a.fetch(t.Context())
	require.Error(t, err)
	for _, part := range []string{"apt-get update from " + gone, "E: ", "check that this machine reaches its Debian mirror", "asterisk` is in PATH"} {
		assert.ErrorContains(t, err, part)
	}
}

// Only what is wanted now is unpacked: what an interrupted try left may be an
// older version, or no longer what was signed.
func TestFetchKeepsNothingOfAnEarlierTry(t *testing.T) {
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	dir := t.TempDir()
	a, err := newApt(dir, "http://127.0.0.1:9/debian", arch, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	archives := filepath.Join(dir, "cache/archives")
	// An apt-get that has two packages and, as the real one, downloads what
	// isn't there in the right size.
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\ncd %s\ncase \"$*\" in\n", archives) +
		"*--print-uris*)\n"
	for _, name := range []string{"new_2_all.deb", "kept_1%3a1_all.deb"} {
		script += fmt.Sprintf("echo \"'http://127.0.0.1:9/%[1]s' %[1]s 5 SHA256:%[2]x\"\n", name, sha256.Sum256([]byte("right")))
	}
	script += ";;\n*--download-only*)\nfor f in new_2_all.deb kept_1%3a1_all.deb; do [ -e $f ] || printf right > $f; done;;\nesac\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "apt-get"), []byte(script), 0o755))
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for name, content := range map[string]string{"old_1_all.deb": "right", "new_2_all.deb": "wrong", "kept_1%3a1_all.deb": "right"} {
		require.NoError(t, os.WriteFile(filepath.Join(archives, name), []byte(content), 0o644))
	}

	files, err := a.fetch(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(archives, "new_2_all.deb"), filepath.Join(archives, "kept_1%3a1_all.deb")}, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, "right", string(content), file)
	}
	assert.NoFileExists(t, filepath.Join(archives, "old_1_all.deb"))
}

// A machine that trusts unsigned mirrors of its own doesn't trust them for this.
func TestAptWantsSignatures(t *testing.T) {
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = newApt(dir, "http://127.0.0.1:9/debian", arch, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	loose := filepath.Join(dir, "loose.conf")
	keys := []string{
		"Acquire::AllowInsecureRepositories", "Acquire::AllowWeakRepositories",
		"Acquire::AllowDowngradeToInsecureRepositories", "APT::Get::AllowUnauthenticated",
	}
	require.NoError(t, os.WriteFile(loose, []byte(strings.Join(keys, " \"true\";\n")+" \"true\";\n"), 0o644))
	cmd := exec.CommandContext(t.Context(), "apt-config", "-c", filepath.Join(dir, "apt.conf"), "dump")
	cmd.Env = append(os.Environ(), "APT_CONFIG="+loose) // what /etc/apt might say
	out, err := cmd.Output()
	require.NoError(t, err)
	for _, key := range keys {
		assert.Contains(t, string(out), key+" \"false\";\n")
		assert.NotContains(t, string(out), key+" \"true\";\n")
	}
}

// An interrupted installation ends soon, with its own reason.
func TestFetchInterrupted(t *testing.T) {
	arch, err := architecture(t.Context())
	require.NoError(t, err)
	a, err := newApt(t.TempDir(), "http://127.0.0.1:9/debian", arch, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = a.fetch(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
