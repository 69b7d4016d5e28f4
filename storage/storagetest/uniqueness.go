package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testOneOpenMissedTask(t *testing.T, s callback.Store) {
	again := func(first callback.TaskState, account string, kind callback.Kind) error {
		return attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			for _, state := range reach[first] {
				require.NoError(t, moveTask(tx, &task, state))
			}
			second := newTask(account, alice)
			second.Kind = kind
			return tx.InsertTask(&second, birth(second.State))
		})
	}
	for _, state := range callback.TaskStates {
		err := again(state, acme, callback.KindMissed)
		if state.Open() {
			assert.ErrorIs(t, err, callback.ErrExists, "beside one that is %s", state)
		} else {
			assert.NoError(t, err, "after one that is %s", state)
		}
	}
	assert.NoError(t, again(callback.TaskScheduled, globex, callback.KindMissed), "another account's")
	assert.NoError(t, again(callback.TaskScheduled, acme, callback.KindRequest), "a request beside it")
	assert.NoError(t, attempt(t, s, func(tx callback.Tx) error {
		for range 2 {
			task := newTask(acme, alice)
			task.Kind = callback.KindRequest
			plan(t, tx, task)
		}
		return nil
	}), "several requests")
}

func testOneLiveAttempt(t *testing.T, s callback.Store) {
	for _, state := range callback.AttemptStates {
		err := attempt(t, s, func(tx callback.Tx) error {
			_, first := plan(t, tx, newTask(acme, alice))
			advance(t, tx, &first, state)
			_, second := plan(t, tx, newTask(globex, alice))
			return move(tx, &second, callback.AttemptAgent)
		})
		if state.Live() {
			assert.ErrorIs(t, err, callback.ErrExists, "beside one in state %s of another account", state)
		} else {
			assert.NoError(t, err, "beside one in state %s", state)
		}
	}
}

func testOneOpenAttempt(t *testing.T, s callback.Store) {
	for _, state := range callback.AttemptStates {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, a := plan(t, tx, newTask(acme, alice))
			advance(t, tx, &a, state)
			second := newAttempt(task)
			return tx.InsertAttempt(&second, birth(second.State))
		})
		if state == callback.AttemptEnded {
			assert.NoError(t, err)
		} else {
			assert.ErrorIs(t, err, callback.ErrExists, "beside one in state %s", state)
		}
	}
}

func testMissedOnce(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		first := newMissedCall("1795162208.1", task)
		require.NoError(t, tx.InsertMissedCall(&first))
		again := newMissedCall("1795162208.1", task)
		again.Decision, again.Lost = callback.DecisionMerged, morning.Add(time.Hour)
		assert.ErrorIs(t, tx.InsertMissedCall(&again), callback.ErrExists)
		elsewhere := newMissedCall("1795162208.1", task)
		elsewhere.PBX = "pbx2"
		assert.NoError(t, tx.InsertMissedCall(&elsewhere), "unique ids are unique within one Asterisk")
	})
}

func testNamesUnique(t *testing.T, s callback.Store) {
	for name, same := range map[string]func(a, b *callback.Names){
		"agent channel":    func(a, b *callback.Names) { b.AgentChannel = a.AgentChannel },
		"customer channel": func(a, b *callback.Names) { b.CustomerChannel = a.CustomerChannel },
		"bridge":           func(a, b *callback.Names) { b.Bridge = a.Bridge },
		"recording":        func(a, b *callback.Names) { a.Recording, b.Recording = "acme/2026-11/1", "acme/2026-11/1" },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			_, first := plan(t, tx, newTask(acme, alice))
			_, second := plan(t, tx, newTask(acme, bob))
			shape(&first, callback.AttemptAgent)
			shape(&second, callback.AttemptAgent)
			same(&first.Names, &second.Names)
			require.NoError(t, tx.UpdateAttempt(&first, step(callback.AttemptScheduled, callback.AttemptAgent)))
			return tx.UpdateAttempt(&second, step(callback.AttemptScheduled, callback.AttemptAgent))
		})
		assert.ErrorIs(t, err, callback.ErrExists, "two attempts with one %s", name)
	}
}

func testMissedCallTask(t *testing.T, s callback.Store) {
	for name, alter := range map[string]func(m *callback.MissedCall){
		"of another account": func(m *callback.MissedCall) { m.Account = globex },
		"of another number":  func(m *callback.MissedCall) { m.Number = bob },
		"of no task":         func(m *callback.MissedCall) { m.TaskID = 4711 },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			m := newMissedCall("1795162208.1", task)
			alter(&m)
			return tx.InsertMissedCall(&m)
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "a call %s", name)
	}
	err := attempt(t, s, func(tx callback.Tx) error {
		task, a := plan(t, tx, newTask(acme, alice))
		finish(t, tx, &task, &a)
		m := newMissedCall("1795162208.1", task)
		m.Decision = callback.DecisionMerged
		return tx.InsertMissedCall(&m)
	})
	assert.ErrorIs(t, err, callback.ErrRefused, "a call can't merge into a finished task")
}
