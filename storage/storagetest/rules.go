package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testClosedLists(t *testing.T, s callback.Store) {
	insertTask := func(alter func(*callback.Task)) error {
		return attempt(t, s, func(tx callback.Tx) error {
			task := newTask(acme, alice)
			alter(&task)
			return tx.InsertTask(&task, birth(task.State))
		})
	}
	for _, kind := range []callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment} {
		assert.NoError(t, insertTask(func(task *callback.Task) { task.Kind = kind }), kind)
	}
	assert.ErrorIs(t, insertTask(func(task *callback.Task) { task.Kind = "job" }), callback.ErrRefused)
	assert.ErrorIs(t, insertTask(func(task *callback.Task) { task.State = "paused" }), callback.ErrRefused)
	for _, target := range []callback.Target{{}, {Kind: callback.TargetScenario, Name: "main-menu"}, {Kind: callback.TargetQueue}} {
		assert.ErrorIs(t, insertTask(func(task *callback.Task) { task.Target = target }), callback.ErrRefused, "target %q", target)
	}

	endAttempt := func(result callback.Result) error {
		return attempt(t, s, func(tx callback.Tx) error {
			_, a := plan(t, tx, newTask(acme, alice))
			advance(t, tx, &a, callback.AttemptBridged)
			shape(&a, callback.AttemptEnded)
			a.Result = result
			return tx.UpdateAttempt(&a, step(callback.AttemptBridged, callback.AttemptEnded))
		})
	}
	exhaust := func(reason string) error {
		return attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			require.NoError(t, moveTask(tx, &task, callback.TaskDialing))
			task.State, task.Reason = callback.TaskExhausted, reason
			return tx.UpdateTask(&task, step(callback.TaskDialing, callback.TaskExhausted))
		})
	}
	for _, result := range callback.Results {
		assert.NoError(t, endAttempt(result), result)
		assert.NoError(t, exhaust(string(result)), result)
	}
	assert.ErrorIs(t, endAttempt("failed"), callback.ErrRefused)
	assert.ErrorIs(t, exhaust("failed"), callback.ErrRefused)

	insertCall := func(decision callback.Decision, reason callback.Reason) error {
		return attempt(t, s, func(tx callback.Tx) error {
			m := newMissedCall("1795162208.1", callback.Task{})
			m.Decision, m.Reason = decision, reason
			return tx.InsertMissedCall(&m)
		})
	}
	for _, reason := range callback.Reasons {
		assert.NoError(t, insertCall(callback.DecisionRefused, reason), reason)
	}
	assert.ErrorIs(t, insertCall(callback.DecisionRefused, "dislike"), callback.ErrRefused)
	assert.ErrorIs(t, insertCall("forgotten", callback.ReasonNoRule), callback.ErrRefused)
}

func testNumbers(t *testing.T, s callback.Store) {
	for number, good := range map[string]bool{
		"+4670123":          true,
		"+467012345678901":  true,
		"":                  false,
		"+467012":           false,
		"+4670123456789012": false,
		"46701234567":       false,
		"0701234567":        false,
		"+0701234567":       false,
		"+4670123456a":      false,
		"+4670123 4567":     false,
		"+46701234567\n":    false,
		"+46701234567@pstn": false,
		"+4670+1234567":     false,
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			task := newTask(acme, number)
			return tx.InsertTask(&task, birth(task.State))
		})
		requireStep(t, good, err, "task to %q", number)
		require.Equal(t, good, callback.Dialable(number), "the store and callback.Dialable agree on %q", number)
	}
}

