package storage

import (
	"time"

	"callbackd/callback"
)

var (
	waitingCommand = `UPDATE tasks SET waiting_for = ?2, wake = max(due, coalesce(?3, due))
		WHERE id = ?1 AND state = 'scheduled' AND (waiting_for <> ?2 OR wake <> max(due, coalesce(?3, due)))`
	rouseAllCommand = `UPDATE tasks INDEXED BY tasks_resting SET wake = due WHERE state = 'scheduled' AND wake > due`
	rouseCommand    = rouseAllCommand + ` AND account = ?`
)

// SetWaiting implements callback.Tx. What is said already isn't written again.
func (tx *writeTx) SetWaiting(taskID int64, reason string, until time.Time) error {
	what := nameTask(taskID) + ": store why it waits"
	if !until.IsZero() {
		until = until.Add(time.Millisecond - time.Nanosecond) // what is cut off must not wake it too early
	}
	result, err := tx.exec(what, waitingCommand, taskID, reason, timeColumn{&until})
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var state callback.TaskState
	return explain(what, tx.sql.QueryRowContext(tx.ctx, taskStateQuery, taskID).Scan(&state))
}

// Rouse implements callback.Tx.
func (tx *writeTx) Rouse(account string) error {
	if account == "" {
		_, err := tx.exec("rouse all tasks", rouseAllCommand)
		return err
	}
	_, err := tx.exec("rouse the tasks of "+account, rouseCommand, account)
	return err
}
