package storage

import (
	"fmt"
	"time"

	"callbackd/callback"
)

var recordingsTable = newTable("recordings",
	"id", "task_id", "attempt_id", "account", "pbx", "name", "channels", "state", "bytes", "milliseconds", "made", "keep_until")

func recordingFields(r *callback.Recording) []any {
	return []any{
		&r.ID, &r.TaskID, &r.AttemptID, &r.Account, &r.PBX, &r.Name, &r.Channels, &r.State, &r.Bytes,
		millisecondColumn{&r.Duration}, timeColumn{&r.Made}, timeColumn{&r.KeepUntil},
	}
}

var (
	recordingQuery            = recordingsTable.selection + `WHERE id = ?`
	recordingStateQuery       = `SELECT state FROM recordings WHERE id = ?`
	unverifiedRecordingsQuery = recordingsTable.selection + `WHERE state = 'unverified' AND id > ? ORDER BY id LIMIT ?`
	expiredRecordingsQuery    = recordingsTable.selection + `WHERE state <> 'deleted' AND keep_until <= ? AND (keep_until, id) > (?, ?) ORDER BY keep_until, id LIMIT ?`
	forgetRecordingCommand    = `DELETE FROM recordings WHERE id = ?`
)

func nameRecording(id int64) string { return fmt.Sprintf("recording %d", id) }

// Recording implements callback.ReadTx.
func (tx *readTx) Recording(id int64) (callback.Recording, error) {
	return find(tx, nameRecording(id), recordingFields, recordingQuery, id)
}

// Recordings implements callback.ReadTx.
func (tx *readTx) Recordings(f callback.RecordingFilter) ([]callback.Recording, error) {
	query, args := recordingList(f)
	return list(tx, "recordings", recordingFields, query, args...)
}

func recordingList(f callback.RecordingFilter) (query string, args []any) {
	var where conditions
	where.equal("account", f.Account)
	if f.TaskID != 0 {
		where.add("task_id = ?", f.TaskID)
	}
	selection := recordingsTable.selection
	if f.Number != "" {
		where.add("task_id IN (SELECT id FROM tasks WHERE number = ?)", f.Number)
		selection += "INDEXED BY recordings_task " // a customer has few
	}
	where.oneOf("state", words(f.States))
	where.within("made", f.Made)
	if few := f.Number != "" || f.TaskID != 0; !few && (len(f.States) > 0 || f.Made != callback.Span{}) {
		return where.newestOf(recordingsTable, "recordings_search", f.Before, f.Limit)
	}
	return where.newestFirst(selection, f.Before, f.Limit)
}

// UnverifiedRecordings implements callback.ReadTx.
func (tx *readTx) UnverifiedRecordings(after callback.Recording, limit int) ([]callback.Recording, error) {
	return list(tx, "unverified recordings", recordingFields, unverifiedRecordingsQuery, after.ID, limit)
}

// ExpiredRecordings implements callback.ReadTx.
func (tx *readTx) ExpiredRecordings(now time.Time, after callback.Recording, limit int) ([]callback.Recording, error) {
	return list(tx, "expired recordings", recordingFields, expiredRecordingsQuery,
		timeColumn{&now}, after.KeepUntil.UTC().Format(timeLayout), after.ID, limit)
}

// InsertRecording implements callback.Tx.
func (tx *writeTx) InsertRecording(r *callback.Recording) error {
	id, err := tx.insert("insert recording of "+nameAttempt(r.AttemptID), recordingsTable.insert, recordingFields(r)[1:]...)
	if err != nil {
		return err
	}
	r.ID = id
	return nil
}

// UpdateRecording implements callback.Tx.
func (tx *writeTx) UpdateRecording(r *callback.Recording, c callback.Change) error {
	what := "update " + nameRecording(r.ID)
	if err := fits(what, string(r.State), c); err != nil {
		return err
	}
	if err := tx.updateFrom(what, recordingsTable.update, recordingStateQuery, r.ID, c.From, recordingFields(r)[1:]); err != nil {
		return err
	}
	task, err := tx.Task(r.TaskID)
	if err != nil {
		return err
	}
	c.Account, c.Number, c.TaskID, c.AttemptID = task.Account, task.Number, r.TaskID, r.AttemptID
	return tx.record(what, c)
}

// ForgetRecording implements callback.Tx.
func (tx *writeTx) ForgetRecording(id int64) error {
	_, err := tx.exec("forget "+nameRecording(id), forgetRecordingCommand, id)
	return err
}
