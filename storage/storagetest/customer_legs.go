package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// dial stores a task with an attempt that has come to a state, its customer leg
// sent at sent if it came so far.
func dial(t *testing.T, tx callback.Tx, account, number string, to callback.AttemptState, sent time.Time) callback.Attempt {
	t.Helper()
	task := newTask(account, number)
	task.Kind = callback.KindRequest // of which a customer may have several
	task, a := plan(t, tx, task)
	if to == callback.AttemptScheduled {
		return a
	}
	claim(t, tx, &task, &a)
	if !sent.IsZero() {
		advance(t, tx, &a, callback.AttemptAgentUp)
		a.CustomerSent = sent
		advance(t, tx, &a, callback.AttemptCustomer)
	}
	if a.State != to {
		advance(t, tx, &a, to)
	}
	if to == callback.AttemptEnded {
		require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
	}
	return a
}

func requireLegs(t *testing.T, tx callback.ReadTx, account, number string, since time.Time, want callback.Legs) {
	t.Helper()
	legs, err := tx.CustomerLegs(account, number, since)
	require.NoError(t, err)
	require.Equal(t, want, legs, "legs of %s to %q since %s", account, number, since)
}

func testCustomerLegs(t *testing.T, s callback.Store) {
	hour := func(n int) time.Time { return morning.Add(time.Duration(n) * time.Hour) }
	update(t, s, func(tx callback.Tx) {
		requireLegs(t, tx, acme, alice, hour(0), callback.Legs{})
		requireLegs(t, tx, acme, "", hour(0), callback.Legs{})
		for _, sent := range []int{5, 1, 3} { // not in their order
			dial(t, tx, acme, alice, callback.AttemptEnded, hour(sent))
		}
		dial(t, tx, acme, bob, callback.AttemptEnded, hour(2))
		dial(t, tx, globex, alice, callback.AttemptEnded, hour(4))
		dial(t, tx, acme, alice, callback.AttemptEnded, time.Time{}) // the agent didn't answer
		dial(t, tx, acme, alice, callback.AttemptScheduled, time.Time{})
	})
	view(t, s, func(tx callback.ReadTx) {
		requireLegs(t, tx, acme, alice, hour(0), callback.Legs{Count: 3, Sent: 3, Oldest: hour(1)})
		requireLegs(t, tx, acme, alice, hour(1), callback.Legs{Count: 3, Sent: 3, Oldest: hour(1)})
		requireLegs(t, tx, acme, alice, hour(1).Add(time.Millisecond), callback.Legs{Count: 2, Sent: 2, Oldest: hour(3)})
		requireLegs(t, tx, acme, alice, hour(6), callback.Legs{})
		requireLegs(t, tx, acme, bob, hour(0), callback.Legs{Count: 1, Sent: 1, Oldest: hour(2)})
		requireLegs(t, tx, globex, alice, hour(0), callback.Legs{Count: 1, Sent: 1, Oldest: hour(4)})
		requireLegs(t, tx, globex, bob, hour(0), callback.Legs{})
		requireLegs(t, tx, acme, "", hour(0), callback.Legs{Count: 4, Sent: 4, Oldest: hour(1)})
		requireLegs(t, tx, acme, "", hour(2), callback.Legs{Count: 3, Sent: 3, Oldest: hour(2)})
		requireLegs(t, tx, globex, "", hour(0), callback.Legs{Count: 1, Sent: 1, Oldest: hour(4)})
	})
	// Of a leg that the trunk failed the phone never rang; of any other it may have.
	update(t, s, func(tx callback.Tx) {
		for i, result := range []callback.Result{callback.ResultTrunkFailed, callback.ResultInterrupted} {
			a := dial(t, tx, globex, bob, callback.AttemptCustomer, hour(7+i))
			requireLegs(t, tx, globex, bob, hour(0), callback.Legs{Count: 1, Sent: 1, Oldest: hour(7 + i)}) // it may yet ring
			a.State, a.Result, a.Ended = callback.AttemptEnded, result, hour(9)
			require.NoError(t, tx.UpdateAttempt(&a, step(callback.AttemptCustomer, a.State)))
			task := reread(t, tx, callback.Task{ID: a.TaskID})
			require.NoError(t, moveTask(tx, &task, callback.TaskExhausted))
		}
		requireLegs(t, tx, globex, bob, hour(0), callback.Legs{Count: 1, Sent: 1, Oldest: hour(8)})
		requireLegs(t, tx, globex, "", hour(5), callback.Legs{Count: 1, Sent: 1, Oldest: hour(8)})
	})
}

func testUnsentLegs(t *testing.T, s callback.Store) {
	later := morning.Add(24 * time.Hour)
	for _, c := range []struct {
		state callback.AttemptState
		sent  time.Time
		want  callback.Legs
	}{
		{callback.AttemptScheduled, time.Time{}, callback.Legs{}},
		{callback.AttemptAgent, time.Time{}, callback.Legs{Count: 1}},
		{callback.AttemptAgentUp, time.Time{}, callback.Legs{Count: 1}},
		{callback.AttemptCustomer, later, callback.Legs{Count: 1, Sent: 1, Oldest: later}},
		{callback.AttemptBridged, later, callback.Legs{Count: 1, Sent: 1, Oldest: later}},
		{callback.AttemptBridged, morning, callback.Legs{}},
		{callback.AttemptEnded, time.Time{}, callback.Legs{}},
	} {
		assert.NoError(t, attempt(t, s, func(tx callback.Tx) error {
			dial(t, tx, acme, alice, c.state, c.sent)
			for _, number := range []string{alice, ""} {
				requireLegs(t, tx, acme, number, later, c.want)
				requireLegs(t, tx, globex, number, later, callback.Legs{})
			}
			requireLegs(t, tx, acme, bob, later, callback.Legs{})
			return nil
		}), c.state)
	}
	update(t, s, func(tx callback.Tx) {
		dial(t, tx, acme, alice, callback.AttemptEnded, later.Add(time.Hour))
		dial(t, tx, acme, alice, callback.AttemptAgentUp, time.Time{})
		for _, number := range []string{alice, ""} {
			requireLegs(t, tx, acme, number, later, callback.Legs{Count: 2, Sent: 1, Oldest: later.Add(time.Hour)})
		}
	})
}

func testRegionLines(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		place := func(i int, account, region string, to callback.AttemptState) {
			task := newTask(account, customer(i))
			require.NoError(t, tx.InsertTask(&task, birth(task.State)))
			a := newAttempt(task)
			a.Settings.Region = region
			require.NoError(t, tx.InsertAttempt(&a, birth(a.State)))
			if to.Live() {
				require.NoError(t, moveTask(tx, &task, callback.TaskDialing))
			}
			advance(t, tx, &a, to)
			if to == callback.AttemptEnded {
				require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
			}
		}
		for i, state := range callback.AttemptStates {
			place(i, acme, "sweden", state)
		}
		place(10, acme, "norway", callback.AttemptAgent)
		place(11, globex, "sweden", callback.AttemptBridged)
		for _, c := range []struct {
			account, region string
			want            int
		}{
			{acme, "sweden", 4},
			{acme, "norway", 1},
			{globex, "sweden", 1},
			{globex, "norway", 0},
		} {
			lines, err := tx.RegionLines(c.account, c.region)
			require.NoError(t, err)
			assert.Equal(t, c.want, lines, "%s in %s", c.account, c.region)
		}
	})
}
