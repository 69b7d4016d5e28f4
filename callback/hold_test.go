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

// A task that is held isn't dialled, says who holds it, what for and how to release it,
// and is dialled in the moment in which it is released.
func TestHoldAndRelease(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(time.Minute, "sweden", alicesCustomer)
		held, err := callback.Hold(context.Background(), w.store, 1, "ann", "she is on holiday")
		require.NoError(t, err)
		assert.Equal(t, callback.TaskHeld, held.State)
		w.after(time.Hour)
		task, _ := w.read(1)
		assert.Equal(t, "ann", task.HeldBy)
		assert.Equal(t, "held by ann since 2000-01-01 00:00 UTC (she is on holiday): release it (callbackd tasks release 1)", task.WaitingFor)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())

		again, err := callback.Hold(context.Background(), w.store, 1, "bob", "")
		require.NoError(t, err)
		assert.Equal(t, "ann", again.HeldBy, "who holds it holds it")

		for range 2 { // repeating it changes nothing
			released, err := callback.Release(context.Background(), w.store, 1, "bob")
			require.NoError(t, err)
			assert.Empty(t, released.HeldBy)
			assert.Empty(t, released.WaitingFor)
			assert.Equal(t, held.Due, released.Due, "due as it was")
			synctest.Wait()
			assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		}
		var inputs []string
		require.NoError(t, w.store.View(context.Background(), func(tx callback.ReadTx) error {
			history, err := tx.History(1)
			for _, c := range history {
				if c.Input == "hold" || c.Input == "release" {
					inputs = append(inputs, c.Input+": "+c.Reason)
				}
			}
			return err
		}))
		assert.Equal(t, []string{"hold: ann: she is on holiday", "release: held by ann, released by bob"}, inputs)
	})
}

// What is being dialled or is over can't be held.
func TestHoldTooLate(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seed("sweden", alicesCustomer)
		w.scheduler.Wake()
		synctest.Wait()
		var refused *callback.TransitionError
		_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "dialing", refused.State)
		_, err = callback.Release(context.Background(), w.store, 1, "bob")
		require.NoError(t, err, "it isn't held")

		_, err = callback.Cancel(context.Background(), w.store, 1, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		synctest.Wait()
		_, err = callback.Hold(context.Background(), w.store, 1, "ann", "")
		require.ErrorAs(t, err, &refused)
		_, err = callback.Release(context.Background(), w.store, 1, "bob")
		require.ErrorAs(t, err, &refused)
		_, err = callback.Hold(context.Background(), w.store, 2, "ann", "")
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
}

// What somebody holds is released at once, and nothing that another holds.
func TestReleaseAll(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(time.Hour, "sweden", numbers(swedish, 0, 4)...)
		for id, by := range map[int64]string{1: "ann", 2: callback.ByOneRing, 3: callback.ByOneRing} {
			_, err := callback.Hold(context.Background(), w.store, id, by, "")
			require.NoError(t, err)
		}
		n, err := callback.ReleaseAll(context.Background(), w.store, "acme", callback.ByOneRing, "bob")
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		assert.Equal(t, 1, w.count(callback.TaskHeld))
		n, err = callback.ReleaseAll(context.Background(), w.store, "other", "ann", "bob")
		require.NoError(t, err)
		assert.Zero(t, n)
	})
}

// What a person holds whom the shield suspected stays held when the burst is released.
func TestAPersonHoldsWhatTheShieldHolds(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seedDue(time.Hour, "sweden", numbers(swedish, 0, 2)...)
		for id := range int64(2) {
			_, err := callback.Hold(context.Background(), w.store, 1+id, callback.ByOneRing, "10 numbers rang")
			require.NoError(t, err)
		}
		held, err := callback.Hold(context.Background(), w.store, 1, "ann", "it is a customer")
		require.NoError(t, err)
		assert.Equal(t, "ann", held.HeldBy)
		assert.Contains(t, held.WaitingFor, "held by ann since 2000-01-01 00:00 UTC (it is a customer)")
		again, err := callback.Hold(context.Background(), w.store, 1, callback.ByOneRing, "")
		require.NoError(t, err)
		assert.Equal(t, "ann", again.HeldBy)
		again, err = callback.Hold(context.Background(), w.store, 2, callback.ByOneRing, "12 numbers rang")
		require.NoError(t, err)
		assert.Contains(t, again.WaitingFor, "10 numbers rang", "nothing new")

		n, err := callback.ReleaseAll(context.Background(), w.store, "acme", callback.ByOneRing, "bob")
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskHeld, task.State)
	})
}

// Holding stops no other end of a task: it is given up in time, cancelled when its rule
// is switched off, and takes in further losses.
func TestWhatEndsAHeldTask(t *testing.T) {
	held := func(t *testing.T, test func(*workbench)) {
		account := inAnHour()
		account.Rules[0].GiveUpAfter = 2
		atWorkbench(t, account, func(w *workbench) {
			w.take(call("1"))
			_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
			require.NoError(t, err)
			test(w)
		})
	}
	t.Run("give_up_after", func(t *testing.T) {
		held(t, func(w *workbench) {
			w.after(72 * time.Hour)
			task, _ := w.read(1)
			assert.Equal(t, callback.TaskExpired, task.State)
			assert.Empty(t, task.HeldBy)
		})
	})
	t.Run("a rule that is switched off", func(t *testing.T) {
		held(t, func(w *workbench) {
			require.NoError(t, w.control.Deactivate(context.Background(), callback.RuleKey{Account: "acme", Rule: "lost"}, "ann"))
			task, _ := w.read(1)
			assert.Equal(t, callback.CancelRuleDisabled, task.Reason)
			assert.Empty(t, task.HeldBy)
		})
	})
	t.Run("nothing that the customer does", func(t *testing.T) {
		held(t, func(w *workbench) {
			w.after(time.Minute)
			w.take(call("2"))
			task, attempts := w.read(1)
			assert.Equal(t, callback.TaskHeld, task.State)
			assert.Equal(t, "ann", task.HeldBy)
			assert.Contains(t, task.WaitingFor, "held by ann since 2000-01-01 00:00 UTC")
			assert.EqualValues(t, 2, attempts[0].MissedCallID)
		})
	})
}
