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
	where.equal("account", f.Account)
	where.equal("number", f.Number)
	if f.TaskID != 0 {
		where.add("task_id = ?", f.TaskID)
	}
	where.equal("decision", string(f.Decision))
	where.equal("reason", string(f.Reason))
	where.equal("lost_by", f.LostBy.String())
	where.within("lost", callback.Span{From: f.Since, To: f.Until})
	few := f.Number != "" || f.TaskID != 0
	switch {
	case few:
	case f.Decision != "" || f.Reason != "" || !f.LostBy.IsZero() || !f.Until.IsZero():
		return where.newestOf(missedCallsTable, "missed_calls_search", f.Before, f.Limit)
	case !f.Since.IsZero():
		// Left alone, SQLite would walk through all that the account ever missed.
		return where.newestFirst(missedCallsTable.selection+"INDEXED BY missed_calls_lost ", f.Before, f.Limit)
	}
	return where.newestFirst(missedCallsTable.selection, f.Before, f.Limit)
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
