package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// trunkLeg is a customer's leg of a test, sent so many minutes after eight.
type trunkLeg struct {
	account, region string
	sent            int
	state           callback.AttemptState
	result          callback.Result
	fault           bool
}

// storeLeg stores the attempt of a customer's leg and tells the fault that it was.
func storeLeg(t *testing.T, tx callback.Tx, number string, l trunkLeg) callback.TrunkFault {
	t.Helper()
	task := newTask(l.account, number)
	task.Kind, task.Region = callback.KindRequest, l.region // of which a customer may have several
	task, a := plan(t, tx, task)
	claim(t, tx, &task, &a)
	advance(t, tx, &a, callback.AttemptAgentUp)
	a.CustomerSent = morning.Add(time.Duration(l.sent) * time.Minute)
	advance(t, tx, &a, callback.AttemptCustomer)
	if l.state == callback.AttemptBridged || l.result == callback.ResultConnected {
		advance(t, tx, &a, callback.AttemptBridged)
	}
	if l.state == callback.AttemptEnded {
		from := a.State
		shape(&a, callback.AttemptEnded)
		a.Result, a.TrunkFault, a.Ended = l.result, l.fault, a.CustomerSent.Add(2*time.Second)
		a.Counted = l.result != callback.ResultTrunkFailed
		require.NoError(t, tx.UpdateAttempt(&a, step(from, a.State)))
		require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
	}
	return callback.TrunkFault{Number: number, Result: a.Result, Sent: a.CustomerSent, Ended: a.Ended}
}

func requireFaults(t *testing.T, tx callback.ReadTx, want []callback.TrunkFault, account, region string) {
	t.Helper()
	have, err := tx.TrunkFaults(account, region, 0)
	require.NoError(t, err)
	require.Equal(t, want, have, "faults of %s in %s", account, region)
}

func testTrunkFaults(t *testing.T, s callback.Store) {
	ended, unreachable, failed := callback.AttemptEnded, callback.ResultUnreachable, callback.ResultTrunkFailed
	update(t, s, func(tx callback.Tx) {
		requireFaults(t, tx, nil, acme, "sweden")
		storeLeg(t, tx, customer(0), trunkLeg{acme, "sweden", 1, ended, unreachable, true})
		storeLeg(t, tx, customer(1), trunkLeg{acme, "sweden", 2, ended, unreachable, false}) // the phone is switched off
		third := storeLeg(t, tx, customer(2), trunkLeg{acme, "sweden", 4, ended, failed, true})
		second := storeLeg(t, tx, customer(2), trunkLeg{acme, "sweden", 3, ended, unreachable, true}) // they are told of as they end
		elsewhere := storeLeg(t, tx, customer(3), trunkLeg{acme, "norway", 5, ended, unreachable, true})
		others := storeLeg(t, tx, customer(4), trunkLeg{globex, "sweden", 6, ended, unreachable, true})
		requireFaults(t, tx, []callback.TrunkFault{third, second}, acme, "sweden")
		requireFaults(t, tx, []callback.TrunkFault{elsewhere}, acme, "norway")
		requireFaults(t, tx, []callback.TrunkFault{others}, globex, "sweden")

		storeLeg(t, tx, customer(5), trunkLeg{acme, "sweden", 3, ended, callback.ResultCustomerBusy, false})
		requireFaults(t, tx, []callback.TrunkFault{third}, acme, "sweden")
		storeLeg(t, tx, customer(6), trunkLeg{acme, "sweden", 7, ended, callback.ResultConnected, false})
		requireFaults(t, tx, nil, acme, "sweden")
	})
}

// What rings may yet fail, and how a leg would have ended that was given up nobody
// knows. Who talks needn't hang up to prove that the trunk works.
func testLegsWithoutVerdict(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		fault := storeLeg(t, tx, customer(0), trunkLeg{acme, "sweden", 1, callback.AttemptEnded, callback.ResultUnreachable, true})
		storeLeg(t, tx, customer(1), trunkLeg{acme, "sweden", 2, callback.AttemptCustomer, "", false})
		storeLeg(t, tx, customer(2), trunkLeg{acme, "sweden", 3, callback.AttemptEnded, callback.ResultInterrupted, false})
		storeLeg(t, tx, customer(3), trunkLeg{acme, "sweden", 4, callback.AttemptEnded, callback.ResultAgentHungUp, false})
		requireFaults(t, tx, []callback.TrunkFault{fault}, acme, "sweden")
		storeLeg(t, tx, customer(4), trunkLeg{acme, "sweden", 0, callback.AttemptBridged, "", false})
		requireFaults(t, tx, []callback.TrunkFault{fault}, acme, "sweden")
		storeLeg(t, tx, customer(5), trunkLeg{acme, "sweden", 5, callback.AttemptBridged, "", false})
		requireFaults(t, tx, nil, acme, "sweden")
	})
}

func testManyTrunkFaults(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		var newest []callback.TrunkFault
		for i := range 12 {
			fault := storeLeg(t, tx, customer(i), trunkLeg{acme, "sweden", i, callback.AttemptEnded, callback.ResultTrunkFailed, true})
			newest = append([]callback.TrunkFault{fault}, newest...)
		}
		for most, want := range map[int][]callback.TrunkFault{0: newest, 1: newest[:1], 10: newest[:10], 100: newest} {
			faults, err := tx.TrunkFaults(acme, "sweden", most)
			require.NoError(t, err)
			assert.Equal(t, want, faults, "at most %d", most)
		}
	})
}
