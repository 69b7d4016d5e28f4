package storage

import (
	"fmt"
	"maps"
	"slices"

	"callbackd/callback"
)

var openAttemptsQuery = `SELECT state,
	(SELECT count(*) FROM attempts WHERE task_id = tasks.id AND state <> 'ended' AND state = 'scheduled'),
	(SELECT count(*) FROM attempts WHERE task_id = tasks.id AND state <> 'ended' AND state <> 'scheduled')
	FROM tasks WHERE id = ?`

// consistent refuses to commit a task and attempts that contradict each other.
// It looks at every task of which the transaction wrote the row or an attempt.
func (tx *writeTx) consistent() error {
	for _, id := range slices.Sorted(maps.Keys(tx.touched)) {
		var (
			state           callback.TaskState
			scheduled, live int
		)
		if err := tx.sql.QueryRowContext(tx.ctx, openAttemptsQuery, id).Scan(&state, &scheduled, &live); err != nil {
			return explain("check "+nameTask(id), err)
		}
		wantScheduled, wantLive := 0, 0
		switch state {
		case callback.TaskScheduled, callback.TaskHeld:
			wantScheduled = 1
		case callback.TaskDialing:
			wantLive = 1
		}
		if scheduled != wantScheduled || live != wantLive {
			return fmt.Errorf("commit %s: %w: it is %s and needs %d scheduled and %d live attempts, it has %d and %d",
				nameTask(id), callback.ErrRefused, state, wantScheduled, wantLive, scheduled, live)
		}
	}
	return nil
}
