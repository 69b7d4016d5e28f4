package callback

import (
	"context"
	"errors"
	"time"
)

// Store is where the half that notices and the half that dials meet. The
// package storage implements it; the rules it must keep are tested by
// storage/storagetest.
type Store interface {
	// Update runs fn in one write transaction, alone, and commits if fn
	// returns nil; else nothing has happened. Observers hear of the changes
	// after the commit, never before.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent state.
	View(ctx context.Context, fn func(ReadTx) error) error
}

// What a store answers besides its own failures.
var (
	ErrNotFound = errors.New("not found")
	// ErrExists is a row that is already there: the same missed call, a
	// second open missed task of a customer, a second live attempt to a number.
	ErrExists = errors.New("exists already")
	// ErrRefused is a write that the store's rules forbid: a transition that no
	// table has, a row that contradicts itself, a Change that doesn't fit the
	// row. It is a mistake of the caller.
	ErrRefused = errors.New("refused by the database's rules")
)

// ReadTx reads.
type ReadTx interface {
	// Task and Attempt answer ErrNotFound where there is none.
	Task(id int64) (Task, error)
	Attempt(id int64) (Attempt, error)
	// MissedCall finds by id, SeenCall by PBX and Asterisk's unique id.
	MissedCall(id int64) (MissedCall, error)
	SeenCall(pbx, callID string) (MissedCall, error)

	// OpenMissedTask is the customer's only open task of kind missed in account.
	OpenMissedTask(account, number string) (Task, error)
	// LastTask is the customer's newest task in account that has ended.
	LastTask(account, number string) (Task, error)
	// CurrentAttempt is the attempt of an open task that is scheduled or live.
	CurrentAttempt(taskID int64) (Attempt, error)
	// NewestMissedCall is the newest one that led to or merged into the task.
	NewestMissedCall(taskID int64) (MissedCall, error)

	// DueTasks lists scheduled tasks with due <= now in the order of service,
	// by Arrived, then ID: of each target of each account the first so many,
	// so that none hides another's behind its own.
	DueTasks(now time.Time, each int) ([]Task, error)
	// NextDue is the earliest due time after now of a scheduled task; ok is
	// false if there is none.
	NextDue(now time.Time) (due time.Time, ok bool, err error)
	// LiveAttempts lists attempts in a live state, of one PBX or, with "", all.
	LiveAttempts(pbx string) ([]Attempt, error)
	// Lines counts the live attempts of account.
	Lines(account string) (int, error)
	// NumberOnLine reports whether a live attempt to number exists, in any account.
	NumberOnLine(number string) (bool, error)
	// LastCustomerLeg is the newest ended attempt of region whose customer leg
	// was sent; ErrNotFound if none.
	LastCustomerLeg(account, region string) (Attempt, error)

	// Tasks, MissedCalls, Attempts and History serve lists: newest first for
	// the first two, oldest first for a task's own.
	Tasks(TaskFilter) ([]Task, error)
	MissedCalls(MissedCallFilter) ([]MissedCall, error)
	Attempts(taskID int64) ([]Attempt, error)
	History(taskID int64) ([]Change, error)
}

// Tx reads and writes. Each change of a state comes with the Change that says
// so, stored in the same transaction.
type Tx interface {
	ReadTx
	// The Insert methods set the row's ID, Created and Updated.
	InsertTask(t *Task, c Change) error
	InsertAttempt(a *Attempt, c Change) error
	InsertMissedCall(m *MissedCall) error
	UpdateTask(t *Task, c Change) error
	UpdateAttempt(a *Attempt, c Change) error
	// SetWaiting stores why a scheduled task isn't dialled; no history row.
	SetWaiting(taskID int64, reason string) error
}

// Change is one row of the history: what happened to a task or to one of its
// attempts. Inserting a row has From "".
type Change struct {
	ID        int64
	At        time.Time // set by the store
	Account   string    // set by the store
	Number    string    // set by the store
	TaskID    int64
	AttemptID int64 // 0 for a change of the task itself
	Input     string
	From, To  string
	Reason    string
}

// TaskFilter selects tasks; zero fields select all.
type TaskFilter struct {
	Account string
	States  []TaskState
	Number  string
	Before  int64 // only ids below, for paging
	Limit   int   // 0 is 100
}

// MissedCallFilter selects missed calls; zero fields select all.
type MissedCallFilter struct {
	Account string
	Number  string
	TaskID  int64
	Before  int64
	Limit   int // 0 is 100
}
