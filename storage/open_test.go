package storage

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"callbackd/callback"
)

func TestOpenMakesPrivateFiles(t *testing.T) {
	old := unix.Umask(0)
	defer unix.Umask(old)
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(db.Path() + suffix)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode(), suffix)
	}
}

func TestOpenTakesAnyPath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"callbackd.db", "what? 100%41 #1;a&mode=ro 'å'.db", ":memory:", "file:x.db"} {
		db := reopen(t, name)
		require.NoError(t, addTask(t, db, "+46701234567"))
		require.NoError(t, db.Close())
		assert.FileExists(t, name)
		assert.Equal(t, name, filepath.Base(db.Path()))
	}
	names, err := filepath.Glob("*.db")
	require.NoError(t, err)
	assert.Len(t, names, 3, "and nothing else is made")
}

func TestOpenKeepsWhatIsThere(t *testing.T) {
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	require.NoError(t, db.Close())
	assert.NoFileExists(t, db.Path()+"-wal", "Close leaves one file")
	again := reopen(t, db.Path())
	require.NoError(t, again.View(t.Context(), func(tx callback.ReadTx) error {
		_, err := tx.OpenMissedTask("acme", "+46701234567")
		return err
	}))
}

func TestOpenAfterACrash(t *testing.T) {
	db := openTest(t)
	require.NoError(t, addTask(t, db, "+46701234567"))
	// What a killed process leaves: the database, and its last commits in the
	// write-ahead log alone.
	crashed := filepath.Join(t.TempDir(), "callbackd.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(db.Path() + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(crashed+suffix, content, 0o600))
	}
	again := reopen(t, crashed)
	require.NoError(t, again.View(t.Context(), func(tx callback.ReadTx) error {
		_, err := tx.OpenMissedTask("acme", "+46701234567")
		return err
	}))
}

func TestOpenIsExclusive(t *testing.T) {
	db := openTest(t)
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(db.Path(), link))
	for _, path := range []string{db.Path(), link} {
		_, err := Open(t.Context(), path)
		require.ErrorContains(t, err, "another callbackd already uses it (process ")
		assert.ErrorContains(t, err, "open database "+path)
	}
	require.NoError(t, addTask(t, db, "+46701234567"), "the first isn't disturbed")
	require.NoError(t, db.Close())
	reopen(t, link)
}

func TestOpenRefuses(t *testing.T) {
	ours := func(t *testing.T, path, command string) {
		db, err := Open(t.Context(), path)
		require.NoError(t, err)
		_, err = db.writer.Exec(command)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		require.NoError(t, os.Remove(path+".lock"))
	}
	foreign := func(t *testing.T, path, commands string) {
		other, err := sql.Open("sqlite3", path)
		require.NoError(t, err)
		_, err = other.Exec(commands)
		require.NoError(t, err)
		require.NoError(t, other.Close())
	}
	for name, c := range map[string]struct {
		lay  func(t *testing.T, path string)
		says string
	}{
		"a text": {
			func(t *testing.T, path string) {
				require.NoError(t, os.WriteFile(path, []byte("account: acme\n"), 0o600))
			},
			"it isn't a SQLite database: move it away",
		},
		"another program's database": {
			func(t *testing.T, path string) { foreign(t, path, "CREATE TABLE cdr (id)") },
			"it is the database of another program (application_id 0x0)",
		},
		"another program's database in WAL mode": {
			func(t *testing.T, path string) {
				foreign(t, path, "PRAGMA journal_mode=WAL; PRAGMA application_id=252006674; CREATE TABLE tasks (id)")
			},
			"it is the database of another program (application_id 0xf055112)",
		},
		"a newer schema": {
			func(t *testing.T, path string) { ours(t, path, "PRAGMA user_version=99") },
			fmt.Sprintf("it was written by a newer callbackd (schema 99, this one knows %d): install that version again", len(shipped(t))),
		},
		"a folder": {
			func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) },
			"it isn't a file",
		},
		"a broken link": {
			func(t *testing.T, path string) { require.NoError(t, os.Symlink("gone.db", path)) },
			"it is a symbolic link to gone.db, which isn't there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "callbackd.db")
			c.lay(t, path)
			before := contents(t, folder)
			_, err := Open(t.Context(), path)
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, before, contents(t, folder), "nothing is touched")
		})
	}
}

// Whoever may write to the folder could have callbackd empty any file.
func TestOpenFollowsNoLinkToItsLock(t *testing.T) {
	folder := t.TempDir()
	precious, path := filepath.Join(folder, "precious"), filepath.Join(folder, "callbackd.db")
	require.NoError(t, os.WriteFile(precious, []byte("untouched"), 0o600))
	require.NoError(t, os.Symlink(precious, path+".lock"))
	_, err := Open(t.Context(), path)
	require.ErrorContains(t, err, path+".lock is a symbolic link: remove it")
	content, err := os.ReadFile(precious)
	require.NoError(t, err)
	assert.Equal(t, "untouched", string(content))
}

// A newer schema that is still in the write-ahead log is seen too.
func TestOpenRefusesNewerSchemaInLog(t *testing.T) {
	db := openTest(t)
	_, err := db.writer.Exec("PRAGMA user_version=99")
	require.NoError(t, err)
	crashed := filepath.Join(t.TempDir(), "callbackd.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(db.Path() + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(crashed+suffix, content, 0o600))
	}
	_, err = Open(t.Context(), crashed)
	require.ErrorContains(t, err, "it was written by a newer callbackd (schema 99")
}

func TestOpenRefusesFolder(t *testing.T) {
	folder := t.TempDir()
	_, err := Open(t.Context(), filepath.Join(folder, "gone", "callbackd.db"))
	require.ErrorContains(t, err, "there is no folder "+filepath.Join(folder, "gone")+": make it")
	assert.Empty(t, contents(t, folder))

	// Root may write anywhere, so this thread gives that up; it ends with the
	// goroutine, because it isn't unlocked.
	require.NoError(t, os.Chmod(folder, 0o555))
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	answer := make(chan error)
	go func() {
		runtime.LockOSThread()
		if os.Getuid() == 0 {
			if err := unix.Setfsuid(65534); err != nil {
				answer <- err
				return
			}
		}
		_, err := Open(context.Background(), filepath.Join(folder, "callbackd.db"))
		answer <- err
	}()
	require.ErrorContains(t, <-answer, "may not write to folder "+folder+": change its owner or mode")
	assert.Empty(t, contents(t, folder))
}

func TestOpenFinishesAnInterruptedStart(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "callbackd.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.WriteFile(path+".new", []byte("half a datab"), 0o600))
	require.NoError(t, os.WriteFile(path+".new-journal", []byte("half a journal"), 0o600))
	db := reopen(t, path)
	require.NoError(t, addTask(t, db, "+46701234567"))
	assert.NoFileExists(t, path+".new")
	assert.NoFileExists(t, path+".new-journal")
}

// A log without its database would be applied to the new one.
func TestOpenRefusesForgottenLog(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "callbackd.db")
	require.NoError(t, os.WriteFile(path+"-wal", []byte("commits of somebody"), 0o600))
	_, err := Open(t.Context(), path)
	require.ErrorContains(t, err, "bring back the database that belongs to it")
	assert.NoFileExists(t, path)
}

// contents reads all files below folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		all[path] = entry.Type().String()
		if entry.Type().IsRegular() {
			content, err := os.ReadFile(path)
			all[path] += string(content)
			return err
		}
		return nil
	}))
	return all
}
