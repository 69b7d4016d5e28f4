package callback_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
)

func TestJudgePromptness(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	const quarter = 15 * time.Minute
	for name, c := range map[string]struct {
		owed callback.Owed
		want [3]string // for a quarter of an hour, an hour, a day; "" where nobody is judged by it
	}{
		"called back at once":         {callback.Owed{Began: ago(time.Hour), State: callback.TaskCompleted, CalledBack: ago(59 * time.Minute), Ended: ago(50 * time.Minute)}, [3]string{"in", "in", "in"}},
		"just in time":                {callback.Owed{Began: ago(time.Hour), State: callback.TaskCompleted, CalledBack: ago(45 * time.Minute), Ended: ago(0)}, [3]string{"in", "in", "in"}},
		"just too late":               {callback.Owed{Began: ago(time.Hour), State: callback.TaskCompleted, CalledBack: ago(45*time.Minute - time.Millisecond), Ended: ago(0)}, [3]string{"late", "in", "in"}},
		"they talk now":               {callback.Owed{Began: ago(10 * time.Minute), State: callback.TaskDialing, CalledBack: ago(time.Minute)}, [3]string{"in", "in", "in"}},
		"before the booked time":      {callback.Owed{Began: now.Add(time.Hour), State: callback.TaskCompleted, CalledBack: ago(time.Minute), Ended: ago(0)}, [3]string{"in", "in", "in"}},
		"open, all may yet be":        {callback.Owed{Began: ago(quarter - 1), State: callback.TaskScheduled}, [3]string{"open", "open", "open"}},
		"open, the quarter is over":   {callback.Owed{Began: ago(quarter), State: callback.TaskHeld}, [3]string{"late", "open", "open"}},
		"open for two days":           {callback.Owed{Began: ago(48 * time.Hour), State: callback.TaskScheduled}, [3]string{"late", "late", "late"}},
		"given up at once":            {callback.Owed{Began: ago(time.Minute), State: callback.TaskExhausted, Reason: "customer_busy", Ended: ago(0)}, [3]string{"late", "late", "late"}},
		"expired":                     {callback.Owed{Began: ago(72 * time.Hour), State: callback.TaskExpired, Ended: ago(0)}, [3]string{"late", "late", "late"}},
		"the customer called":         {callback.Owed{Began: ago(2 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelCustomerCalled, Ended: ago(90 * time.Minute)}, [3]string{"late", "in", "in"}},
		"an agent called by hand":     {callback.Owed{Began: ago(2 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelAgentCalled, Ended: ago(110 * time.Minute)}, [3]string{"in", "in", "in"}},
		"another callback":            {callback.Owed{Began: ago(2 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelCalledBack, Ended: ago(0)}, [3]string{"late", "late", "in"}},
		"frozen away":                 {callback.Owed{Began: ago(time.Minute), State: callback.TaskCancelled, Reason: callback.CancelAccountFrozen, Ended: ago(0)}, [3]string{"late", "late", "late"}},
		"on the do-not-call list":     {callback.Owed{Began: ago(time.Minute), State: callback.TaskCancelled, Reason: callback.CancelDoNotCall, Ended: ago(0)}, [3]string{"late", "late", "late"}},
		"taken back by a person":      {callback.Owed{Began: ago(48 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelByPerson + ": wrote an e-mail", Ended: ago(0)}, [3]string{}},
		"taken back by the customer":  {callback.Owed{Began: ago(48 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelByCustomer, Ended: ago(0)}, [3]string{}},
		"done in another way":         {callback.Owed{Began: ago(48 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelClosed + ": wrote an e-mail", Ended: ago(0)}, [3]string{}},
		"in shadow":                   {callback.Owed{Began: ago(48 * time.Hour), State: callback.TaskCancelled, Reason: callback.CancelShadow, Ended: ago(0)}, [3]string{}},
		"talked, and then taken back": {callback.Owed{Began: ago(time.Hour), State: callback.TaskCancelled, Reason: callback.CancelByPerson, CalledBack: ago(59 * time.Minute), Ended: ago(0)}, [3]string{"in", "in", "in"}},
	} {
		p := callback.JudgePromptness([]callback.Owed{c.owed}, now)
		for i, share := range p.Within {
			got := map[[3]int]string{{}: "", {1, 0, 0}: "in", {0, 1, 0}: "late", {0, 0, 1}: "open"}[[3]int{share.In, share.Late, share.Open}]
			assert.Equal(t, c.want[i], got, "%s, within %s", name, share.Limit)
		}
		assert.Equal(t, c.want != [3]string{}, p.Tasks == 1, name)
		assert.Equal(t, !c.owed.CalledBack.IsZero(), p.CalledBack == 1, name)
	}
}

func TestTimesToCallBack(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	calledBack := func(minutes ...int) (tasks []callback.Owed) {
		for _, m := range minutes {
			tasks = append(tasks, callback.Owed{Began: now, State: callback.TaskCompleted, CalledBack: now.Add(time.Duration(m) * time.Minute), Ended: now})
		}
		return append(tasks, callback.Owed{Began: now, State: callback.TaskCancelled, Reason: callback.CancelCustomerCalled, Ended: now.Add(1000 * time.Minute)}) // isn't called back
	}
	for _, c := range []struct {
		minutes           []int
		median, ninetieth int
	}{
		{nil, 0, 0},
		{[]int{7}, 7, 7},
		{[]int{9, 1}, 1, 9},
		{[]int{3, 1, 2}, 2, 3},
		{[]int{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 5, 9},
		{[]int{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 6, 10},
		{[]int{-5, -3}, 0, 0}, // before the booked time
	} {
		p := callback.JudgePromptness(calledBack(c.minutes...), now)
		assert.Equal(t, time.Duration(c.median)*time.Minute, p.Median, "%v", c.minutes)
		assert.Equal(t, time.Duration(c.ninetieth)*time.Minute, p.Ninetieth, "%v", c.minutes)
		assert.Equal(t, len(c.minutes), p.CalledBack)
		assert.Equal(t, len(c.minutes)+1, p.Tasks)
	}
}
