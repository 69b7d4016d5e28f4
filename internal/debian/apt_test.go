package debian

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A mirror that can't be reached is named, with apt's own words and with what
// to do.
func TestFetchUnreachable(t *testing.T) {
	// Nothing is at the end of this path, and nobody is asked over a network.
	gone := "file:" + filepath.Join(t.TempDir(), "debian")
	a, err := newApt(tool(), t.TempDir(), gone, runtime.GOARCH, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	_, err = a.fetch(t.Context())
	require.Error(t, err)
	for _, part := range []string{"apt-get update from " + gone, "E: ", "check that this machine reaches its Debian mirror", "tool` is in PATH"} {
		assert.ErrorContains(t, err, part)
	}
}

// Only what is wanted now is unpacked: what an interrupted try left may be an
// older version, or no longer what was signed.
func TestFetchKeepsNothingOfAnEarlierTry(t *testing.T) {
	dir := t.TempDir()
	a, err := newApt(tool(), dir, "http://127.0.0.1:9/debian", runtime.GOARCH, newProgress(&bytes.Buffer{}))
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
	dir := t.TempDir()
	_, err := newApt(tool(), dir, "http://127.0.0.1:9/debian", runtime.GOARCH, newProgress(&bytes.Buffer{}))
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
	a, err := newApt(tool(), t.TempDir(), "http://127.0.0.1:9/debian", runtime.GOARCH, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = a.fetch(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

// What the machine has of its own isn't unpacked beside it, whatever depends on it.
func TestFetchLeavesOutWhatIsProvided(t *testing.T) {
	p := tool()
	p.Provided = []string{"libc6"}
	a, err := newApt(p, t.TempDir(), "http://127.0.0.1:9/debian", runtime.GOARCH, newProgress(&bytes.Buffer{}))
	require.NoError(t, err)
	bin := t.TempDir()
	script := "case \"$*\" in\n*--print-uris*)\n"
	for _, name := range []string{"tool_1_all.deb", "libc6_2.36_amd64.deb", "libc6-dev_2.36_amd64.deb"} {
		script += fmt.Sprintf("echo \"'http://127.0.0.1:9/%[1]s' %[1]s 5 SHA256:%064[2]d\"\n", name, 0)
	}
	fake(t, bin, "apt-get", script+";;\nesac\n")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	files, err := a.fetch(t.Context())
	require.NoError(t, err)
	for i, file := range files {
		files[i] = filepath.Base(file)
	}
	assert.Equal(t, []string{"tool_1_all.deb", "libc6-dev_2.36_amd64.deb"}, files)
}
