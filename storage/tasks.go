package storage

import (
	"errors"
	"fmt"
	"time"

	"callbackd/callback"
)

var tasksTable = newTable("tasks",
	"id", "account", "kind", "number", "state", "reason", "target", "region", "lost_by", "rule", "pbx",
	"arrived", "due", "wake", "give_up", "previous", "cancel_reason", "waiting_for", "held_by", "attempts",
	"source", "note", "language", "asked_at", "asked_for", "identification", "late",
	"owner", "owner_for", "owner_then", "owner_until", "created", "updated")

func taskFields(t *callback.Task) []any {
	return []any{
		&t.ID, &t.Account, &t.Kind, &t.Number, &t.State, &t.Reason, targetColumn{&t.Target}, &t.Region, targetColumn{&t.LostBy}, &t.Rule, &t.PBX,
		timeColumn{&t.Arrived}, timeColumn{&t.Due}, timeColumn{&t.Wake}, timeColumn{&t.GiveUp}, idColumn{&t.Previous}, &t.CancelReason, &t.WaitingFor, &t.HeldBy, &t.Attempts,
		&t.Source, &t.Note, &t.Language, timeColumn{&t.Asked}, timeColumn{&t.At}, &t.Identification, timeColumn{&t.Late},
		&t.Owner.Agent, millisecondColumn{&t.Owner.For}, targetColumn{&t.Owner.Then}, timeColumn{&t.OwnerUntil}, timeColumn{&t.Created}, timeColumn{&t.Updated},
	}
}

// The conditions repeat those of the indexes word by word: that is how SQLite
// knows that an index serves.
var (
	taskQuery      = tasksTable.selection + `WHERE id = ?`
	taskStateQuery = `SELECT state FROM tasks WHERE id = ?`
	openTaskQuery  = tasksTable.selection + `WHERE account = ? AND number = ?
		AND kind = 'missed' AND state IN ('scheduled', 'dialing', 'held')`
	customerTasksQuery = tasksTable.selection + `INDEXED BY tasks_open_customer
		WHERE account = ? AND number = ? AND state IN ('scheduled', 'dialing', 'held') ORDER BY id`
	lastTaskQuery = tasksTable.selection + `WHERE number = ? AND account = ?
		AND state NOT IN ('scheduled', 'dialing', 'held') ORDER BY id DESC LIMIT 1`
	// The inner queries are answered and sorted from the index alone, so that
	// ten thousand due tasks cost ten thousand short entries, not whole rows.
	// Left alone, SQLite would take all scheduled tasks, due or not, by
	// tasks_state.
	dueTasksQuery = tasksTable.selection + `WHERE id IN (
		SELECT id FROM (
			SELECT id, row_number() OVER (PARTITION BY account, target, region ORDER BY arrived, id) AS place
			FROM tasks INDEXED BY tasks_due WHERE state = 'scheduled' AND wake <= ?
		) WHERE place <= ?
	) ORDER BY arrived, id`
	nextDueQuery = `SELECT min(wake) FROM tasks INDEXED BY tasks_due WHERE state = 'scheduled' AND wake > ?`
)

func nameTask(id int64) string { return fmt.Sprintf("task %d", id) }

// Task implements callback.ReadTx.
func (tx *readTx) Task(id int64) (callback.Task, error) {
	return find(tx, nameTask(id), taskFields, taskQuery, id)
}

// OpenMissedTask implements callback.ReadTx.
func (tx *readTx) OpenMissedTask(account, number string) (callback.Task, error) {
	what := fmt.Sprintf("open missed task of %s in %s", callback.MaskNumber(number), account)
	return find(tx, what, taskFields, openTaskQuery, account, number)
}

// CustomerTasks implements callback.ReadTx.
func (tx *readTx) CustomerTasks(account, number string) ([]callback.Task, error) {
	what := fmt.Sprintf("open tasks of %s in %s", callback.MaskNumber(number), account)
	return list(tx, what, taskFields, customerTasksQuery, account, number)
}

// LastTask implements callback.ReadTx.
func (tx *readTx) LastTask(account, number string) (callback.Task, error) {
	what := fmt.Sprintf("last task of %s in %s", callback.MaskNumber(number), account)
	return find(tx, what, taskFields, lastTaskQuery, number, account)
}

// DueTasks implements callback.ReadTx.
func (tx *readTx) DueTasks(now time.Time, each int) ([]callback.Task, error) {
	return list(tx, "due tasks", taskFields, dueTasksQuery, timeColumn{&now}, each)
}

// NextDue implements callback.ReadTx.
func (tx *readTx) NextDue(now time.Time) (wake time.Time, ok bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, nextDueQuery, timeColumn{&now}).Scan(timeColumn{&wake})
	return wake, !wake.IsZero(), explain("next due task", err)
}

// InsertTask implements callback.Tx.
func (tx *writeTx) InsertTask(t *callback.Task, c callback.Change) error {
	what := fmt.Sprintf("insert %s task of %s in %s", t.Kind, callback.MaskNumber(t.Number), t.Account)
	if err := errors.Join(isBirth(what, c), fits(what, string(t.State), c)); err != nil {
		return err
	}
	row := *t
	row.Wake, row.Created, row.Updated = t.Due, tx.now, tx.now
	id, err := tx.insert(what, tasksTable.insert, taskFields(&row)[1:]...)
	if err != nil {
		return err
	}
	t.ID, t.Wake, t.Created, t.Updated = id, t.Due, tx.now, tx.now
	return tx.recordTask(what, t, c)
}

// UpdateTask implements callback.Tx.
func (tx *writeTx) UpdateTask(t *callback.Task, c callback.Change) error {
	what := "update " + nameTask(t.ID)
	if err := fits(what, string(t.State), c); err != nil {
		return err
	}
	row := *t
	row.Wake, row.Updated = t.Due, tx.now
	if err := tx.updateFrom(what, tasksTable.update, taskStateQuery, t.ID, c.From, taskFields(&row)[1:]); err != nil {
		return err
	}
	t.Wake, t.Updated = t.Due, tx.now
	return tx.recordTask(what, t, c)
}

func (tx *writeTx) recordTask(what string, t *callback.Task, c callback.Change) error {
	c.Account, c.Number, c.TaskID, c.AttemptID = t.Account, t.Number, t.ID, 0
	return tx.record(what, c)
}
