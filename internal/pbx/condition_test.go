package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// People are told since when a PBX is ready or away, and how often it was.
func TestTheConditionOfAPBX(t *testing.T) {
	inWorld(t, func(w *world) {
		began := time.Now()
		w.after(time.Minute)
		c := w.exchange.Condition()
		require.NotEmpty(t, c.Version)
		require.Zero(t, c.Gaps)
		require.Zero(t, c.LastGap)
		require.WithinDuration(t, began, c.Since, 10*time.Second)
		require.WithinDuration(t, time.Now(), c.Heard, 5*time.Second)
		require.Less(t, c.Lag, time.Second)

		cut.happen(w)
		lost := time.Now()
		w.after(time.Minute)
		c = w.exchange.Condition()
		require.Equal(t, 1, c.Gaps)
		require.WithinDuration(t, lost, c.LastGap, 5*time.Second)
		require.False(t, c.Since.Before(c.LastGap), "it is ready anew since then")

		w.asterisk.Stop()
		w.after(time.Minute)
		c = w.exchange.Condition()
		require.Equal(t, 2, c.Gaps)
		require.Zero(t, c.Lag, "nothing is heard")
		require.GreaterOrEqual(t, time.Since(c.Heard), 50*time.Second)
	})
}
