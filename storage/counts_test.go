package storage

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestCountingOpenTasks(t *testing.T) {
	db := openTest(t)
	counts, err := db.CountTasks(t.Context(), time.Now())
	require.NoError(t, err)
	require.Empty(t, counts)

	now := time.Now()
	require.NoError(t, db.Update(t.Context(), func(tx callback.Tx) error {
		for i, row := range []struct {
			account, number string
			due             time.Time
		}{
			{"acme", "+46701234561", now.Add(-time.Hour)},
			{"acme", "+46701234562", now.Add(time.Hour)},
			{"acme", "+46701234563", now.Add(-time.Minute)},
			{"globex", "+46701234561", now.Add(time.Hour)},
		} {
			task := newTask(row.number, row.due)
			task.Account = row.account
			if err := insertTask(tx, &task); err != nil {
				return err
			}
			if i == 2 { // what is due and rests is due all the same
				if err := tx.SetWaiting(task.ID, "closed", now.Add(time.Hour)); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	_, err = callback.Cancel(t.Context(), db, 1, callback.CancelByPerson, "ann")
	require.NoError(t, err)

	counts, err = db.CountTasks(t.Context(), now)
	require.NoError(t, err)
	require.Equal(t, []TaskCount{
		{Account: "acme", State: callback.TaskScheduled, Tasks: 2, Due: 1},
		{Account: "globex", State: callback.TaskScheduled, Tasks: 1},
	}, counts)
	assert.Contains(t, explainPlan(t, db.readers, countsQuery), "SCAN tasks USING INDEX tasks_open", "those that have ended aren't looked at")
}
