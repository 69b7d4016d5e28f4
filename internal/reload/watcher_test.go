package reload

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// The system's own events, on real files: each of these is heard of, long before
// a look would find it.
func TestTheSystemSaysWhenRulesChange(t *testing.T) {
	folder := t.TempDir()
	rules := filepath.Join(folder, "rules")
	file := filepath.Join(rules, "acme.yaml")
	require.NoError(t, os.Mkdir(rules, 0o755))
	w := newWatcher(rules, zerolog.Nop())
	defer w.close()
	w.renew()
	heard := func(what string) {
		t.Helper()
		select {
		case <-w.happened:
		case <-time.After(10 * time.Second):
			t.Fatal(what + " wasn't heard of")
		}
	}
	calm := func() {
		for {
			select {
			case <-w.happened:
			case <-time.After(20 * time.Millisecond): // events of one deed come together
				return
			}
		}
	}
	require.NoError(t, os.WriteFile(file, []byte(acme), 0o600))
	heard("a new file")
	calm()
	require.NoError(t, os.WriteFile(file, []byte(other), 0o600))
	heard("a write")
	calm()
	require.NoError(t, os.WriteFile(file+".new", []byte(acme), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
	heard("a file in the place of another")
	calm()
	require.NoError(t, os.Symlink("..one", filepath.Join(rules, "..data")))
	heard("a link")
	calm()
	require.NoError(t, os.Remove(file))
	heard("a file that goes")
	calm()

	require.NoError(t, os.RemoveAll(rules))
	w.renew()
	require.NoError(t, os.Mkdir(rules, 0o755))
	w.renew()
	calm()
	require.NoError(t, os.WriteFile(file, []byte(acme), 0o600))
	heard("a file in a folder that came back")
	calm()

	require.NoError(t, os.Rename(rules, rules+".old"))
	require.NoError(t, os.Mkdir(rules, 0o755))
	w.renew()
	calm()
	require.NoError(t, os.WriteFile(file, []byte(acme), 0o600))
	heard("a file in a folder that took the place of another")
}

// Beside a single rules file lies a database, which is written to all the time.
func TestOnlyTheRulesFileIsListenedTo(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "acme.yaml")
	require.NoError(t, os.WriteFile(file, []byte(acme), 0o600))
	w := newWatcher(file, zerolog.Nop())
	defer w.close()
	w.renew()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callbackd.db-wal"), []byte("x"), 0o600))
	require.NoError(t, os.Rename(filepath.Join(folder, "callbackd.db-wal"), filepath.Join(folder, "callbackd.db")))
	require.NoError(t, os.WriteFile(file, []byte(other), 0o600))
	select {
	case <-w.happened:
	case <-time.After(10 * time.Second):
		t.Fatal("the file isn't listened to")
	}
}

// The whole way with the real file system and the real clock.
func TestSavingIsEnoughInRealTime(t *testing.T) {
	s := newSite(t, "acme.yaml", acme)
	require.NoError(t, s.open())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	woken := make(chan struct{}, 10)
	go func() { ended <- s.Reloader.Run(ctx, func() { woken <- struct{}{} }) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	s.write("rules/acme.yaml", waiting(acme, "45"))
	select {
	case <-woken:
	case <-time.After(20 * time.Second):
		t.Fatal("the edit isn't in force")
	}
	require.Equal(t, "45s", s.wait("acme"))
	s.write("rules/acme.yaml", waiting(acme, "50"))
	s.Now()
	select {
	case <-woken:
	case <-time.After(20 * time.Second):
		t.Fatal("what was asked for isn't in force")
	}
	require.Equal(t, "50s", s.wait("acme"))
}
