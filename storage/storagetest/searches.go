package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// searched are the tasks among which testTaskSearch looks, by name.
func searched(t *testing.T, s callback.Store) map[string]callback.Task {
	t.Helper()
	sales := callback.Target{Kind: callback.TargetGroup, Name: "sales"}
	tasks := map[string]callback.Task{}
	update(t, s, func(tx callback.Tx) {
		for i, kind := range []struct {
			name string
			edit func(*callback.Task)
		}{
			{"missed", func(*callback.Task) {}},
			{"asked", func(task *callback.Task) {
				*task = request(*task)
				task.Note, task.Target = `wants 100% of the_Offer of C:\x`, sales
			}},
			{"globex's", func(task *callback.Task) { task.Account, task.Note = globex, "about the offer" }},
			{"of a menu", func(task *callback.Task) { task.Rule = "menu" }},
			{"over", func(task *callback.Task) { task.Note = "offer" }},
		} {
			task := newTask(acme, customer(i))
			task.Due, task.Arrived = morning.Add(time.Duration(10-i)*time.Minute), morning.Add(time.Duration(i*7%5)*time.Minute)
			kind.edit(&task)
			task, a := plan(t, tx, task)
			if kind.name == "over" {
				finish(t, tx, &task, &a)
			}
			tasks[kind.name] = task
		}
	})
	return tasks
}

func testTaskSearch(t *testing.T, s callback.Store) {
	tasks := searched(t, s)
	now := tasks["over"].Created
	for name, c := range map[string]struct {
		filter callback.TaskFilter
		want   []string
	}{
		"a kind":                  {callback.TaskFilter{Kind: callback.KindRequest}, []string{"asked"}},
		"a kind of an account":    {callback.TaskFilter{Kind: callback.KindMissed, Account: acme}, []string{"over", "of a menu", "missed"}},
		"a rule":                  {callback.TaskFilter{Rule: "menu", Account: acme}, []string{"of a menu"}},
		"a target":                {callback.TaskFilter{Target: tasks["asked"].Target}, []string{"asked"}},
		"a kind and a state":      {callback.TaskFilter{Kind: callback.KindMissed, Account: acme, States: []callback.TaskState{callback.TaskCancelled}}, []string{"over"}},
		"open ones of an account": {callback.TaskFilter{Account: acme, States: []callback.TaskState{callback.TaskScheduled, callback.TaskHeld}}, []string{"of a menu", "asked", "missed"}},
		"made since":              {callback.TaskFilter{Account: acme, Kind: callback.KindRequest, Created: callback.Span{From: now}}, []string{"asked"}},
		"made after that":         {callback.TaskFilter{Created: callback.Span{From: now.Add(time.Second)}}, nil},
		"made before":             {callback.TaskFilter{Created: callback.Span{To: now}}, nil},
		"made just before":        {callback.TaskFilter{Kind: callback.KindRequest, Created: callback.Span{To: now.Add(time.Nanosecond)}}, []string{"asked"}},
		"due then":                {callback.TaskFilter{Due: callback.Span{From: morning.Add(7 * time.Minute), To: morning.Add(9 * time.Minute)}}, []string{"of a menu", "globex's"}},
		"a page":                  {callback.TaskFilter{Account: acme, Kind: callback.KindMissed, Limit: 2}, []string{"over", "of a menu"}},
		"the next page":           {callback.TaskFilter{Account: acme, Kind: callback.KindMissed, Limit: 2, Before: tasks["of a menu"].ID}, []string{"missed"}},
		"a part of a number":      {callback.TaskFilter{Search: callback.ParseSearch("1200001")}, []string{"asked"}},
		"a whole number":          {callback.TaskFilter{Search: callback.ParseSearch(customer(3))}, []string{"of a menu"}},
		"a national number":       {callback.TaskFilter{Account: acme, Search: callback.ParseSearch("070-120 00 03")}, []string{"of a menu"}},
		"the beginning":           {callback.TaskFilter{Search: callback.ParseSearch("+1200003")}, nil},
		"an id":                   {callback.TaskFilter{Search: callback.Search{ID: tasks["of a menu"].ID}}, []string{"of a menu"}},
		"a word":                  {callback.TaskFilter{Search: callback.ParseSearch("OFFER")}, []string{"over", "globex's", "asked"}},
		"a word in an account":    {callback.TaskFilter{Account: globex, Search: callback.ParseSearch("offer")}, []string{"globex's"}},
		"a word of open ones":     {callback.TaskFilter{Search: callback.ParseSearch("offer"), Sort: callback.SortDue}, []string{"globex's", "asked"}},
		"signs as they are":       {callback.TaskFilter{Search: callback.ParseSearch(`0% of the_`)}, []string{"asked"}},
		"no sign for any text":    {callback.TaskFilter{Search: callback.ParseSearch("w%offer")}, nil},
		"a backslash":             {callback.TaskFilter{Search: callback.ParseSearch(`c:\X`)}, []string{"asked"}},
		"the next due first":      {callback.TaskFilter{Sort: callback.SortDue}, []string{"of a menu", "globex's", "asked", "missed"}},
		"the longest wait first":  {callback.TaskFilter{Sort: callback.SortWaiting}, []string{"missed", "of a menu", "asked", "globex's"}},
		"of an account":           {callback.TaskFilter{Sort: callback.SortWaiting, Account: acme}, []string{"missed", "of a menu", "asked"}},
	} {
		view(t, s, func(tx callback.ReadTx) {
			found, err := tx.Tasks(c.filter)
			require.NoError(t, err)
			var want []callback.Task
			for _, name := range c.want {
				want = append(want, tasks[name])
			}
			assert.Equal(t, want, found, name)
		})
	}
}

