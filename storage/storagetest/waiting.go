package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

const busy = "2 live callers wait in support since 12:03"

// reread gives a task as it is stored now.
func reread(t *testing.T, tx callback.ReadTx, task callback.Task) callback.Task {
	t.Helper()
	read, err := tx.Task(task.ID)
	require.NoError(t, err)
	return read
}

func testWaiting(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, a := plan(t, tx, newTask(acme, alice))
		set := func(reason string) string {
			require.NoError(t, tx.SetWaiting(task.ID, reason, time.Time{}))
			return reread(t, tx, task).WaitingFor
		}
		assert.Equal(t, busy, set(busy))
		assert.Equal(t, busy, set(busy), "again")
		assert.Empty(t, set(""))
		claim(t, tx, &task, &a)
		assert.Empty(t, set(busy), "a task being dialled doesn't wait")
		history, err := tx.History(task.ID)
		require.NoError(t, err)
		assert.Len(t, history, 4, "two births and a claim of both")
	})
}

func testResting(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, a := plan(t, tx, newTask(acme, alice))
		rest := func(until time.Time) time.Time {
			t.Helper()
			require.NoError(t, tx.SetWaiting(task.ID, busy, until))
			return reread(t, tx, task).Wake
		}
		due, later := task.Due, task.Due.Add(time.Hour)
		assert.Equal(t, later, rest(later))
		assert.Equal(t, due, reread(t, tx, task).Due, "what the intervals say stays")
		assert.Equal(t, later.Add(time.Millisecond), rest(later.Add(time.Microsecond)), "it isn't woken before its time")
		assert.Equal(t, due, rest(due.Add(-time.Hour)), "nor before it is due")
		assert.Equal(t, later, rest(later.In(time.FixedZone("", 3600))))
		assert.Equal(t, due, rest(time.Time{}), "the time isn't known any more")
		rest(later)

		asleep, err := tx.DueTasks(later.Add(-time.Millisecond), 10)
		require.NoError(t, err)
		assert.Empty(t, asleep)
		next, ok, err := tx.NextDue(due)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, later, next)
		awake, err := tx.DueTasks(later, 10)
		require.NoError(t, err)
		assert.Equal(t, []string{alice}, numbers(awake))

		task.Due = due.Add(time.Minute)
		require.NoError(t, moveTask(tx, &task, callback.TaskScheduled))
		assert.Equal(t, task.Due, task.Wake, "a change of the task wakes it")
		assert.Equal(t, task, reread(t, tx, task))
		task.Wake = later
		require.NoError(t, moveTask(tx, &task, callback.TaskScheduled))
		assert.Equal(t, task.Due, reread(t, tx, task).Wake, "the store alone sets it")

		claim(t, tx, &task, &a)
		assert.Equal(t, task.Due, rest(later), "a task being dialled doesn't rest")
	})
}

func testRouse(t *testing.T, s callback.Store) {
	later := morning.Add(time.Hour)
	for account, roused := range map[string][]bool{
		"":        {true, true, true},
		acme:      {true, true, false},
		globex:    {false, false, true},
		"initech": {false, false, false},
	} {
		assert.NoError(t, attempt(t, s, func(tx callback.Tx) error {
			var tasks []callback.Task
			for i, account := range []string{acme, acme, globex} {
				task, _ := plan(t, tx, newTask(account, customer(i)))
				require.NoError(t, tx.SetWaiting(task.ID, busy, later))
				tasks = append(tasks, task)
			}
			awake, a := plan(t, tx, newTask(acme, alice))
			claim(t, tx, &awake, &a)
			require.NoError(t, tx.Rouse(account))
			for i, task := range tasks {
				stored := reread(t, tx, task)
				assert.Equal(t, roused[i], stored.Wake.Equal(stored.Due), "task %d, rouse %q", i, account)
				task.WaitingFor, task.Wake = busy, stored.Wake
				assert.Equal(t, task, stored, "nothing else changes")
				history, err := tx.History(task.ID)
				require.NoError(t, err)
				assert.Len(t, history, 2)
			}
			assert.Equal(t, awake, reread(t, tx, awake))
			return nil
		}))
	}
}
