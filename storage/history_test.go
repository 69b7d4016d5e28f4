package storage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// A clock that stood wrong for a while says so in the history, between what was right.
func TestTheLastChangeUnderAWrongClock(t *testing.T) {
	db := openTest(t)
	require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
		task := newTask("+46701234567", time.Now())
		return insertTask(tx, &task)
	}))
	right := time.Date(2099, 11, 20, 9, 0, 0, 0, time.UTC)
	happens := func(at time.Time, times int) {
		_, err := db.writer.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO history SELECT NULL, ?, 'acme', '+46701234567', 1, NULL, 'test', 'scheduled', 'scheduled', '' FROM n`, times, timeColumn{&at})
		require.NoError(t, err)
	}
	last := func(notAfter time.Time) (at time.Time) {
		require.NoError(t, db.View(t.Context(), func(tx callback.ReadTx) (err error) {
			at, err = tx.LastChange(notAfter)
			return err
		}))
		return at
	}
	happens(right, 1)
	happens(right.AddDate(-99, 0, 0), 20)
	assert.Equal(t, right, last(time.Time{}), "it was in the year 2000 for a while")
	happens(right.AddDate(1, 0, 0), 20)
	happens(right.Add(time.Hour), 900)
	assert.Equal(t, right.AddDate(1, 0, 0), last(time.Time{}))
	assert.Equal(t, right.Add(time.Hour), last(right.Add(time.Hour)), "and in the next year")
	happens(right.Add(2*time.Hour), 100)
	assert.Equal(t, right.Add(2*time.Hour), last(time.Time{}), "which is forgotten")
}
