package browser

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeChromium puts a program called chromium first into PATH.
func fakeChromium(t *testing.T, prints string) string {
	t.Helper()
	bin := t.TempDir()
	program := filepath.Join(bin, "chromium")
	require.NoError(t, os.WriteFile(program, fmt.Appendf(nil, "#!/bin/sh\necho '%s'\n", prints), 0o755))
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	return program
}

// A new enough Chromium of the system is used as it is, with its fonts.
func TestInstallUsesSystemChromium(t *testing.T) {
	program := fakeChromium(t, "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)")
	var said bytes.Buffer
	i, err := Install(t.Context(), &said)
	require.NoError(t, err)
	assert.Equal(t, Installation{program: program}, i)
	assert.Empty(t, said.String())
}

func TestOldChromiumIsPassedOver(t *testing.T) {
	fakeChromium(t, "Chromium 90.0.4430.212")
	_, err := onSystem(t.Context())
	assert.ErrorContains(t, err, "Chromium 90.0.4430.212, older than 120")
	fakeChromium(t, "no version")
	_, err = onSystem(t.Context())
	assert.ErrorContains(t, err, `no version in "no version\n"`)
}

// A folder counts only if it is whole, and Chromium is told where its libraries
// and fonts are, and nothing of what this program was told.
func TestInCache(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "usr/lib/aarch64-linux-gnu"), 0o700))
	_, err := inCache(root)
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.WriteFile(filepath.Join(root, markerFile), []byte("156.0\n"), 0o600))
	i, err := inCache(root)
	require.NoError(t, err)
	t.Setenv("PATH", "/bin")
	t.Setenv("http_proxy", "http://127.0.0.1:9")
	cmd := i.command(t.Context(), "/home/x", "--version")
	assert.Equal(t, []string{root + "/usr/lib/chromium/chromium-headless-shell", "--version"}, cmd.Args)
	lib := root + "/usr/lib/aarch64-linux-gnu"
	assert.Equal(t, []string{
		"PATH=/bin", "LC_ALL=C.UTF-8", "HOME=/home/x", "XDG_CACHE_HOME=/home/x",
		"LD_LIBRARY_PATH=" + lib + ":" + root + "/lib/aarch64-linux-gnu:" + lib + "/pulseaudio",
		"FONTCONFIG_FILE=" + root + "/" + fontsFile,
	}, cmd.Env)
}