func testContradictions(t *testing.T, s callback.Store) {
	// Each is an attempt on its way to a state, with one thing wrong.
	for name, c := range map[string]struct {
		to    callback.AttemptState
		wrong func(*callback.Attempt)
	}{
		"scheduled with names":           {callback.AttemptScheduled, func(a *callback.Attempt) { a.Names = callback.NewNames("callbackd") }},
		"scheduled with a claim":         {callback.AttemptScheduled, func(a *callback.Attempt) { a.Claimed = morning }},
		"live without names":             {callback.AttemptAgent, func(a *callback.Attempt) { a.Names = callback.Names{} }},
		"live without a bridge":          {callback.AttemptAgent, func(a *callback.Attempt) { a.Names.Bridge = "" }},
		"live without a claim":           {callback.AttemptAgent, func(a *callback.Attempt) { a.Claimed = time.Time{} }},
		"one channel for two legs":       {callback.AttemptAgent, func(a *callback.Attempt) { a.Names.CustomerChannel = a.Names.AgentChannel }},
		"live and ended":                 {callback.AttemptAgent, func(a *callback.Attempt) { a.Ended = morning }},
		"live with a result":             {callback.AttemptAgent, func(a *callback.Attempt) { a.Result = callback.ResultInterrupted }},
		"live and counted":               {callback.AttemptCustomer, func(a *callback.Attempt) { a.Counted = true }},
		"customer leg before its time":   {callback.AttemptAgentUp, func(a *callback.Attempt) { a.CustomerSent = morning }},
		"agent up, but when":             {callback.AttemptAgentUp, func(a *callback.Attempt) { a.AgentAnswered = time.Time{} }},
		"customer leg out, but when":     {callback.AttemptCustomer, func(a *callback.Attempt) { a.CustomerSent = time.Time{} }},
		"bridged, but when":              {callback.AttemptBridged, func(a *callback.Attempt) { a.Bridged = time.Time{} }},
		"ended without a result":         {callback.AttemptEnded, func(a *callback.Attempt) { a.Result = "" }},
		"ended, but when":                {callback.AttemptEnded, func(a *callback.Attempt) { a.Ended = time.Time{} }},
		"counted without a customer leg": {callback.AttemptEnded, func(a *callback.Attempt) { a.CustomerSent, a.Bridged = time.Time{}, time.Time{} }},
		"connected without a bridge":     {callback.AttemptEnded, func(a *callback.Attempt) { a.Result, a.Bridged = callback.ResultConnected, time.Time{} }},
		"a recording without a name":     {callback.AttemptEnded, func(a *callback.Attempt) { a.RecordingOK = true }},
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			_, a := plan(t, tx, newTask(acme, alice))
			from := callback.AttemptScheduled
			switch c.to {
			case callback.AttemptEnded:
				from = callback.AttemptBridged
			case callback.AttemptAgentUp, callback.AttemptCustomer, callback.AttemptBridged:
				for i, state := range callback.AttemptStates {
					if state == c.to {
						from = callback.AttemptStates[i-1]
					}
				}
			}
			advance(t, tx, &a, from)
			shape(&a, c.to)
			c.wrong(&a)
			return tx.UpdateAttempt(&a, step(from, c.to))
		})
		assert.ErrorIs(t, err, callback.ErrRefused, name)
	}

	for _, state := range []callback.TaskState{callback.TaskExhausted, callback.TaskCancelled, callback.TaskExpired} {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			way := reach[state]
			for _, s := range way[:len(way)-1] {
				require.NoError(t, moveTask(tx, &task, s))
			}
			from := task.State
			task.State = state
			return tx.UpdateTask(&task, step(from, state))
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "%s without a reason", state)
	}

	for _, from := range callback.TaskStates {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			for _, s := range reach[from] {
				require.NoError(t, moveTask(tx, &task, s))
			}
			if task.HeldBy == "" {
				task.HeldBy = "bob"
			} else {
				task.HeldBy = ""
			}
			return tx.UpdateTask(&task, step(from, from))
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "a held task says who holds it, one that is %s doesn't", from)
	}

	for name, wrong := range map[string]func(*callback.MissedCall){
		"of nobody's witness":      func(m *callback.MissedCall) { m.Source = "rumour" },
		"refused without a reason": func(m *callback.MissedCall) { m.Decision, m.TaskID = callback.DecisionRefused, 0 },
		"refused with a task":      func(m *callback.MissedCall) { m.Decision, m.Reason = callback.DecisionRefused, callback.ReasonNoRule },
		"accepted with a reason":   func(m *callback.MissedCall) { m.Reason = callback.ReasonNoRule },
		"accepted without a task":  func(m *callback.MissedCall) { m.TaskID = 0 },
		"without a call id":        func(m *callback.MissedCall) { m.CallID = "" },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			m := newMissedCall("1795162208.1", task)
			wrong(&m)
			return tx.InsertMissedCall(&m)
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "missed call %s", name)
	}
}

// testPromiseKept: what a transaction leaves, whatever the order of its writes.
func testPromiseKept(t *testing.T, s callback.Store) {
	for name, write := range map[string]func(tx callback.Tx){
		"a scheduled task without an attempt": func(tx callback.Tx) {
			task := newTask(acme, alice)
			require.NoError(t, tx.InsertTask(&task, birth(task.State)))
		},
		"a held task without an attempt": func(tx callback.Tx) {
			task := newTask(acme, alice)
			task.State, task.HeldBy = callback.TaskHeld, "bob"
			require.NoError(t, tx.InsertTask(&task, birth(task.State)))
		},
		"a scheduled task whose attempt has ended": func(tx callback.Tx) {
			_, a := plan(t, tx, newTask(acme, alice))
			require.NoError(t, move(tx, &a, callback.AttemptEnded))
		},
		"a scheduled task with a live attempt": func(tx callback.Tx) {
			_, a := plan(t, tx, newTask(acme, alice))
			require.NoError(t, move(tx, &a, callback.AttemptAgent))
		},
		"a task being dialled without a live attempt": func(tx callback.Tx) {
			task, _ := plan(t, tx, newTask(acme, alice))
			require.NoError(t, moveTask(tx, &task, callback.TaskDialing))
		},
		"a completed task with a live attempt": func(tx callback.Tx) {
			task, a := plan(t, tx, newTask(acme, alice))
			claim(t, tx, &task, &a)
			require.NoError(t, moveTask(tx, &task, callback.TaskCompleted))
		},
		"a cancelled task with a scheduled attempt": func(tx callback.Tx) {
			task, _ := plan(t, tx, newTask(acme, alice))
			require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
		},
	} {
		err := s.Update(t.Context(), func(tx callback.Tx) error { write(tx); return nil })
		assert.ErrorIs(t, err, callback.ErrRefused, name)
		requireEmpty(t, s)
	}
	update(t, s, func(tx callback.Tx) {
		task, a := plan(t, tx, newTask(acme, alice))
		claim(t, tx, &task, &a)
		// The task first, its attempts afterwards.
		require.NoError(t, moveTask(tx, &task, callback.TaskScheduled))
		require.NoError(t, move(tx, &a, callback.AttemptEnded))
		next := newAttempt(task)
		next.Try = 2
		require.NoError(t, tx.InsertAttempt(&next, birth(next.State)))
	})
	err := attempt(t, s, func(tx callback.Tx) error {
		task, a := plan(t, tx, newTask(acme, bob))
		finish(t, tx, &task, &a)
		late := newAttempt(task)
		return tx.InsertAttempt(&late, birth(late.State))
	})
	assert.ErrorIs(t, err, callback.ErrRefused, "an attempt of a finished task")
}
