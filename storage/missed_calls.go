package storage

import (
	"fmt"

	"callbackd/callback"
)

var missedCallsTable = newTable("missed_calls",
	"id", "pbx", "call_id", "trunk", "caller", "dialled", "lost_by", "arrived", "lost",
	"account", "number", "decision", "reason", "rule", "task_id", "source", "recorded")

func missedCallFields(m *callback.MissedCall) []any {
	return []any{
		&m.ID, &m.PBX, &m.CallID, &m.Trunk, &m.Caller, &m.Dialled, targetColumn{&m.LostBy}, timeColumn{&m.Arrived}, timeColumn{&m.Lost},
		&m.Account, &m.Number, &m.Decision, &m.Reason, &m.Rule, idColumn{&m.TaskID}, &m.Source, timeColumn{&m.Recorded},
	}
}

var (
	missedCallQuery = missedCallsTable.selection + `WHERE id = ?`
	seenCallQuery   = missedCallsTable.selection + `WHERE pbx = ? AND call_id = ?`
	// The newest is the one lost last, not the one stored last: a call read
	// from a log after a gap may be older than one seen since.
	newestMissedCallQuery = missedCallsTable.selection + `WHERE task_id = ? ORDER BY lost DESC, id DESC LIMIT 1`
)

// MissedCall implements callback.ReadTx.
func (tx *readTx) MissedCall(id int64) (callback.MissedCall, error) {
	return find(tx, fmt.Sprintf("missed call %d", id), missedCallFields, missedCallQuery, id)
}

// SeenCall implements callback.ReadTx.
func (tx *readTx) SeenCall(pbx, callID string) (callback.MissedCall, error) {
	return find(tx, fmt.Sprintf("missed call %s on %s", callID, pbx), missedCallFields, seenCallQuery, pbx, callID)
}

// NewestMissedCall implements callback.ReadTx.
func (tx *readTx) NewestMissedCall(taskID int64) (callback.MissedCall, error) {
	return find(tx, "newest missed call of "+nameTask(taskID), missedCallFields, newestMissedCallQuery, taskID)
}

// MissedCalls implements callback.ReadTx.
func (tx *readTx) MissedCalls(f callback.MissedCallFilter) ([]callback.MissedCall, error) {
	query, args := missedCallList(f)
	return list(tx, "missed calls", missedCallFields, query, args...)
}

func missedCallList(f callback.MissedCallFilter) (query string, args []any) {
	var where conditions
	if f.Account != "" {
		where.add("account = ?", f.Account)
	}
	if f.Number != "" {
		where.add("number = ?", f.Number)
	}
	if f.TaskID != 0 {
		where.add("task_id = ?", f.TaskID)
	}
	selection := missedCallsTable.selection
	if !f.Since.IsZero() {
		where.add("lost >= ?", timeColumn{&f.Since})
		if f.Number == "" && f.TaskID == 0 {
			// Left alone, SQLite would walk through all that the account ever missed.
			selection += "INDEXED BY missed_calls_lost "
		}
	}
	return where.newestFirst(selection, f.Before, f.Limit)
}

// InsertMissedCall implements callback.Tx. Recorded is now where it is zero, Source
// the events where it is empty.
func (tx *writeTx) InsertMissedCall(m *callback.MissedCall) error {
	row := *m
	if row.Recorded.IsZero() {
		row.Recorded = tx.now
	}
	if row.Source == "" {
		row.Source = callback.SourceEvents
	}
	what := fmt.Sprintf("insert missed call %s on %s", m.CallID, m.PBX)
	id, err := tx.insert(what, missedCallsTable.insert, missedCallFields(&row)[1:]...)
	if err != nil {
		return err
	}
	m.ID, m.Recorded, m.Source = id, row.Recorded, row.Source
	return nil
}
