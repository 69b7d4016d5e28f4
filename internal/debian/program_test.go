package debian

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/lockfile"
)

// tool is a program whose folder is whole once it has a file of its name.
func tool() Program {
	return Program{
		Name: "Tool", Folder: "tool", Suite: "forky", Packages: []string{"tool"},
		OtherWay: "or install it in another way, so that `tool` is in PATH",
		Complete: func(_ context.Context, root string) (string, error) {
			return "1.2", os.WriteFile(filepath.Join(root, "tool"), nil, 0o600)
		},
		Usable: func(root string) error {
			_, err := os.Stat(filepath.Join(root, "tool"))
			return err
		},
	}
}

// unpacked makes a folder with the tool.
func unpacked(t *testing.T, root string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(root, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "tool"), nil, 0o600))
}

func TestInstallUsesTheCache(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(CacheEnv, cache)
	want := filepath.Join(cache, "tool-forky-"+runtime.GOARCH)
	unpacked(t, want)
	var said bytes.Buffer
	root, err := tool().Install(t.Context(), &said)
	require.NoError(t, err)
	assert.Equal(t, want, root)
	assert.Empty(t, said.String(), "nothing is done, nothing is said")
}

// What another process is about to finish is waited for, not begun again.
func TestInstallWaitsForTheOther(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(CacheEnv, cache)
	want := filepath.Join(cache, "tool-forky-"+runtime.GOARCH)
	other, err := lockfile.Try(want + ".lock")
	require.NoError(t, err)

	said := &onFirstWrite{do: func() {
		unpacked(t, want)
		assert.NoError(t, other.Close())
	}}
	root, err := tool().Install(t.Context(), said)
	require.NoError(t, err)
	assert.Equal(t, want, root)
	assert.Contains(t, said.String(), "another process is installing Tool; waiting for it")
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

// A program that doesn't run from its folder isn't put into the cache, where the
// next one would take it for one that does.
func TestInstallKeepsNothingThatDoesNotRun(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(CacheEnv, cache)
	bin := t.TempDir()
	archive := "tool_1_all.deb"
	fake(t, bin, "apt-get", fmt.Sprintf("case \"$*\" in\n*--print-uris*) echo \"'http://127.0.0.1:9/%[1]s' %[1]s 0 SHA256:%064[2]d\";;\nesac\n", archive, 0))
	fake(t, bin, "dpkg-deb", "mkdir -p \"$3\"\n")
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	broken := tool()
	broken.Complete = func(context.Context, string) (string, error) { return "", errors.New("it doesn't run") }
	_, err := broken.Install(t.Context(), io.Discard)
	assert.EqualError(t, err, "install Tool: it doesn't run")
	assert.NoDirExists(t, filepath.Join(cache, "tool-forky-"+runtime.GOARCH))

	root, err := tool().Install(t.Context(), io.Discard)
	require.NoError(t, err, "the next try finds its way from what is left")
	assert.FileExists(t, filepath.Join(root, "tool"))
}

// fake puts a program into a folder.
func fake(t *testing.T, bin, name, script string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script), 0o755))
}

// What takes the place of an older version does so completely.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "x.partial"), filepath.Join(dir, "x")
	require.NoError(t, os.Mkdir(to, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(to, "leftover"), nil, 0o644))
	unpacked(t, from)
	require.NoError(t, replace(from, to))
	assert.FileExists(t, filepath.Join(to, "tool"))
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
