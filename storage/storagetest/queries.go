package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func numbers(tasks []callback.Task) []string {
	var all []string
	for _, task := range tasks {
		all = append(all, task.Number)
	}
	return all
}

func testDueTasks(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, c := range []struct{ arrived, due time.Duration }{
			{3 * time.Minute, 4 * time.Minute},
			{1 * time.Minute, 9 * time.Minute},
			{2 * time.Minute, 10 * time.Minute}, // due exactly then
			{0, 10*time.Minute + time.Millisecond},
			{1 * time.Minute, 5 * time.Minute}, // arrived with the second
			{0, 0},                             // held below
			{0, 0},                             // being dialled
			{0, 0},                             // cancelled
		} {
			task := newTask(acme, customer(i))
			task.Arrived, task.Due = morning.Add(c.arrived), morning.Add(c.due)
			task, a := plan(t, tx, task)
			switch i {
			case 5:
				require.NoError(t, moveTask(tx, &task, callback.TaskHeld))
			case 6:
				claim(t, tx, &task, &a)
			case 7:
				finish(t, tx, &task, &a)
			}
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		due, err := tx.DueTasks(morning.Add(10*time.Minute), 100)
		require.NoError(t, err)
		assert.Equal(t, []string{customer(1), customer(4), customer(2), customer(0)}, numbers(due))
		due, err = tx.DueTasks(morning.Add(10*time.Minute), 2)
		require.NoError(t, err)
		assert.Equal(t, []string{customer(1), customer(4)}, numbers(due))
		due, err = tx.DueTasks(morning, 100)
		require.NoError(t, err)
		assert.Empty(t, due)
	})
}

// A thousand tasks that wait for one queue, or in one region, leave room for
// another's.
func testDueTasksOfEach(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, c := range []struct{ account, queue, region string }{
			{acme, "support", "sweden"}, {acme, "support", "sweden"}, {acme, "support", "sweden"},
			{acme, "sales", "sweden"}, {globex, "support", "sweden"}, {acme, "support", "norway"},
		} {
			task := newTask(c.account, customer(i))
			task.Arrived, task.Due = morning.Add(time.Duration(i)*time.Minute), morning
			task.Target, task.Region = callback.Target{Kind: callback.TargetQueue, Name: c.queue}, c.region
			plan(t, tx, task)
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		due, err := tx.DueTasks(morning, 2)
		require.NoError(t, err)
		assert.Equal(t, []string{customer(0), customer(1), customer(3), customer(4), customer(5)}, numbers(due))
	})
}

func testNextDue(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		for i, due := range []time.Duration{time.Minute, 5 * time.Minute, 3 * time.Minute} {
			task := newTask(acme, customer(i))
			task.Due = morning.Add(due)
			task, a := plan(t, tx, task)
			if due == 3*time.Minute {
				finish(t, tx, &task, &a)
			}
		}
	})
	view(t, s, func(tx callback.ReadTx) {
		for now, want := range map[time.Duration]time.Duration{0: time.Minute, time.Minute: 5 * time.Minute} {
			due, ok, err := tx.NextDue(morning.Add(now))
			require.NoError(t, err)
			assert.True(t, ok)
			assert.Equal(t, morning.Add(want), due)
		}
		_, ok, err := tx.NextDue(morning.Add(5 * time.Minute))
		require.NoError(t, err)
		assert.False(t, ok)
	})
}

func testLines(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		var live []int64
		for i, state := range callback.AttemptStates {
			task := newTask(acme, customer(i))
			if i == 2 {
				task.PBX = "pbx2"
			}
			task, a := plan(t, tx, task)
			advance(t, tx, &a, state)
			switch {
			case state.Live():
				require.NoError(t, moveTask(tx, &task, callback.TaskDialing))
				live = append(live, a.ID)
			case state == callback.AttemptEnded:
				require.NoError(t, moveTask(tx, &task, callback.TaskCancelled))
			}
			onLine, err := tx.NumberOnLine(task.Number)
			require.NoError(t, err)
			assert.Equal(t, state.Live(), onLine, "%s is on the line", state)
			current, err := tx.CurrentAttempt(task.ID)
			if state == callback.AttemptEnded {
				assert.ErrorIs(t, err, callback.ErrNotFound)
			} else {
				assert.Equal(t, a, current)
			}
		}
		for account, want := range map[string]int{acme: len(live), globex: 0} {
			lines, err := tx.Lines(account)
			require.NoError(t, err)
			assert.Equal(t, want, lines, account)
		}
		for pbx, want := range map[string][]int64{"": live, "pbx1": {live[0], live[2], live[3]}, "pbx2": {live[1]}, "pbx3": nil} {
			attempts, err := tx.LiveAttempts(pbx)
			require.NoError(t, err)
			var ids []int64
			for _, a := range attempts {
				ids = append(ids, a.ID)
			}
			assert.Equal(t, want, ids, "pbx %q", pbx)
		}
	})
}

