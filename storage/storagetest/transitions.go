package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// reach is a way of tasks to each state.
var reach = map[callback.TaskState][]callback.TaskState{
	callback.TaskScheduled: {},
	callback.TaskHeld:      {callback.TaskHeld},
	callback.TaskDialing:   {callback.TaskDialing},
	callback.TaskCompleted: {callback.TaskDialing, callback.TaskCompleted},
	callback.TaskExhausted: {callback.TaskDialing, callback.TaskExhausted},
	callback.TaskCancelled: {callback.TaskCancelled},
	callback.TaskExpired:   {callback.TaskExpired},
}

func testTaskTransitions(t *testing.T, s callback.Store) {
	for _, from := range callback.TaskStates {
		for _, to := range callback.TaskStates {
			err := attempt(t, s, func(tx callback.Tx) error {
				task, _ := plan(t, tx, newTask(acme, alice))
				for _, s := range reach[from] {
					require.NoError(t, moveTask(tx, &task, s))
				}
				return moveTask(tx, &task, to)
			})
			requireStep(t, allowed(callback.TaskTransitions[from], to), err, "task from %s to %s", from, to)
		}
	}
	for _, state := range callback.TaskStates {
		err := attempt(t, s, func(tx callback.Tx) error {
			task := newTask(acme, alice)
			task.State, task.Reason = state, string(callback.ResultCustomerBusy)
			if state == callback.TaskHeld {
				task.HeldBy = callback.ByOneRing
			}
			return tx.InsertTask(&task, birth(state))
		})
		begins := state == callback.TaskScheduled || state == callback.TaskHeld
		requireStep(t, begins, err, "task that begins %s", state)
	}
}

func testAttemptTransitions(t *testing.T, s callback.Store) {
	for _, from := range callback.AttemptStates {
		for _, to := range callback.AttemptStates {
			err := attempt(t, s, func(tx callback.Tx) error {
				_, a := plan(t, tx, newTask(acme, alice))
				advance(t, tx, &a, from)
				return move(tx, &a, to)
			})
			requireStep(t, allowed(callback.AttemptTransitions[from], to), err, "attempt from %s to %s", from, to)
		}
	}
	for _, state := range callback.AttemptStates {
		err := attempt(t, s, func(tx callback.Tx) error {
			task := newTask(acme, alice)
			require.NoError(t, tx.InsertTask(&task, birth(task.State)))
			a := newAttempt(task)
			shape(&a, state)
			return tx.InsertAttempt(&a, birth(state))
		})
		requireStep(t, state == callback.AttemptScheduled, err, "attempt that begins %s", state)
	}
}

func allowed[Input comparable, State comparable](row map[Input]State, to State) bool {
	for _, next := range row {
		if next == to {
			return true
		}
	}
	return false
}

func requireStep(t *testing.T, allowed bool, err error, format string, args ...any) {
	t.Helper()
	what := fmt.Sprintf(format, args...)
	if allowed {
		require.NoError(t, err, what)
	} else {
		require.ErrorIs(t, err, callback.ErrRefused, what)
	}
}

func testChangeFits(t *testing.T, s callback.Store) {
	var task callback.Task
	var a callback.Attempt
	update(t, s, func(tx callback.Tx) { task, a = plan(t, tx, newTask(acme, alice)) })
	for name, write := range map[string]func(tx callback.Tx) error{
		"a task that has moved on": func(tx callback.Tx) error {
			task := task
			return tx.UpdateTask(&task, step(callback.TaskHeld, callback.TaskScheduled))
		},
		"a task that isn't what the change says": func(tx callback.Tx) error {
			task := task
			return tx.UpdateTask(&task, step(callback.TaskScheduled, callback.TaskHeld))
		},
		"a new task with a past": func(tx callback.Tx) error {
			task := newTask(acme, bob)
			return tx.InsertTask(&task, step(callback.TaskHeld, callback.TaskScheduled))
		},
		"a new task that isn't what the change says": func(tx callback.Tx) error {
			task := newTask(acme, bob)
			return tx.InsertTask(&task, birth(callback.TaskHeld))
		},
		"an attempt that has moved on": func(tx callback.Tx) error {
			a := a
			return tx.UpdateAttempt(&a, step(callback.AttemptAgent, callback.AttemptScheduled))
		},
		"an attempt that isn't what the change says": func(tx callback.Tx) error {
			a := a
			return tx.UpdateAttempt(&a, step(callback.AttemptScheduled, callback.AttemptAgent))
		},
	} {
		assert.ErrorIs(t, attempt(t, s, write), callback.ErrRefused, name)
	}
}

func testIdentity(t *testing.T, s callback.Store) {
	for name, alter := range map[string]func(*callback.Task){
		"account": func(task *callback.Task) { task.Account = globex },
		"number":  func(task *callback.Task) { task.Number = bob },
		"kind":    func(task *callback.Task) { task.Kind = callback.KindRequest },
		"created": func(task *callback.Task) { task.Created = morning.Add(-time.Hour) },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			task, _ := plan(t, tx, newTask(acme, alice))
			alter(&task)
			return tx.UpdateTask(&task, step(task.State, task.State))
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "task with another %s", name)
	}
	for name, alter := range map[string]func(a *callback.Attempt, other callback.Task){
		"account": func(a *callback.Attempt, _ callback.Task) { a.Account = globex },
		"number":  func(a *callback.Attempt, _ callback.Task) { a.Number = bob },
		"task":    func(a *callback.Attempt, other callback.Task) { a.TaskID = other.ID },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			_, a := plan(t, tx, newTask(acme, alice))
			other := newTask(acme, bob)
			require.NoError(t, tx.InsertTask(&other, birth(other.State)))
			alter(&a, other)
			return tx.UpdateAttempt(&a, step(a.State, a.State))
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "attempt with another %s", name)
	}
	err := attempt(t, s, func(tx callback.Tx) error {
		task := newTask(acme, alice)
		require.NoError(t, tx.InsertTask(&task, birth(task.State)))
		a := newAttempt(task)
		a.Number = bob
		return tx.InsertAttempt(&a, birth(a.State))
	})
	assert.ErrorIs(t, err, callback.ErrRefused, "an attempt calls the customer of its task")
}

func testClaimedPlanStays(t *testing.T, s callback.Store) {
	for name, alter := range map[string]func(*callback.Attempt){
		"settings":         func(a *callback.Attempt) { a.Settings.CallerID += "1" },
		"agent channel":    func(a *callback.Attempt) { a.Names.AgentChannel += "x" },
		"customer channel": func(a *callback.Attempt) { a.Names.CustomerChannel += "x" },
		"bridge":           func(a *callback.Attempt) { a.Names.Bridge += "x" },
		"claim":            func(a *callback.Attempt) { a.Claimed = a.Claimed.Add(time.Second) },
		"ordinal":          func(a *callback.Attempt) { a.Ordinal++ },
	} {
		err := attempt(t, s, func(tx callback.Tx) error {
			_, a := plan(t, tx, newTask(acme, alice))
			alter := func() { alter(&a) }
			if name == "settings" || name == "ordinal" {
				alter()
				require.NoError(t, move(tx, &a, callback.AttemptScheduled), "%s of a plan", name)
			}
			advance(t, tx, &a, callback.AttemptAgent)
			alter()
			return move(tx, &a, callback.AttemptAgentUp)
		})
		assert.ErrorIs(t, err, callback.ErrRefused, "claimed attempt with another %s", name)
	}
}
