package pbx_test

import (
	"fmt"
	"time"

	"callbackd/callback"
)

// entry is a transaction that notes what it changes.
type entry struct {
	callback.Tx
	what     string
	turns    []turn
	position bool // how far the logs are read is stored
}

func (e *entry) changes(object string, c callback.Change) {
	e.what += fmt.Sprintf(", %s: %s (%s)", object, c.Input, c.To)
}

func (e *entry) InsertTask(t *callback.Task, c callback.Change) error {
	e.changes("task", c)
	return e.Tx.InsertTask(t, c)
}

func (e *entry) InsertAttempt(a *callback.Attempt, c callback.Change) error {
	e.changes("attempt", c)
	return e.Tx.InsertAttempt(a, c)
}

func (e *entry) InsertMissedCall(m *callback.MissedCall) error {
	e.what += ", missed call"
	return e.Tx.InsertMissedCall(m)
}

func (e *entry) UpdateTask(t *callback.Task, c callback.Change) error {
	e.changes("task", c)
	return e.Tx.UpdateTask(t, c)
}

func (e *entry) UpdateAttempt(a *callback.Attempt, c callback.Change) error {
	e.changes("attempt", c)
	return e.Tx.UpdateAttempt(a, c)
}

func (e *entry) SetLogPosition(pbx string, position []byte) error {
	e.what += ", log position"
	e.position = true
	return e.Tx.SetLogPosition(pbx, position)
}

func (e *entry) SetWaiting(taskID int64, reason string, until time.Time) error {
	e.what += ", waiting: " + reason
	return e.Tx.SetWaiting(taskID, reason, until)
}

func (e *entry) Block(d callback.DoNotCall) error {
	e.what += ", do-not-call: " + d.Number
	return e.Tx.Block(d)
}

func (e *entry) InsertRecording(r *callback.Recording) error {
	e.what += ", recording: " + string(r.State)
	return e.Tx.InsertRecording(r)
}

func (e *entry) UpdateRecording(r *callback.Recording, c callback.Change) error {
	e.changes("recording", c)
	return e.Tx.UpdateRecording(r, c)
}

func (e *entry) ForgetRecording(id int64) error {
	e.what += ", recording: forgotten"
	return e.Tx.ForgetRecording(id)
}