func testCustomerTasks(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		var last callback.Task
		for range 2 {
			task, a := plan(t, tx, newTask(acme, alice))
			finish(t, tx, &task, &a)
			last = task
		}
		request := newTask(acme, alice)
		request.Kind = callback.KindRequest
		plan(t, tx, request)
		elsewhere, _ := plan(t, tx, newTask(globex, alice))
		_, err := tx.OpenMissedTask(acme, alice)
		assert.ErrorIs(t, err, callback.ErrNotFound)
		open, a := plan(t, tx, newTask(acme, alice))

		for _, state := range []callback.TaskState{callback.TaskScheduled, callback.TaskHeld, callback.TaskScheduled, callback.TaskDialing} {
			if state == callback.TaskDialing {
				claim(t, tx, &open, &a)
			} else {
				require.NoError(t, moveTask(tx, &open, state))
			}
			found, err := tx.OpenMissedTask(acme, alice)
			require.NoError(t, err)
			assert.Equal(t, open, found)
		}
		found, err := tx.OpenMissedTask(globex, alice)
		require.NoError(t, err)
		assert.Equal(t, elsewhere.ID, found.ID)
		found, err = tx.LastTask(acme, alice)
		require.NoError(t, err)
		assert.Equal(t, last, found)
		_, err = tx.LastTask(globex, alice)
		assert.ErrorIs(t, err, callback.ErrNotFound)
	})
}

func testNewestMissedCall(t *testing.T, s callback.Store) {
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		var want callback.MissedCall
		for id, lost := range map[string]time.Duration{"a": time.Minute, "b": time.Hour, "c": 2 * time.Minute} {
			m := newMissedCall(id, task)
			m.Lost = morning.Add(lost)
			require.NoError(t, tx.InsertMissedCall(&m))
			if id == "b" {
				want = m
			}
		}
		newest, err := tx.NewestMissedCall(task.ID)
		require.NoError(t, err)
		assert.Equal(t, want, newest)
	})
}

func testTaskList(t *testing.T, s callback.Store) {
	var ids []int64
	update(t, s, func(tx callback.Tx) {
		for i := range 120 {
			task, a := plan(t, tx, newTask([]string{acme, globex}[i%2], customer(i/2)))
			if i < 10 {
				finish(t, tx, &task, &a)
			}
			ids = append([]int64{task.ID}, ids...)
		}
	})
	every := func(n, offset int, from []int64) []int64 {
		var some []int64
		for i := offset; i < len(from); i += n {
			some = append(some, from[i])
		}
		return some
	}
	for name, c := range map[string]struct {
		filter callback.TaskFilter
		want   []int64
	}{
		"all":              {callback.TaskFilter{}, ids[:100]},
		"the second page":  {callback.TaskFilter{Before: ids[99]}, ids[100:]},
		"a short page":     {callback.TaskFilter{Before: ids[9], Limit: 3}, ids[10:13]},
		"an account":       {callback.TaskFilter{Account: globex, Limit: 1000}, every(2, 0, ids)},
		"a number":         {callback.TaskFilter{Number: customer(59)}, ids[:2]},
		"a customer":       {callback.TaskFilter{Account: acme, Number: customer(59)}, ids[1:2]},
		"a state":          {callback.TaskFilter{States: []callback.TaskState{callback.TaskCancelled}}, ids[110:]},
		"states":           {callback.TaskFilter{States: []callback.TaskState{callback.TaskCancelled, callback.TaskScheduled}}, ids[:100]},
		"account and page": {callback.TaskFilter{Account: acme, Before: ids[0], Limit: 2}, []int64{ids[1], ids[3]}},
		"nothing":          {callback.TaskFilter{Account: "initech"}, nil},
	} {
		view(t, s, func(tx callback.ReadTx) {
			tasks, err := tx.Tasks(c.filter)
			require.NoError(t, err)
			var got []int64
			for _, task := range tasks {
				got = append(got, task.ID)
			}
			assert.Equal(t, c.want, got, name)
		})
	}
}

