package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

const (
	acme   = "acme"
	globex = "globex"
	alice  = "+46701234567"
	bob    = "+46701234568"
)

// morning is when the tests' calls are lost.
var morning = time.Date(2026, 11, 20, 8, 10, 8, 123_000_000, time.UTC)

// customer makes the i-th number.
func customer(i int) string { return fmt.Sprintf("+467012%05d", i) }

// update runs fn in one transaction, which must be committed.
func update(t *testing.T, s callback.Store, fn func(tx callback.Tx)) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx callback.Tx) error {
		fn(tx)
		return nil
	}))
}

// view reads.
func view(t *testing.T, s callback.Store, fn func(tx callback.ReadTx)) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(tx callback.ReadTx) error {
		fn(tx)
		return nil
	}))
}

// attempt tells what fn answers inside a transaction that is rolled back.
func attempt(t *testing.T, s callback.Store, fn func(tx callback.Tx) error) error {
	t.Helper()
	rollBack := errors.New("roll back")
	var answer error
	err := s.Update(t.Context(), func(tx callback.Tx) error {
		answer = fn(tx)
		return rollBack
	})
	require.ErrorIs(t, err, rollBack)
	return answer
}

func newTask(account, number string) callback.Task {
	return callback.Task{
		Account: account, Kind: callback.KindMissed, Number: number, State: callback.TaskScheduled,
		Target: callback.Target{Kind: callback.TargetQueue, Name: "support"}, Region: "sweden",
		LostBy: callback.Target{Kind: callback.TargetQueue, Name: "support"},
		Rule:   "lost in the contact center", PBX: "pbx1", Arrived: morning, Due: morning.Add(time.Minute),
	}
}

func newAttempt(task callback.Task) callback.Attempt {
	return callback.Attempt{
		TaskID: task.ID, Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: task.Due, Number: task.Number, Account: task.Account,
		Settings: callback.Settings{
			Rule: task.Rule, Region: task.Region, PBX: task.PBX, Target: task.Target, CallerID: "+4685550000",
			DialingIntervals: []time.Duration{0, 5 * time.Minute}, WaitForCustomer: 30 * time.Second,
		},
	}
}

func newMissedCall(callID string, task callback.Task) callback.MissedCall {
	return callback.MissedCall{
		PBX: "pbx1", CallID: callID, Trunk: "PJSIP/pstn", Caller: "0701234567", Dialled: "085550000", LostBy: task.LostBy,
		Arrived: morning, Lost: morning.Add(40 * time.Second), Account: task.Account, Number: task.Number,
		Decision: callback.DecisionTaskCreated, Rule: task.Rule, TaskID: task.ID,
	}
}

func birth[State ~string](state State) callback.Change {
	return callback.Change{Input: "schedule", To: string(state)}
}

func step[State ~string](from, to State) callback.Change {
	return callback.Change{Input: "test", From: string(from), To: string(to)}
}

// plan stores a task with its scheduled attempt.
func plan(t *testing.T, tx callback.Tx, task callback.Task) (callback.Task, callback.Attempt) {
	t.Helper()
	require.NoError(t, tx.InsertTask(&task, birth(task.State)))
	a := newAttempt(task)
	require.NoError(t, tx.InsertAttempt(&a, birth(a.State)))
	return task, a
}

// shape gives a the fields that an attempt has in state to: the times of the
// steps up to it and none of later ones. One that ends keeps those it has.
func shape(a *callback.Attempt, to callback.AttemptState) {
	a.State, a.Result, a.Counted = to, "", false
	if to == callback.AttemptEnded {
		a.Ended = morning.Add(time.Hour)
		a.Result, a.Counted = callback.ResultInterrupted, !a.CustomerSent.IsZero()
		return
	}
	reached := slices.Index(callback.AttemptStates, to)
	for i, at := range []*time.Time{&a.Claimed, &a.AgentAnswered, &a.CustomerSent, &a.Bridged, &a.Ended} {
		switch step := i + 1; { // scheduled has no time of its own
		case step > reached:
			*at = time.Time{}
		case at.IsZero():
			*at = morning.Add(time.Duration(step) * time.Minute)
		}
	}
	if a.Claimed.IsZero() {
		a.Names = callback.Names{}
	} else if a.Names == (callback.Names{}) {
		a.Names = callback.NewNames("callbackd")
	}
}

// move brings a to state to.
func move(tx callback.Tx, a *callback.Attempt, to callback.AttemptState) error {
	change := step(a.State, to)
	shape(a, to)
	return tx.UpdateAttempt(a, change)
}

// advance brings a step by step to state to.
func advance(t *testing.T, tx callback.Tx, a *callback.Attempt, to callback.AttemptState) {
	t.Helper()
	if to == callback.AttemptEnded {
		require.NoError(t, move(tx, a, to))
		return
	}
	begun := slices.Index(callback.AttemptStates, a.State)
	for _, s := range callback.AttemptStates[begun+1 : slices.Index(callback.AttemptStates, to)+1] {
		require.NoError(t, move(tx, a, s))
	}
}

// moveTask brings task to state to.
func moveTask(tx callback.Tx, task *callback.Task, to callback.TaskState) error {
	change := step(task.State, to)
	task.State, task.Reason, task.HeldBy = to, "", ""
	switch to {
	case callback.TaskHeld:
		task.HeldBy = "bob"
	case callback.TaskExhausted:
		task.Reason = string(callback.ResultCustomerBusy)
	case callback.TaskCancelled:
		task.Reason = callback.CancelByPerson
	case callback.TaskExpired:
		task.Reason = "give_up_after"
	}
	return tx.UpdateTask(task, change)
}

// claim starts the attempt of a scheduled task.
func claim(t *testing.T, tx callback.Tx, task *callback.Task, a *callback.Attempt) {
	t.Helper()
	require.NoError(t, moveTask(tx, task, callback.TaskDialing))
	require.NoError(t, move(tx, a, callback.AttemptAgent))
}

// finish ends a scheduled task and its attempt.
func finish(t *testing.T, tx callback.Tx, task *callback.Task, a *callback.Attempt) {
	t.Helper()
	require.NoError(t, move(tx, a, callback.AttemptEnded))
	require.NoError(t, moveTask(tx, task, callback.TaskCancelled))
}
