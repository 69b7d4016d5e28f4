package storage

import (
	"testing"
	"time"

	"callbackd/callback"
)

var support = callback.Target{Kind: callback.TargetQueue, Name: "support"}

func newTask(number string, due time.Time) callback.Task {
	return callback.Task{
		Account: "acme", Kind: callback.KindMissed, Number: number, State: callback.TaskScheduled,
		Target: support, LostBy: support, PBX: "pbx1", Arrived: due, Due: due,
	}
}

// insertTask stores a task with its scheduled attempt.
func insertTask(tx callback.Tx, task *callback.Task) error {
	if err := tx.InsertTask(task, callback.Change{Input: "missed", To: string(task.State)}); err != nil {
		return err
	}
	return tx.InsertAttempt(&callback.Attempt{
		TaskID: task.ID, Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: task.Due, Number: task.Number, Account: task.Account,
		Settings: callback.Settings{Region: "sweden", PBX: task.PBX, Target: task.Target},
	}, callback.Change{Input: "schedule", To: string(callback.AttemptScheduled)})
}

func addTask(t testing.TB, db *DB, number string) error {
	t.Helper()
	return db.Update(t.Context(), func(tx callback.Tx) error {
		task := newTask(number, time.Now())
		return insertTask(tx, &task)
	})
}
