package callback_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// takes has an agent take a task.
func (w *workbench) takes(id int64, agent string) callback.Task {
	w.t.Helper()
	task, err := w.desk().Take(context.Background(), id, agent, agent)
	require.NoError(w.t, err)
	return task
}

// withBob is a second agent.
func withBob(a *callback.Account) {
	a.Agents["bob"] = callback.Agent{Name: "bob", Endpoint: "PJSIP/bob"}
}

// Whoever takes a callback has it from then on: it is due, their phone is rung for it, and
// the history says who.
func TestACallbackIsTaken(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(3 * time.Hour)))
		task := w.takes(1, "alice")
		assert.Equal(t, callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}, task.Owner)
		assert.Equal(t, alice, task.Target)
		assert.Zero(t, task.At, "it is for no time any more")
		w.after(time.Second)
		_, attempts := w.read(1)
		assert.Equal(t, alice, attempts[0].Settings.Target)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		assert.Equal(t, []string{"taken by alice"}, w.reasons(1, callback.TaskHandOver))
	})
}

// reasons lists why a task took an input.
func (w *workbench) reasons(id int64, input callback.TaskInput) (list []string) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
		history, err := tx.History(id)
		for _, c := range history {
			if c.AttemptID == 0 && c.Input == string(input) {
				list = append(list, c.Reason)
			}
		}
		return err
	}))
	return list
}

// What is taken and not made goes back to whom it was for: by itself, or at once where the
// agent gives it back.
func TestWhatIsTakenGoesBack(t *testing.T) {
	for name, row := range map[string]struct {
		giveBack bool
		after    time.Duration
	}{"by itself": {false, time.Hour}, "at once": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.pbxs["pbx1"].waiting = "alice talks"
				w.ask(request())
				w.takes(1, "alice")
				if row.giveBack {
					_, err := w.desk().Edit(context.Background(), 1, callback.Edit{Target: &supportQueue}, "alice")
					require.NoError(t, err)
				}
				w.after(row.after)
				task, attempts := w.read(1)
				assert.Equal(t, supportQueue, task.Target)
				assert.Equal(t, supportQueue, attempts[0].Settings.Target)
				assert.Zero(t, task.Owner)
				assert.Equal(t, callback.TaskScheduled, task.State)
			})
		})
	}
}

// Of two agents who take the same callback one has it, and the other is told who.
func TestTwoAgentsTakeTheSame(t *testing.T) {
	atWorkbench(t, requestsAccount(withBob), func(w *workbench) {
		w.pbxs["pbx1"].waiting = "alice talks"
		w.ask(request())
		errs := make(chan error, 2)
		for _, agent := range []string{"alice", "bob"} {
			go func() {
				_, err := w.desk().Take(context.Background(), 1, agent, agent)
				errs <- err
			}()
		}
		first, second := <-errs, <-errs
		if first != nil {
			first, second = second, first
		}
		require.NoError(t, first)
		var refused *callback.AskRefusal
		require.ErrorAs(t, second, &refused)
		assert.Equal(t, callback.RefusedTaken, refused.Reason)
		task, _ := w.read(1)
		assert.Contains(t, refused.Why, task.Owner.Agent+" has task 1 already, until ")
	})
}

// An agent's own callback is due when the agent takes it, and otherwise as it was.
func TestAnAgentTakesWhatTheAgentHas(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].waiting = "alice talks"
		w.ask(request(alices(4), in(2*time.Hour)))
		task := w.takes(1, "alice")
		assert.Equal(t, callback.Owner{Agent: "alice", For: 4 * time.Hour, Then: supportQueue}, task.Owner)
		assert.Equal(t, 4*time.Hour, time.Until(task.OwnerUntil), "the hours begin with the call")
		until := task.OwnerUntil
		w.after(time.Minute)
		assert.Equal(t, until, w.takes(1, "alice").OwnerUntil, "taken twice is taken once")

		w.ask(request(func(r *callback.Request) { r.Number, r.Target = "070-765 43 21", alice }))
		assert.Zero(t, w.takes(2, "alice").Owner, "it was for nobody else")
	})
}

// An appointment that is taken early keeps its time, for when nobody is reached now.
func TestAnAppointmentIsTakenEarly(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].waiting = "alice talks"
		start := time.Now().Add(48 * time.Hour)
		booked := w.book(alicesCustomer, 48*time.Hour)
		task := w.takes(booked.ID, "alice")
		assert.Equal(t, alice, task.Target)
		assert.WithinDuration(t, start, task.At, time.Hour)
		assert.False(t, task.Due.After(time.Now()))
	})
}

func TestWhatCanNotBeTaken(t *testing.T) {
	atWorkbench(t, requestsAccount(withBob), func(w *workbench) {
		w.pbxs["pbx1"].waiting = "all agents talk"
		w.ask(request())
		take := func(id int64, agent string) func(*callback.Desk) error {
			return func(d *callback.Desk) error { _, err := d.Take(context.Background(), id, agent, "ann"); return err }
		}
		assert.Equal(t, callback.RefusedTargetUnknown, w.refused(take(1, "mallory")).Reason)
		assert.Contains(t, w.refused(take(1, "")).Why, "say whose phone is to ring")
		w.lose("1.1", "+46701112233", "support")
		assert.Equal(t, callback.RefusedTargetOfRule, w.refused(take(2, "alice")).Reason)

		_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
		require.NoError(t, err)
		var state *callback.TransitionError
		require.ErrorAs(t, take(1, "alice")(w.desk()), &state)
		assert.Equal(t, string(callback.TaskHeld), state.State)
		require.ErrorIs(t, take(77, "alice")(w.desk()), callback.ErrNotFound)
	})
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request())
		synctest.Wait()
		_, err := w.desk().Take(context.Background(), 1, "alice", "alice")
		var state *callback.TransitionError
		require.ErrorAs(t, err, &state, "its phones ring")
	})
}
