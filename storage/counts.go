package storage

import (
	"context"
	"time"

	"callbackd/callback"
)

// TaskCount says how many open tasks of an account are in one state.
type TaskCount struct {
	Account string
	State   callback.TaskState
	Tasks   int
	Due     int // of these, scheduled ones whose time has come
}

// countsQuery walks through all open tasks, which are few beside those that
// have ended.
var countsQuery = `SELECT account, state, count(*), sum(state = 'scheduled' AND due <= ?)
	FROM tasks INDEXED BY tasks_open WHERE state IN ('scheduled', 'dialing', 'held')
	GROUP BY account, state ORDER BY account, state`

// CountTasks counts the open tasks as they are now, for metrics.
func (db *DB) CountTasks(ctx context.Context, now time.Time) (counts []TaskCount, err error) {
	err = db.View(ctx, func(tx callback.ReadTx) error {
		counts, err = list(tx.(*readTx), "count open tasks", func(c *TaskCount) []any {
			return []any{&c.Account, &c.State, &c.Tasks, &c.Due}
		}, countsQuery, timeColumn{&now})
		return err
	})
	return counts, err
}
