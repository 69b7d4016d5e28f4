package catchup_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Logs that can't be read keep everybody waiting for a minute after each connect, however
// long they have been so: they may just be coming back with Asterisk.
func TestLogsThatAreUnreadableForLong(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		require.NoError(t, os.Mkdir(w.logs.CDR, 0o755))
		w.after(time.Hour)
		for range 2 {
			began := time.Now()
			require.NoError(t, w.reader.Until(w.Context(), began))
			require.Equal(t, time.Minute, time.Since(began))
		}
	})
}

// And for a minute after they have become so, whatever was waited for before.
func TestLogsThatBecomeUnreadable(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		w.logs.Abandoned("support", w.call())
		w.fill(true)
		w.after(time.Millisecond)
		began := time.Now()
		time.AfterFunc(10*time.Minute, func() {
			require.NoError(w, os.Remove(w.logs.CDR))
			require.NoError(w, os.Mkdir(w.logs.CDR, 0o755))
		})
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.InDelta(t, 11*time.Minute, time.Since(began), float64(2*time.Second))
	})
}