// Pages behind one another have each task once, also where places are shared.
func testTaskPlaces(t *testing.T, s callback.Store) {
	const tasks = 25
	update(t, s, func(tx callback.Tx) {
		for i := range tasks {
			task := newTask(acme, customer(i))
			task.Due, task.Arrived = morning.Add(time.Duration(i%3)*time.Minute), morning.Add(-time.Duration(i%4)*time.Minute)
			plan(t, tx, task)
		}
	})
	for _, sort := range []callback.TaskSort{callback.SortDue, callback.SortWaiting} {
		var all []callback.Task
		filter := callback.TaskFilter{Account: acme, Sort: sort, Limit: 4}
		for {
			var page []callback.Task
			view(t, s, func(tx callback.ReadTx) {
				var err error
				page, err = tx.Tasks(filter)
				require.NoError(t, err)
			})
			if len(page) == 0 {
				break
			}
			all = append(all, page...)
			require.LessOrEqual(t, len(all), tasks)
			filter.After = page[len(page)-1].Place(sort)
		}
		assert.Len(t, all, tasks, sort)
		for i, task := range all[1:] {
			before, place := all[i].Place(sort), task.Place(sort)
			assert.True(t, before.Time.Before(place.Time) || before.Time.Equal(place.Time) && before.ID < place.ID, "%s: %d, %d", sort, before.ID, place.ID)
		}
	}
}

func testMissedCallSearch(t *testing.T, s callback.Store) {
	sales := callback.Target{Kind: callback.TargetGroup, Name: "sales"}
	var ids []int64
	update(t, s, func(tx callback.Tx) {
		task, _ := plan(t, tx, newTask(acme, alice))
		for i := range 6 {
			m := newMissedCall(customer(i), task)
			m.Lost = morning.Add(time.Duration(i) * time.Hour)
			switch i {
			case 1, 2:
				m.TaskID, m.Decision, m.Reason = 0, callback.DecisionRefused, callback.ReasonNoRule
			case 3:
				m.Decision, m.LostBy = callback.DecisionMerged, sales
			case 4:
				m.Account, m.TaskID, m.Decision, m.Reason = globex, 0, callback.DecisionRefused, callback.ReasonAnonymous
			}
			require.NoError(t, tx.InsertMissedCall(&m))
			ids = append(ids, m.ID)
		}
	})
	for name, c := range map[string]struct {
		filter callback.MissedCallFilter
		want   []int
	}{
		"a decision":              {callback.MissedCallFilter{Decision: callback.DecisionRefused}, []int{4, 2, 1}},
		"a decision, by account":  {callback.MissedCallFilter{Account: acme, Decision: callback.DecisionRefused}, []int{2, 1}},
		"a reason":                {callback.MissedCallFilter{Reason: callback.ReasonAnonymous}, []int{4}},
		"who lost it":             {callback.MissedCallFilter{Account: acme, LostBy: sales}, []int{3}},
		"a span":                  {callback.MissedCallFilter{Since: morning.Add(time.Hour), Until: morning.Add(3 * time.Hour)}, []int{2, 1}},
		"a span of an account":    {callback.MissedCallFilter{Account: acme, Since: morning.Add(3 * time.Hour), Until: morning.Add(6 * time.Hour)}, []int{5, 3}},
		"a page":                  {callback.MissedCallFilter{Decision: callback.DecisionRefused, Limit: 2, Before: ids[4]}, []int{2, 1}},
		"of a task, for a reason": {callback.MissedCallFilter{TaskID: 1, Decision: callback.DecisionMerged}, []int{3}},
	} {
		view(t, s, func(tx callback.ReadTx) {
			calls, err := tx.MissedCalls(c.filter)
			require.NoError(t, err)
			var got, want []int64
			for _, m := range calls {
				got = append(got, m.ID)
			}
			for _, i := range c.want {
				want = append(want, ids[i])
			}
			assert.Equal(t, want, got, name)
		})
	}
}
