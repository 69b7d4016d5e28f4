package storagetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// lose stores a call that was lost so long after the morning.
func lose(t *testing.T, tx callback.Tx, id string, after time.Duration, task callback.Task) {
	t.Helper()
	m := newMissedCall(id, task)
	m.Lost = morning.Add(after)
	if task.ID == 0 {
		m.Decision, m.Reason = callback.DecisionRefused, callback.ReasonNoRule
	}
	require.NoError(t, tx.InsertMissedCall(&m))
}

// talk has the attempt of a task connect, so long after the morning.
func talk(t *testing.T, tx callback.Tx, task *callback.Task, a *callback.Attempt, after time.Duration) {
	t.Helper()
	claim(t, tx, task, a)
	advance(t, tx, a, callback.AttemptCustomer)
	change := step(a.State, callback.AttemptBridged)
	a.State, a.Bridged = callback.AttemptBridged, morning.Add(after)
	require.NoError(t, tx.UpdateAttempt(a, change))
}

func hangUp(t *testing.T, tx callback.Tx, task *callback.Task, a *callback.Attempt) {
	t.Helper()
	a.State, a.Result, a.Counted, a.Ended = callback.AttemptEnded, callback.ResultConnected, true, morning.Add(3*time.Hour)
	require.NoError(t, tx.UpdateAttempt(a, step(callback.AttemptBridged, callback.AttemptEnded)))
	require.NoError(t, moveTask(tx, task, callback.TaskCompleted))
}

// drop has a task that waits be cancelled.
func drop(t *testing.T, tx callback.Tx, task *callback.Task, a *callback.Attempt, reason string) {
	t.Helper()
	require.NoError(t, move(tx, a, callback.AttemptEnded))
	change := step(task.State, callback.TaskCancelled)
	task.State, task.Reason = callback.TaskCancelled, reason
	require.NoError(t, tx.UpdateTask(task, change))
}

func testHappenings(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, a := plan(t, tx, newTask(acme, alice))
		lose(t, tx, "1", 0, task)
		lose(t, tx, "2", 4*time.Minute, task) // the same quarter
		lose(t, tx, "3", 5*time.Minute, task) // the next: the morning is at 8:10
		lose(t, tx, "4", 5*time.Minute, callback.Task{Account: acme})
		lose(t, tx, "5", 5*time.Minute, callback.Task{Account: globex})
		lose(t, tx, "6", 24*time.Hour, task)
		talk(t, tx, &task, &a, 20*time.Minute)
		talking, b := plan(t, tx, request(newTask(acme, bob))) // Arrived in the morning
		talk(t, tx, &talking, &b, 21*time.Minute)
		hangUp(t, tx, &task, &a)
		brief, c := plan(t, tx, newTask(globex, bob[:11]+"9"))
		talk(t, tx, &brief, &c, 22*time.Minute)
		require.NoError(t, move(tx, &c, callback.AttemptEnded)) // too short: interrupted
		require.NoError(t, moveTask(tx, &brief, callback.TaskExhausted))
	})
	eight := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	quarter := func(i int, c callback.Counts) callback.Happenings {
		return callback.Happenings{Begins: eight.Add(time.Duration(i) * 15 * time.Minute), Counts: c}
	}
	read := func(account string, in callback.Span) (all []callback.Happenings) {
		view(t, s, func(tx callback.ReadTx) {
			var err error
			all, err = tx.Happenings(account, in)
			require.NoError(t, err)
			slices.SortFunc(all, func(a, b callback.Happenings) int { return a.Begins.Compare(b.Begins) })
		})
		return all
	}
	day := callback.Span{From: eight, To: eight.Add(10 * time.Hour)}
	assert.Equal(t, []callback.Happenings{
		quarter(0, callback.Counts{Missed: 2, Asked: 1}), quarter(1, callback.Counts{Missed: 2, Refused: 1}), quarter(2, callback.Counts{CalledBack: 1}),
	}, read(acme, day))
	assert.Equal(t, callback.Counts{Missed: 3, Refused: 2}, read("", day)[1].Counts, "of all accounts")
	assert.Empty(t, read("initech", day))
	assert.Equal(t, []callback.Happenings{quarter(1, callback.Counts{Missed: 2, Refused: 1})},
		read(acme, callback.Span{From: morning.Add(5 * time.Minute), To: morning.Add(20 * time.Minute)}), "From is in it, To isn't")
}

