package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// indexTx takes the entry of a recording, in a database where something last happened
// then.
type indexTx struct {
	Tx
	last     time.Time
	inserted Recording
}

func (tx *indexTx) LastChange(time.Time) (time.Time, error) { return tx.last, nil }
func (tx *indexTx) InsertRecording(r *Recording) error      { tx.inserted = *r; return nil }

// A machine that starts in the year 2000 is put right in a minute; a recording of that
// minute would be deleted in the next.
func TestARecordingUnderAClockThatIsBehind(t *testing.T) {
	november := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for ended, from := range map[time.Time]time.Time{
		november:                       november,
		november.Add(time.Hour):        november.Add(time.Hour),
		november.AddDate(-26, -10, -9): november,
	} {
		tx := &indexTx{last: november}
		require.NoError(t, indexRecording(tx, Attempt{
			Names: Names{Recording: "acme/1"}, CustomerSent: ended.Add(-time.Minute), Ended: ended,
			Settings: Settings{Recording: &RecordingSettings{Keep: 24 * time.Hour}},
		}, RecordingFound{State: RecordingKept}))
		require.Equal(t, from.Add(24*time.Hour), tx.inserted.KeepUntil, "ended at %s", ended)
	}
}
