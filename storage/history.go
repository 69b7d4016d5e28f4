package storage

import (
	"time"

	"callbackd/callback"
)

var historyTable = newTable("history",
	"id", "at", "account", "number", "task_id", "attempt_id", "input", "from_state", "to_state", "reason")

func changeFields(c *callback.Change) []any {
	return []any{
		&c.ID, timeColumn{&c.At}, &c.Account, &c.Number, &c.TaskID, idColumn{&c.AttemptID},
		&c.Input, &c.From, &c.To, &c.Reason,
	}
}

var (
	historyQuery = historyTable.selection + `WHERE task_id = ? ORDER BY id`
	// The inner one walks back from the newest row and ends after so many: of those
	// that are too late it passes a day's, where the clock is right.
	lastChangeQuery = `SELECT max(at) FROM (SELECT at FROM history WHERE at <= coalesce(?, '9999') ORDER BY id DESC LIMIT 1000)`
)

// History implements callback.ReadTx.
func (tx *readTx) History(taskID int64) ([]callback.Change, error) {
	return list(tx, "history of "+nameTask(taskID), changeFields, historyQuery, taskID)
}

// LastChange implements callback.ReadTx.
func (tx *readTx) LastChange(notAfter time.Time) (time.Time, error) {
	return find(tx, "last change", func(at *time.Time) []any { return []any{timeColumn{at}} }, lastChangeQuery, timeColumn{&notAfter})
}
