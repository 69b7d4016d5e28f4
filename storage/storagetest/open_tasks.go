package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testGiveUps(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, giveUp := range []time.Duration{3 * time.Hour, time.Hour, 2 * time.Hour, 0, time.Hour, time.Hour, time.Hour} {
			task := newTask(acme, customer(i))
			if giveUp != 0 {
				task.GiveUp = morning.Add(giveUp)
			}
			task, a := plan(t, tx, task)
			switch i {
			case 4:
				require.NoError(t, moveTask(tx, &task, callback.TaskHeld))
			case 5:
				claim(t, tx, &task, &a)
			case 6:
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
			{time.Hour, 10, []string{customer(1), customer(4)}},
			{24 * time.Hour, 10, []string{customer(1), customer(4), customer(2), customer(0)}},
			{24 * time.Hour, 3, []string{customer(1), customer(4), customer(2)}},
		} {
			old, err := tx.GiveUps(morning.Add(c.now), c.limit)
			require.NoError(t, err)
			assert.Equal(t, c.want, numbers(old), "%d at %s", c.limit, c.now)
		}
		for after, want := range map[time.Duration]time.Duration{0: time.Hour, time.Hour: 2 * time.Hour, 2 * time.Hour: 3 * time.Hour} {
			next, ok, err := tx.NextGiveUp(morning.Add(after))
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, morning.Add(want), next)
		}
		_, ok, err := tx.NextGiveUp(morning.Add(3 * time.Hour))
		require.NoError(t, err)
		assert.False(t, ok)
	})
}

func testOpenTasks(t *testing.T, s callback.Store) {
	var want []callback.Task
	update(t, s, func(tx callback.Tx) {
		for i, state := range []callback.TaskState{
			callback.TaskScheduled, callback.TaskCancelled, callback.TaskHeld, callback.TaskDialing, callback.TaskScheduled,
		} {
			task := newTask(acme, customer(9-i))
			if i == 4 {
				task.Kind = callback.KindAppointment // before missed, in the alphabet
			}
			task, a := plan(t, tx, task)
			switch state {
			case callback.TaskCancelled:
				finish(t, tx, &task, &a)
				continue
			case callback.TaskHeld:
				require.NoError(t, moveTask(tx, &task, state))
			case callback.TaskDialing:
				claim(t, tx, &task, &a)
			}
			want = append(want, task)
		}
		plan(t, tx, newTask(globex, alice))
	})
	view(t, s, func(tx callback.ReadTx) {
		open, err := tx.OpenTasks(acme)
		require.NoError(t, err)
		assert.Equal(t, want, open)
		open, err = tx.OpenTasks("initech")
		require.NoError(t, err)
		assert.Empty(t, open)
	})
}

func testOpenMissed(t *testing.T, s callback.Store) {
	support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
	sales := callback.Target{Kind: callback.TargetQueue, Name: "sales"}
	group := callback.Target{Kind: callback.TargetGroup, Name: "sales"}
	odd := callback.Target{Kind: callback.TargetQueue, Name: `"5 o'clock", [x]`}
	update(t, s, func(tx callback.Tx) {
		for i, target := range []callback.Target{support, support, support, support, support, sales, odd, support} {
			task := newTask(acme, customer(i))
			task.Target = target
			switch i {
			case 3:
				task.Kind = callback.KindRequest
			case 4:
				task.Account = globex
			}
			task, a := plan(t, tx, task)
			switch i {
			case 0:
				finish(t, tx, &task, &a)
			case 1:
				require.NoError(t, moveTask(tx, &task, callback.TaskHeld))
			case 7: // fraud takes no customer's place
				task.State, task.HeldBy = callback.TaskHeld, callback.ByOneRing
				require.NoError(t, tx.UpdateTask(&task, step(callback.TaskScheduled, callback.TaskHeld)))
			case 2:
				claim(t, tx, &task, &a)
			}
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		for _, c := range []struct {
			account string
			targets []callback.Target
			want    int
		}{
			{acme, []callback.Target{support}, 2},
			{acme, []callback.Target{support, sales, support}, 3},
			{acme, []callback.Target{group}, 0},
			{acme, []callback.Target{odd}, 1},
			{acme, []callback.Target{}, 0},
			{acme, nil, 0},
			{globex, []callback.Target{support, sales}, 1},
		} {
			open, err := tx.OpenMissed(c.account, c.targets)
			require.NoError(t, err)
			assert.Equal(t, c.want, open, "%s of %s", c.targets, c.account)
		}
	})
}