// How tasks end is counted by when that was, which is when the database took note of it.
func testEndings(t *testing.T, s callback.Store) {
	began := time.Now()
	update(t, s, func(tx callback.Tx) {
		for i, reason := range []string{
			callback.CancelCustomerCalled, callback.CancelAgentCalled, callback.CancelCalledBack,
			callback.CancelByPerson + ": wrote an e-mail", callback.CancelAccountFrozen,
		} {
			task, a := plan(t, tx, newTask(acme, customer(i)))
			drop(t, tx, &task, &a, reason)
		}
		for i, state := range []callback.TaskState{callback.TaskExpired, callback.TaskExhausted} {
			task, a := plan(t, tx, newTask(acme, customer(10+i)))
			if state == callback.TaskExhausted {
				claim(t, tx, &task, &a)
			}
			require.NoError(t, move(tx, &a, callback.AttemptEnded))
			require.NoError(t, moveTask(tx, &task, state))
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		all, err := tx.Happenings(acme, callback.Span{From: began.Add(-time.Second), To: time.Now().Add(time.Second)})
		require.NoError(t, err)
		var sum callback.Counts
		for _, h := range all {
			sum.Add(h.Counts)
		}
		assert.Equal(t, callback.Counts{Helped: 3, Cancelled: 2, GivenUp: 2}, sum)
	})
}

func testOwed(t *testing.T, s callback.Store) {
	var over callback.Task
	update(t, s, func(tx callback.Tx) {
		task, a := plan(t, tx, newTask(acme, alice))
		lose(t, tx, "late", 10*time.Minute, task)
		lose(t, tx, "early", time.Minute, task) // a log told it afterwards
		talk(t, tx, &task, &a, 2*time.Hour)
		hangUp(t, tx, &task, &a)
		over = task

		later := request(newTask(acme, bob))
		later.Arrived = morning.Add(30 * time.Minute)
		plan(t, tx, later)

		before, _ := plan(t, tx, newTask(acme, customer(1)))
		lose(t, tx, "before", -time.Minute, before)
		lose(t, tx, "again", 20*time.Minute, before) // its time began with the first
		other, _ := plan(t, tx, newTask(globex, alice))
		lose(t, tx, "globex's", 5*time.Minute, other)
		lose(t, tx, "refused", 5*time.Minute, callback.Task{Account: acme})
	})
	read := func(account string, in callback.Span) (all []callback.Owed) {
		view(t, s, func(tx callback.ReadTx) {
			var err error
			all, err = tx.Owed(account, in)
			require.NoError(t, err)
			slices.SortFunc(all, func(a, b callback.Owed) int { return a.Began.Compare(b.Began) })
		})
		return all
	}
	hour := callback.Span{From: morning, To: morning.Add(time.Hour)}
	assert.Equal(t, []callback.Owed{
		{Began: morning.Add(time.Minute), State: callback.TaskCompleted, CalledBack: morning.Add(2 * time.Hour), Ended: over.Updated},
		{Began: morning.Add(30 * time.Minute), State: callback.TaskScheduled},
	}, read(acme, hour))
	assert.Len(t, read("", hour), 3)
	assert.Len(t, read(acme, callback.Span{From: morning.Add(-time.Hour), To: morning}), 1)
	assert.Empty(t, read(acme, callback.Span{From: morning.Add(2 * time.Minute), To: morning.Add(11 * time.Minute)}), "a later call begins nothing")
}

func testWaitingTasks(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, account := range []string{acme, acme, acme, globex} {
			task := newTask(account, customer(i))
			task.Due = morning.Add(time.Duration(i) * time.Minute)
			task, a := plan(t, tx, task)
			require.NoError(t, tx.SetWaiting(task.ID, "the schedule is closed", time.Time{}))
			if i == 2 {
				claim(t, tx, &task, &a)
			}
		}
		held, _ := plan(t, tx, newTask(acme, customer(5)))
		held.WaitingFor = "held by bob"
		require.NoError(t, moveTask(tx, &held, callback.TaskHeld))
		later := newTask(acme, customer(6))
		later.Due = morning.Add(time.Hour)
		plan(t, tx, later)
		over, a := plan(t, tx, newTask(acme, customer(7)))
		finish(t, tx, &over, &a)
	})
	now := morning.Add(30 * time.Minute)
	view(t, s, func(tx callback.ReadTx) {
		waiting, err := tx.Waiting(acme, now)
		require.NoError(t, err)
		require.Len(t, waiting, 4)
		assert.Equal(t, callback.Waiting{State: callback.TaskScheduled, Due: true, Reason: "the schedule is closed", Tasks: 2, Oldest: morning}, waiting[0], "the commonest first")
		assert.Contains(t, waiting, callback.Waiting{State: callback.TaskScheduled, Tasks: 1, Oldest: morning.Add(time.Hour)})
		held := slices.IndexFunc(waiting, func(w callback.Waiting) bool { return w.State == callback.TaskHeld })
		assert.Equal(t, "held by bob", waiting[held].Reason)
		all, err := tx.Waiting("", now)
		require.NoError(t, err)
		assert.Equal(t, 3, all[0].Tasks)
		none, err := tx.Waiting("initech", now)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}
