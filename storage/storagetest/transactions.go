package storagetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func requireEmpty(t *testing.T, s callback.Store) {
	t.Helper()
	view(t, s, func(tx callback.ReadTx) {
		tasks, err := tx.Tasks(callback.TaskFilter{})
		require.NoError(t, err)
		require.Empty(t, tasks)
		calls, err := tx.MissedCalls(callback.MissedCallFilter{})
		require.NoError(t, err)
		require.Empty(t, calls)
		history, err := tx.History(1)
		require.NoError(t, err)
		require.Empty(t, history)
	})
}

func testErrorRollsBack(t *testing.T, s callback.Store) {
	mine := errors.New("mine")
	err := s.Update(t.Context(), func(tx callback.Tx) error {
		task, _ := plan(t, tx, newTask(acme, alice))
		m := newMissedCall("1795162208.1", task)
		require.NoError(t, tx.InsertMissedCall(&m))
		return mine
	})
	assert.Equal(t, mine, err, "the error comes back as it is")
	requireEmpty(t, s)
}

func testPanicRollsBack(t *testing.T, s callback.Store) {
	assert.PanicsWithValue(t, "mine", func() {
		_ = s.Update(t.Context(), func(tx callback.Tx) error {
			plan(t, tx, newTask(acme, alice))
			panic("mine")
		})
	})
	requireEmpty(t, s)
	update(t, s, func(tx callback.Tx) { plan(t, tx, newTask(acme, alice)) })
}

func testOverlookedError(t *testing.T, s callback.Store) {
	err := s.Update(t.Context(), func(tx callback.Tx) error {
		plan(t, tx, newTask(acme, alice))
		impossible := newTask(acme, "not a number")
		assert.ErrorIs(t, tx.InsertTask(&impossible, birth(impossible.State)), callback.ErrRefused)
		return nil
	})
	require.ErrorIs(t, err, callback.ErrRefused)
	requireEmpty(t, s)

	// A row that is there already is an answer, not a failure.
	update(t, s, func(tx callback.Tx) {
		plan(t, tx, newTask(acme, alice))
		again := newTask(acme, alice)
		assert.ErrorIs(t, tx.InsertTask(&again, birth(again.State)), callback.ErrExists)
		plan(t, tx, newTask(acme, bob))
	})
	view(t, s, func(tx callback.ReadTx) {
		tasks, err := tx.Tasks(callback.TaskFilter{})
		require.NoError(t, err)
		assert.Len(t, tasks, 2)
	})
}

func testIsolation(t *testing.T, s callback.Store) {
	view(t, s, func(before callback.ReadTx) {
		_, err := before.Task(1)
		require.ErrorIs(t, err, callback.ErrNotFound)
		var task callback.Task
		update(t, s, func(tx callback.Tx) {
			task, _ = plan(t, tx, newTask(acme, alice))
			_, err := tx.Task(task.ID)
			require.NoError(t, err, "the writer sees what it wrote")
			requireEmpty(t, s)
		})
		_, err = before.Task(task.ID)
		require.ErrorIs(t, err, callback.ErrNotFound, "a view stays at its moment")
		view(t, s, func(after callback.ReadTx) {
			_, err = after.Task(task.ID)
			require.NoError(t, err)
		})
	})
}

func testContext(t *testing.T, s callback.Store) {
	gaveUp := errors.New("gave up")
	ctx, cancel := context.WithCancelCause(t.Context())
	update(t, s, func(callback.Tx) {
		waiting := make(chan error)
		go func() {
			waiting <- s.Update(ctx, func(callback.Tx) error {
				t.Error("ran beside another update")
				return nil
			})
		}()
		cancel(gaveUp)
		assert.ErrorIs(t, <-waiting, gaveUp)
	})
	assert.ErrorIs(t, s.Update(ctx, func(callback.Tx) error { return nil }), gaveUp, "over before it began")

	ctx, cancel = context.WithCancelCause(t.Context())
	err := s.Update(ctx, func(tx callback.Tx) error {
		cancel(gaveUp)
		plan(t, tx, newTask(acme, alice))
		return nil
	})
	assert.NoError(t, err, "what has begun is finished")
}

func testOneWriter(t *testing.T, s callback.Store) {
	var inside atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			assert.NoError(t, s.Update(t.Context(), func(tx callback.Tx) error {
				assert.EqualValues(t, 1, inside.Add(1))
				defer inside.Add(-1)
				plan(t, tx, newTask(acme, customer(i)))
				return nil
			}))
		})
	}
	all.Wait()
	view(t, s, func(tx callback.ReadTx) {
		tasks, err := tx.Tasks(callback.TaskFilter{})
		require.NoError(t, err)
		assert.Len(t, tasks, 20)
	})
}

func testClaimOnce(t *testing.T, s callback.Store) {
	const tasks, claimers = 30, 100
	update(t, s, func(tx callback.Tx) {
		for i := range tasks {
			plan(t, tx, newTask(acme, customer(i)))
		}
	})
	var all sync.WaitGroup
	claimed := make(chan int64, claimers)
	for range claimers {
		all.Go(func() {
			assert.NoError(t, s.Update(t.Context(), func(tx callback.Tx) error {
				due, err := tx.DueTasks(morning.Add(time.Hour), 1)
				if err != nil || len(due) == 0 {
					return err
				}
				a, err := tx.CurrentAttempt(due[0].ID)
				if err != nil {
					return err
				}
				claim(t, tx, &due[0], &a)
				claimed <- due[0].ID
				return nil
			}))
		})
	}
	all.Wait()
	close(claimed)
	seen := make(map[int64]bool)
	for id := range claimed {
		assert.False(t, seen[id], "task %d was claimed twice", id)
		seen[id] = true
	}
	assert.Len(t, seen, tasks)
}
