package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func request(task callback.Task) callback.Task {
	task.Kind, task.LostBy, task.Rule, task.PBX = callback.KindRequest, callback.Target{}, callback.RequestsRule, ""
	task.Asked = morning
	return task
}

func testRequestRoundTrip(t *testing.T, s callback.Store) {
	asked := request(newTask(acme, alice))
	asked.Source, asked.Note, asked.Language = "web", "<b>about the offer</b>", "sv"
	asked.At = morning.Add(26 * time.Hour)
	update(t, s, func(tx callback.Tx) { asked, _ = plan(t, tx, asked) })
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.Task(asked.ID)
		require.NoError(t, err)
		assert.Equal(t, asked, have)
	})
	update(t, s, func(tx callback.Tx) {
		asked.At, asked.Asked = time.Time{}, morning.Add(time.Hour)
		require.NoError(t, tx.UpdateTask(&asked, step(callback.TaskScheduled, callback.TaskScheduled)))
	})
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.Task(asked.ID)
		require.NoError(t, err)
		assert.Equal(t, asked, have)
	})
}

func testOpenTasksOfACustomer(t *testing.T, s callback.Store) {
	var want []callback.Task
	update(t, s, func(tx callback.Tx) {
		missed, _ := plan(t, tx, newTask(acme, alice))
		first, _ := plan(t, tx, request(newTask(acme, alice)))
		over, a := plan(t, tx, request(newTask(acme, alice)))
		finish(t, tx, &over, &a)
		held, _ := plan(t, tx, request(newTask(acme, alice)))
		require.NoError(t, moveTask(tx, &held, callback.TaskHeld))
		dialled, b := plan(t, tx, request(newTask(acme, alice)))
		claim(t, tx, &dialled, &b)
		plan(t, tx, request(newTask(acme, bob)))
		plan(t, tx, request(newTask(globex, alice)))
		want = []callback.Task{missed, first, held, dialled}
	})
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.CustomerTasks(acme, alice)
		require.NoError(t, err)
		assert.Equal(t, want, have)
		none, err := tx.CustomerTasks("initech", alice)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}

func testOpenAny(t *testing.T, s callback.Store) {
	support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
	update(t, s, func(tx callback.Tx) {
		for i, kind := range []callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment, callback.KindRequest, callback.KindMissed, callback.KindRequest} {
			task := newTask(acme, customer(i))
			task.Kind = kind
			if i == 5 {
				task.Target.Name = "sales"
			}
			task, a := plan(t, tx, task)
			switch i {
			case 3:
				finish(t, tx, &task, &a)
			case 4: // fraud takes no customer's place
				task.State, task.HeldBy = callback.TaskHeld, callback.ByOneRing
				require.NoError(t, tx.UpdateTask(&task, step(callback.TaskScheduled, callback.TaskHeld)))
			}
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		for _, c := range []struct {
			account string
			targets []callback.Target
			want    int
		}{
			{acme, []callback.Target{support}, 3},
			{acme, []callback.Target{support, {Kind: callback.TargetQueue, Name: "sales"}}, 4},
			{globex, []callback.Target{support}, 0},
			{acme, nil, 0},
		} {
			open, err := tx.OpenAny(c.account, c.targets)
			require.NoError(t, err)
			assert.Equal(t, c.want, open, "%s of %s", c.targets, c.account)
		}
	})
}

func testAskKeys(t *testing.T, s callback.Store) {
	key := callback.AskKey{Account: acme, By: "shop", Key: "f3", Hash: "aa", Used: morning, Merged: true}
	other, call := key, key
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, request(newTask(acme, alice)))
		key.TaskID = task.ID
		call = key
		call.By = callback.ByCaller
		other = key
		other.Account, other.Used = globex, morning.Add(time.Hour)
		require.NoError(t, tx.KeepAskKey(key))
		require.NoError(t, tx.KeepAskKey(other), "another account's")
		form := key
		form.By, form.Used = "form", other.Used
		require.NoError(t, tx.KeepAskKey(form), "another program's")
		require.NoError(t, tx.KeepAskKey(call), "a caller's")
		again := key
		again.Hash = "bb"
		require.ErrorIs(t, tx.KeepAskKey(again), callback.ErrExists)
	})
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.AskKey(acme, "shop", "f3")
		require.NoError(t, err)
		assert.Equal(t, key, have)
		_, err = tx.AskKey(acme, "shop", "F3")
		assert.ErrorIs(t, err, callback.ErrNotFound)
	})
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.ForgetAskKeys(morning, morning))
		_, err := tx.AskKey(acme, "shop", "f3")
		require.NoError(t, err, "not before that time")
		require.NoError(t, tx.ForgetAskKeys(morning.Add(time.Millisecond), morning))
		_, err = tx.AskKey(acme, "shop", "f3")
		require.ErrorIs(t, err, callback.ErrNotFound)
		_, err = tx.AskKey(globex, "shop", "f3")
		require.NoError(t, err)
		_, err = tx.AskKey(acme, callback.ByCaller, "f3")
		require.NoError(t, err, "of a call, which has a time of its own")
		require.NoError(t, tx.ForgetAskKeys(morning, morning.Add(time.Millisecond)))
		_, err = tx.AskKey(acme, callback.ByCaller, "f3")
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
	orphan := key
	orphan.TaskID = 4711
	assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.KeepAskKey(orphan) }), callback.ErrRefused, "of no task")
}
