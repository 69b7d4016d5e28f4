package catchup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Logs of another Asterisk are full of calls of which no event tells. An alarm says so, until
// they tell of a call that was seen.
func TestLogsOfAnotherAsterisk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		require.NoError(t, w.reader.Until(w.Context(), time.Now()))
		for range 9 {
			w.after(time.Minute)
			w.logs.Abandoned("support", w.call())
		}
		w.after(time.Minute)
		require.Zero(t, w.alarms("logs_foreign"), "a stream may have fallen silent")
		for range 3 {
			w.logs.Abandoned("support", w.call())
			w.after(time.Minute)
		}
		require.Equal(t, 1, w.alarms("logs_foreign"))
		require.Positive(t, w.counted("foreign"))
		require.Len(t, w.ids(), 12, "no call escapes")

		seen := w.call()
		w.reader.Saw(verdict(seen, 0))
		w.reader.Took(seen.ID)
		w.logs.Abandoned("support", seen)
		w.after(time.Minute)
		for range 9 {
			w.logs.Abandoned("support", w.call())
			w.after(time.Minute)
		}
		require.Equal(t, 1, w.alarms("logs_foreign"), "it was over")
	})
}
