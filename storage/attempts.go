package storage

import (
	"errors"
	"fmt"

	"callbackd/callback"
)

// pbx and region are columns too, which SQLite takes from the settings.
var attemptsTable = newTable("attempts",
	"id", "task_id", "account", "number", "ordinal", "try", "state", "due", "missed_call_id", "settings",
	"agent_channel", "customer_channel", "bridge", "recording",
	"agent", "result", "reason", "cause", "sip", "trunk_fault", "counted", "recording_ok",
	"claimed", "agent_answered", "customer_sent", "bridged", "ended")

func attemptFields(a *callback.Attempt) []any {
	return []any{
		&a.ID, &a.TaskID, &a.Account, &a.Number, &a.Ordinal, &a.Try, &a.State, timeColumn{&a.Due}, idColumn{&a.MissedCallID}, settingsColumn{&a.Settings},
		&a.Names.AgentChannel, &a.Names.CustomerChannel, &a.Names.Bridge, &a.Names.Recording,
		&a.Agent, &a.Result, &a.Reason, &a.Cause, &a.SIP, &a.TrunkFault, &a.Counted, &a.RecordingOK,
		timeColumn{&a.Claimed}, timeColumn{&a.AgentAnswered}, timeColumn{&a.CustomerSent}, timeColumn{&a.Bridged}, timeColumn{&a.Ended},
	}
}

// live is the condition of the indexes on live attempts, word by word.
const live = `state IN ('agent', 'agent_up', 'customer', 'bridged')`

var (
	attemptQuery        = attemptsTable.selection + `WHERE id = ?`
	attemptStateQuery   = `SELECT state FROM attempts WHERE id = ?`
	currentAttemptQuery = attemptsTable.selection + `WHERE task_id = ? AND state <> 'ended'`
	taskAttemptsQuery   = attemptsTable.selection + `WHERE task_id = ? ORDER BY id`
	// Left alone, SQLite would walk through all attempts to spare the sorting.
	liveAttemptsQuery    = attemptsTable.selection + `INDEXED BY attempts_live WHERE ` + live + ` ORDER BY id`
	livePBXAttemptsQuery = attemptsTable.selection + `WHERE pbx = ? AND ` + live + ` ORDER BY id`
	linesQuery           = `SELECT count(*) FROM attempts WHERE account = ? AND ` + live
	regionLinesQuery     = `SELECT count(*) FROM attempts WHERE account = ? AND region = ? AND ` + live
	numberOnLineQuery    = `SELECT count(*) FROM attempts WHERE number = ? AND ` + live
)

func nameAttempt(id int64) string { return fmt.Sprintf("attempt %d", id) }

// Attempt implements callback.ReadTx.
func (tx *readTx) Attempt(id int64) (callback.Attempt, error) {
	return find(tx, nameAttempt(id), attemptFields, attemptQuery, id)
}

// CurrentAttempt implements callback.ReadTx.
func (tx *readTx) CurrentAttempt(taskID int64) (callback.Attempt, error) {
	return find(tx, "current attempt of "+nameTask(taskID), attemptFields, currentAttemptQuery, taskID)
}

// Attempts implements callback.ReadTx.
func (tx *readTx) Attempts(taskID int64) ([]callback.Attempt, error) {
	return list(tx, "attempts of "+nameTask(taskID), attemptFields, taskAttemptsQuery, taskID)
}

// LiveAttempts implements callback.ReadTx; the oldest comes first.
func (tx *readTx) LiveAttempts(pbx string) ([]callback.Attempt, error) {
	if pbx == "" {
		return list(tx, "live attempts", attemptFields, liveAttemptsQuery)
	}
	return list(tx, "live attempts of "+pbx, attemptFields, livePBXAttemptsQuery, pbx)
}

// Lines implements callback.ReadTx.
func (tx *readTx) Lines(account string) (lines int, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, linesQuery, account).Scan(&lines)
	return lines, explain("count the lines of "+account, err)
}

// RegionLines implements callback.ReadTx.
func (tx *readTx) RegionLines(account, region string) (lines int, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, regionLinesQuery, account, region).Scan(&lines)
	return lines, explain(fmt.Sprintf("count the lines of %s in region %s", account, region), err)
}

// NumberOnLine implements callback.ReadTx.
func (tx *readTx) NumberOnLine(number string) (onLine bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, numberOnLineQuery, number).Scan(&onLine)
	return onLine, explain("look for a live attempt to "+callback.MaskNumber(number), err)
}

// InsertAttempt implements callback.Tx.
func (tx *writeTx) InsertAttempt(a *callback.Attempt, c callback.Change) error {
	what := "insert attempt of " + nameTask(a.TaskID)
	if err := errors.Join(isBirth(what, c), fits(what, string(a.State), c)); err != nil {
		return err
	}
	id, err := tx.insert(what, attemptsTable.insert, attemptFields(a)[1:]...)
	if err != nil {
		return err
	}
	a.ID = id
	return tx.recordAttempt(what, a, c)
}

// UpdateAttempt implements callback.Tx.
func (tx *writeTx) UpdateAttempt(a *callback.Attempt, c callback.Change) error {
	what := fmt.Sprintf("update %s of %s", nameAttempt(a.ID), nameTask(a.TaskID))
	if err := fits(what, string(a.State), c); err != nil {
		return err
	}
	if err := tx.updateFrom(what, attemptsTable.update, attemptStateQuery, a.ID, c.From, attemptFields(a)[1:]); err != nil {
		return err
	}
	return tx.recordAttempt(what, a, c)
}

func (tx *writeTx) recordAttempt(what string, a *callback.Attempt, c callback.Change) error {
	c.Account, c.Number, c.TaskID, c.AttemptID = a.Account, a.Number, a.TaskID, a.ID
	return tx.record(what, c)
}
