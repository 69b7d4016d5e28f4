package storage

import "callbackd/callback"

var historyTable = newTable("history",
	"id", "at", "account", "number", "task_id", "attempt_id", "input", "from_state", "to_state", "reason")

func changeFields(c *callback.Change) []any {
	return []any{
		&c.ID, timeColumn{&c.At}, &c.Account, &c.Number, &c.TaskID, idColumn{&c.AttemptID},
		&c.Input, &c.From, &c.To, &c.Reason,
	}
}

var historyQuery = historyTable.selection + `WHERE task_id = ? ORDER BY id`

// History implements callback.ReadTx.
func (tx *readTx) History(taskID int64) ([]callback.Change, error) {
	return list(tx, "history of "+nameTask(taskID), changeFields, historyQuery, taskID)
}
