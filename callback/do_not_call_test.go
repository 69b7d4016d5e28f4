package callback_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// block puts a number on acme's list, as a person does.
func (w *workbench) block(number string) (entry callback.DoNotCall, isNew bool) {
	entry, isNew, err := w.control.Block(context.Background(), "acme", number, "admin", "asked by letter")
	require.NoError(w.t, err)
	return entry, isNew
}

// newestMissed is the missed call that was stored last.
func (w *workbench) newestMissed() (m callback.MissedCall) {
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
		list, err := tx.MissedCalls(callback.MissedCallFilter{Limit: 1})
		m = list[0]
		return err
	}))
	return m
}

// Blocking ends every promise to the customer in the account, of whatever kind and
// in whatever state, and nobody else's.
func TestBlockingACustomer(t *testing.T) {
	t.Parallel()
	globex := exampleAccount()
	globex.Name = "globex"
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.edit(exampleAccount(), globex)
		w.pbxs["pbx1"].waiting = "no agent of support is free"
		customer, other := "+46701000000", "+46701000001"
		w.seedEach([]string{customer, customer, customer, other, customer}, func(i int, task *callback.Task) {
			task.Kind = []callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment, callback.KindMissed, callback.KindMissed}[i]
			if i == 4 {
				task.Account = "globex"
			}
			if task.Kind == callback.KindAppointment {
				task.Due = task.Due.Add(24 * time.Hour)
			}
		})
		_, err := callback.Hold(context.Background(), w.store, 2, "admin", "")
		require.NoError(t, err)
		w.after(time.Second)

		entry, isNew := w.block("0701-00 00 00")
		require.True(t, isNew)
		require.Equal(t, customer, entry.Number, "read in the account's country")
		for id, want := range map[int64]callback.TaskState{
			1: callback.TaskCancelled, 2: callback.TaskCancelled, 3: callback.TaskCancelled,
			4: callback.TaskScheduled, 5: callback.TaskScheduled,
		} {
			task, _ := w.read(id)
			assert.Equal(t, want, task.State, "task %d", id)
			if want == callback.TaskCancelled {
				assert.Equal(t, callback.CancelDoNotCall, task.Reason)
			}
		}

		w.lose("1", customer, "support")
		missed := w.newestMissed()
		require.Equal(t, callback.ReasonDoNotCall, missed.Reason)

		again, isNew := w.block(customer)
		require.False(t, isNew)
		require.Equal(t, entry, again, "since when, by whom and why stay")

		number, was, err := w.control.Unblock(context.Background(), "acme", "0701000000", "admin")
		require.NoError(t, err)
		require.True(t, was)
		require.Equal(t, customer, number)
		_, was, err = w.control.Unblock(context.Background(), "acme", customer, "admin")
		require.NoError(t, err)
		require.False(t, was)
		w.after(time.Minute)
		task, _ := w.read(1)
		require.Equal(t, callback.TaskCancelled, task.State, "what was cancelled stays so")
		w.lose("2", customer, "support")
		require.Equal(t, callback.DecisionTaskCreated, w.newestMissed().Decision)
	})
}

// An agent whose phone rings for a customer who is blocked is let go before the
// customer is called, and at once.
func TestBlockingACustomerWhoIsBeingDialled(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seed("sweden", "+46701000000")
		w.after(time.Second)
		require.EqualValues(t, 1, w.pbxs["pbx1"].under.Load())
		w.block("+46701000000")
		w.after(time.Millisecond)
		require.Zero(t, w.pbxs["pbx1"].under.Load())
		task, attempts := w.read(1)
		require.Equal(t, callback.TaskCancelled, task.State)
		require.Equal(t, callback.CancelDoNotCall, task.Reason)
		require.Equal(t, callback.ResultSuperseded, attempts[0].Result)
	})
}

// The list is read again at the last moment: whoever puts a number on it behind
// everybody's back keeps the customer from being called all the same.
func TestTheDoNotCallListIsReadBeforeTheCustomerIsCalled(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		called := 0
		p := w.pbxs["pbx1"]
		p.answer, p.dials = true, func() { called++ }
		p.rings = func() {
			require.NoError(t, w.store.Update(context.Background(), func(tx callback.Tx) error {
				return tx.Block(callback.DoNotCall{Account: "acme", Number: "+46701000000", Since: time.Now(), By: "admin"})
			}))
		}
		w.seed("sweden", "+46701000000")
		w.after(10 * time.Second)
		require.Zero(t, called)
		task, attempts := w.read(1)
		require.Equal(t, callback.ResultSuperseded, attempts[0].Result)
		require.Equal(t, callback.TaskScheduled, task.State)
		require.Equal(t, "the number is on the do-not-call list of account acme since Sat 00:00 in UTC, put there by admin; callbackd customers unblock takes it off", task.WaitingFor)
	})
}

func TestBlockingWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		for number, want := range map[string]error{
			"12": callback.ErrNumberInvalid, "alice": callback.ErrNumberInvalid, "": callback.ErrAnonymous, "anonymous": callback.ErrAnonymous,
		} {
			_, _, err := w.control.Block(context.Background(), "acme", number, "admin", "")
			assert.ErrorIs(t, err, want, number)
			_, _, err = w.control.Unblock(context.Background(), "acme", number, "admin")
			assert.ErrorIs(t, err, want, number)
		}
		_, _, err := w.control.Block(context.Background(), "initech", "+46701000000", "admin", "")
		assert.ErrorIs(t, err, callback.ErrNotFound)
	})
}

// A list that can't be read forbids: nobody is called who may be on it.
func TestADoNotCallListThatCannotBeRead(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.store.brokenList.Store(true)
		w.seed("sweden", "+46701000000")
		w.after(time.Minute)
		require.Zero(t, w.pbxs["pbx1"].rung.Load())
		task, _ := w.read(1)
		require.Contains(t, task.WaitingFor, fmt.Sprint(errBroken))
	})
}
