package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An Asterisk whose clock is wrong moves no callback: what became of a call is dated by
// callbackd's own.
func TestAnAsteriskWhoseClockIsWrong(t *testing.T) {
	for name, skew := range map[string]time.Duration{"hours ahead": 5 * time.Hour, "hours behind": -5 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.skew = skew
				w.after(time.Second)
				w.loses(customer)
				lost := time.Now()
				w.after(time.Minute)
				missed := w.missed()[0]
				require.WithinDuration(t, lost, missed.Lost, time.Millisecond)
				require.WithinDuration(t, lost.Add(-10*time.Second), missed.Arrived, 100*time.Millisecond)
				require.Equal(t, 1, w.rung(), "at once")
			})
		})
	}
}
