package storagetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testHistory(t *testing.T, s callback.Store) {
	before := time.Now().Truncate(time.Millisecond)
	var task callback.Task
	var a callback.Attempt
	update(t, s, func(tx callback.Tx) {
		task = newTask(acme, alice)
		require.NoError(t, tx.InsertTask(&task, callback.Change{Input: "missed", To: "scheduled", Reason: "queue:support"}))
		a = newAttempt(task)
		require.NoError(t, tx.InsertAttempt(&a, birth(a.State)))
		plan(t, tx, newTask(acme, bob))
	})
	update(t, s, func(tx callback.Tx) { claim(t, tx, &task, &a) })
	view(t, s, func(tx callback.ReadTx) {
		history, err := tx.History(task.ID)
		require.NoError(t, err)
		last := int64(0)
		for i := range history {
			c := &history[i]
			assert.Greater(t, c.ID, last, "oldest first")
			last = c.ID
			assert.False(t, c.At.Before(before) || c.At.After(time.Now()), "at %s", c.At)
			assert.Equal(t, time.UTC, c.At.Location())
			c.ID, c.At = 0, time.Time{}
		}
		assert.Equal(t, []callback.Change{
			{Account: acme, Number: alice, TaskID: task.ID, Input: "missed", To: "scheduled", Reason: "queue:support"},
			{Account: acme, Number: alice, TaskID: task.ID, AttemptID: a.ID, Input: "schedule", To: "scheduled"},
			{Account: acme, Number: alice, TaskID: task.ID, Input: "test", From: "scheduled", To: "dialing"},
			{Account: acme, Number: alice, TaskID: task.ID, AttemptID: a.ID, Input: "test", From: "scheduled", To: "agent"},
		}, history)
	})
}

// Which recordings may be deleted hangs on it.
func testLastChange(t *testing.T, s callback.Store) {
	last := func(notAfter time.Time) (at time.Time) {
		view(t, s, func(tx callback.ReadTx) {
			var err error
			at, err = tx.LastChange(notAfter)
			require.NoError(t, err)
		})
		return at
	}
	assert.Zero(t, last(time.Now()), "nothing has happened yet")
	// enter stores a task, in a later millisecond than all before it.
	enter := func(number string, later time.Time) (history []callback.Change) {
		require.Eventually(t, func() bool { return time.Now().Truncate(time.Millisecond).After(later) }, time.Second, time.Millisecond)
		update(t, s, func(tx callback.Tx) {
			task, _ := plan(t, tx, newTask(acme, number))
			var err error
			history, err = tx.History(task.ID)
			require.NoError(t, err)
		})
		return history
	}
	first := enter(alice, time.Time{})
	second := enter(bob, first[len(first)-1].At)
	newest := second[len(second)-1].At
	assert.Equal(t, newest, last(time.Now()))
	assert.Equal(t, newest, last(newest))
	assert.Equal(t, newest, last(time.Time{}))
	assert.Equal(t, first[len(first)-1].At, last(second[0].At.Add(-time.Millisecond)))
	assert.Zero(t, last(first[0].At.Add(-time.Millisecond)))
}

// observable is a store that tells of its commits.
type observable interface {
	Observe(fn func([]callback.Change))
}

func testObservers(t *testing.T, s callback.Store) {
	o, ok := s.(observable)
	if !ok {
		return // Observe isn't part of callback.Store
	}
	const commits = 20
	heard := make(chan []callback.Change, commits+1)
	o.Observe(func(changes []callback.Change) {
		// What an observer hears of is committed: it can read it.
		view(t, s, func(tx callback.ReadTx) {
			history, err := tx.History(changes[0].TaskID)
			assert.NoError(t, err)
			assert.Contains(t, history, changes[0])
		})
		heard <- changes
	})
	failed := s.Update(t.Context(), func(tx callback.Tx) error {
		plan(t, tx, newTask(acme, customer(commits)))
		return errors.New("roll back")
	})
	require.Error(t, failed)
	for i := range commits {
		update(t, s, func(tx callback.Tx) { plan(t, tx, newTask(acme, customer(i))) })
		update(t, s, func(tx callback.Tx) { // nothing to tell
			require.NoError(t, tx.SetStopped(&callback.Switch{Since: morning, By: "admin"}))
			require.NoError(t, tx.SetWaiting(1, busy, morning.Add(time.Duration(i)*time.Hour)))
			require.NoError(t, tx.Rouse(""))
			require.NoError(t, tx.KeepRules(callback.KeptRules{Account: acme, Path: "rules/acme.yaml", Text: []byte("account: acme")}))
		})
	}
	for i := range commits {
		select {
		case changes := <-heard:
			require.Len(t, changes, 2, "the changes of one transaction come together")
			assert.Equal(t, customer(i), changes[0].Number)
			assert.NotZero(t, changes[0].ID)
			assert.NotZero(t, changes[1].AttemptID)
		case <-time.After(10 * time.Second):
			require.Fail(t, "the observer wasn't called", "commit %d", i)
		}
	}
	assert.Empty(t, heard)
}