func testMissedCallList(t *testing.T, s callback.Store) {
	var ids []int64
	var taskID int64
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		taskID = task.ID
		for i := range 120 {
			m := newMissedCall(customer(i), task)
			if i%2 == 1 {
				m.Account, m.Number, m.TaskID, m.Decision, m.Reason = globex, bob, 0, callback.DecisionRefused, callback.ReasonNoRule
			}
			require.NoError(t, tx.InsertMissedCall(&m))
			ids = append([]int64{m.ID}, ids...)
		}
	})
	for name, c := range map[string]struct {
		filter callback.MissedCallFilter
		want   []int64
	}{
		"all":             {callback.MissedCallFilter{}, ids[:100]},
		"the second page": {callback.MissedCallFilter{Before: ids[99]}, ids[100:]},
		"an account":      {callback.MissedCallFilter{Account: globex, Limit: 2}, []int64{ids[0], ids[2]}},
		"a number":        {callback.MissedCallFilter{Number: alice, Limit: 2}, []int64{ids[1], ids[3]}},
		"a task":          {callback.MissedCallFilter{TaskID: taskID, Before: ids[1], Limit: 2}, []int64{ids[3], ids[5]}},
		"nothing":         {callback.MissedCallFilter{Account: acme, Number: bob}, nil},
	} {
		view(t, s, func(tx callback.ReadTx) {
			calls, err := tx.MissedCalls(c.filter)
			require.NoError(t, err)
			var got []int64
			for _, m := range calls {
				got = append(got, m.ID)
			}
			assert.Equal(t, c.want, got, name)
		})
	}
}

func testMissedCallsSince(t *testing.T, s callback.Store) {
	var ids []int64
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		for i, lost := range []time.Duration{3 * time.Hour, time.Hour, 2 * time.Hour, 4 * time.Hour} {
			m := newMissedCall(customer(i), task)
			m.Lost = morning.Add(lost)
			if i == 3 {
				m.Account, m.Number, m.TaskID, m.Decision, m.Reason = globex, bob, 0, callback.DecisionRefused, callback.ReasonNoRule
			}
			require.NoError(t, tx.InsertMissedCall(&m))
			ids = append(ids, m.ID)
		}
	})
	since := morning.Add(2 * time.Hour)
	for name, c := range map[string]struct {
		filter callback.MissedCallFilter
		want   []int64
	}{
		"all":              {callback.MissedCallFilter{Since: since}, []int64{ids[3], ids[2], ids[0]}},
		"just later":       {callback.MissedCallFilter{Since: since.Add(time.Millisecond)}, []int64{ids[3], ids[0]}},
		"in another zone":  {callback.MissedCallFilter{Since: since.In(time.FixedZone("", -3600))}, []int64{ids[3], ids[2], ids[0]}},
		"an account":       {callback.MissedCallFilter{Since: since, Account: acme}, []int64{ids[2], ids[0]}},
		"the second page":  {callback.MissedCallFilter{Since: since, Account: acme, Before: ids[2], Limit: 1}, []int64{ids[0]}},
		"a number":         {callback.MissedCallFilter{Since: since, Number: bob}, []int64{ids[3]}},
		"a task":           {callback.MissedCallFilter{Since: since, Number: alice, TaskID: 1}, []int64{ids[2], ids[0]}},
		"nothing that new": {callback.MissedCallFilter{Since: morning.Add(5 * time.Hour)}, nil},
	} {
		view(t, s, func(tx callback.ReadTx) {
			calls, err := tx.MissedCalls(c.filter)
			require.NoError(t, err)
			var got []int64
			for _, m := range calls {
				got = append(got, m.ID)
			}
			assert.Equal(t, c.want, got, name)
		})
	}
}
