package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATokenIsMadeOnceAndKeptToItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.token")
	token, err := adminToken(path)
	require.NoError(t, err)
	assert.Regexp(t, `^[A-Za-z0-9_-]{43}$`, token)
	assert.NoFileExists(t, path+".new")

	require.NoError(t, os.Chmod(path, 0o644))
	again, err := adminToken(path)
	require.NoError(t, err)
	assert.Equal(t, token, again)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
}

// The programs that know an operator's own token go on working.
func TestTheOperatorsOwnToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.token")
	own := "correct.horse+battery/staple=~!#" // 32 characters
	require.NoError(t, os.WriteFile(path, []byte(own+"\n"), 0o600))
	token, err := adminToken(path)
	require.NoError(t, err)
	assert.Equal(t, own, token)

	for name, bad := range map[string]string{
		"short":       own[1:],
		"with blanks": own + " " + own,
		"two lines":   own + "\n" + own,
		"not ASCII":   own + "é",
		"nothing":     "\n",
	} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o600))
		_, err := adminToken(path)
		require.EqualError(t, err, "the admin token in "+path+" can't be used: delete the file, and callbackd makes a new one, "+
			"or write at least 32 visible ASCII characters without blanks into it", name)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, bad, string(content), name)
	}
}

// What lies in the way of the new file is removed, not written into.
func TestANewTokenFollowsNoLink(t *testing.T) {
	folder := t.TempDir()
	path, elsewhere := filepath.Join(folder, "admin.token"), filepath.Join(folder, "elsewhere")
	require.NoError(t, os.WriteFile(elsewhere, []byte("untouched"), 0o644))
	require.NoError(t, os.Symlink(elsewhere, path+".new"))
	token, err := adminToken(path)
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, token, strings.TrimSpace(string(content)))
	content, err = os.ReadFile(elsewhere)
	require.NoError(t, err)
	assert.Equal(t, "untouched", string(content))

	require.NoError(t, os.Symlink(elsewhere, path+".new"))
	require.ErrorIs(t, writeNew(path+".new", "a token"), fs.ErrExist, "one that came back at the last moment")
}
