package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// owned is a request that belongs to an agent until a time, and goes to sales then.
func owned(number string, until time.Time) callback.Task {
	task := request(newTask(acme, number))
	task.Owner = callback.Owner{Agent: "carol", For: 4 * time.Hour, Then: callback.Target{Kind: callback.TargetQueue, Name: "sales"}}
	task.OwnerUntil, task.Target = until, task.Owner.Target()
	return task
}

func testOwner(t *testing.T, s callback.Store) {
	task := owned(alice, morning.Add(4*time.Hour))
	same := func() {
		view(t, s, func(tx callback.ReadTx) {
			have, err := tx.Task(task.ID)
			require.NoError(t, err)
			assert.Equal(t, task, have)
		})
	}
	update(t, s, func(tx callback.Tx) { task, _ = plan(t, tx, task) })
	same()
	update(t, s, func(tx callback.Tx) {
		task.Target, task.Owner, task.OwnerUntil = task.Owner.Then, callback.Owner{}, time.Time{}
		require.NoError(t, tx.UpdateTask(&task, step(callback.TaskScheduled, callback.TaskScheduled)))
	})
	same()
}

func testOwnerRules(t *testing.T, s callback.Store) {
	for name, change := range map[string]func(*callback.Task){
		"nobody to hand over to": func(t *callback.Task) { t.Owner.Then = callback.Target{} },
		"a scenario":             func(t *callback.Task) { t.Owner.Then.Kind = callback.TargetScenario },
		"no end":                 func(t *callback.Task) { t.OwnerUntil = time.Time{} },
		"another calls":          func(t *callback.Task) { t.Target = t.Owner.Then },
		"nobody's end":           func(t *callback.Task) { t.Owner = callback.Owner{} },
	} {
		task := owned(alice, morning)
		change(&task)
		err := attempt(t, s, func(tx callback.Tx) error { return tx.InsertTask(&task, birth(task.State)) })
		assert.ErrorIs(t, err, callback.ErrRefused, name)
	}
}

func testHandOvers(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, hour := range []int{3, 1, 2, 1, 1, 1, 0} {
			task := owned(customer(i), morning.Add(time.Duration(hour)*time.Hour))
			if hour == 0 {
				task = request(newTask(acme, customer(i)))
			}
			task, a := plan(t, tx, task)
			switch i {
			case 3:
				require.NoError(t, moveTask(tx, &task, callback.TaskHeld))
			case 4: // it is handed over afterwards
				claim(t, tx, &task, &a)
			case 5:
				finish(t, tx, &task, &a)
			}
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		for _, c := range []struct {
			now   time.Duration
			limit int
			want  []string
		}{
			{time.Hour - time.Millisecond, 10, nil},
			{time.Hour, 10, []string{customer(1), customer(3)}},
			{24 * time.Hour, 10, []string{customer(1), customer(3), customer(2), customer(0)}},
			{24 * time.Hour, 3, []string{customer(1), customer(3), customer(2)}},
		} {
			over, err := tx.HandOvers(morning.Add(c.now), c.limit)
			require.NoError(t, err)
			assert.Equal(t, c.want, numbers(over), "%d at %s", c.limit, c.now)
		}
		for after, want := range map[time.Duration]time.Duration{0: time.Hour, time.Hour: 2 * time.Hour, 2 * time.Hour: 3 * time.Hour} {
			next, ok, err := tx.NextHandOver(morning.Add(after))
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, morning.Add(want), next)
		}
		_, ok, err := tx.NextHandOver(morning.Add(3 * time.Hour))
		require.NoError(t, err)
		assert.False(t, ok)
	})
}

// A task of an owner counts where it goes afterwards, and once where both are counted.
func testOpenOfOwners(t *testing.T, s callback.Store) {
	carol, sales := callback.Target{Kind: callback.TargetAgent, Name: "carol"}, callback.Target{Kind: callback.TargetQueue, Name: "sales"}
	update(t, s, func(tx callback.Tx) {
		plan(t, tx, owned(alice, morning))
		dialled, a := plan(t, tx, owned(bob, morning))
		claim(t, tx, &dialled, &a)
		over, b := plan(t, tx, owned(customer(1), morning))
		finish(t, tx, &over, &b)
	})
	view(t, s, func(tx callback.ReadTx) {
		for _, targets := range [][]callback.Target{{sales}, {carol}, {carol, sales}} {
			open, err := tx.OpenAny(acme, targets)
			require.NoError(t, err)
			assert.Equal(t, 2, open, targets)
		}
		open, err := tx.OpenMissed(acme, []callback.Target{sales})
		require.NoError(t, err)
		assert.Zero(t, open)
	})
}

func testLastRung(t *testing.T, s callback.Store) {
	hour := func(n int) time.Time { return morning.Add(time.Duration(n) * time.Hour) }
	rung := func(tx callback.ReadTx, account, number string, except int64) time.Time {
		ended, err := tx.LastRung(account, number, except)
		require.NoError(t, err)
		return ended
	}
	update(t, s, func(tx callback.Tx) {
		assert.Zero(t, rung(tx, acme, alice, 0))
		first := dial(t, tx, acme, alice, callback.AttemptEnded, hour(3))
		second := dial(t, tx, acme, alice, callback.AttemptEnded, hour(1)) // not in their order
		assert.Equal(t, first.Ended, rung(tx, acme, alice, 0))
		assert.Equal(t, second.Ended, rung(tx, acme, alice, first.TaskID))
		assert.Zero(t, rung(tx, globex, alice, 0))
		assert.Zero(t, rung(tx, acme, bob, 0))
		dial(t, tx, acme, bob, callback.AttemptEnded, time.Time{}) // the agent didn't answer
		for i, result := range []callback.Result{callback.ResultConnected, callback.ResultTrunkFailed} {
			a := dial(t, tx, acme, bob, callback.AttemptCustomer, hour(7+i))
			if result == callback.ResultConnected {
				advance(t, tx, &a, callback.AttemptBridged)
			}
			from := a.State
			a.State, a.Result, a.Ended = callback.AttemptEnded, result, hour(9)
			require.NoError(t, tx.UpdateAttempt(&a, step(from, a.State)))
			task := reread(t, tx, callback.Task{ID: a.TaskID})
			require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
		}
		dial(t, tx, acme, bob, callback.AttemptCustomer, hour(10)) // it may yet connect
		assert.Zero(t, rung(tx, acme, bob, 0))
	})
}
