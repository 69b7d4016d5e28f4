package pbx_test

import (
	"slices"
	"time"

	"callbackd/callback"
)

// punctual: nobody is called before it is time, and one interval follows the
// other. Where a newer loss has changed the plan, the plan is as it is.
func (r *crashRun) punctual(task callback.Task, attempts []callback.Attempt) {
	for i, a := range attempts {
		if a.Claimed.IsZero() {
			continue // cancelled while it was planned
		}
		due := a.Due
		if i > 0 && attempts[i-1].MissedCallID == a.MissedCallID {
			before := attempts[i-1]
			due = later(due, before.Ended.Add(pause(attempts[:i], a)))
			ordinal := before.Ordinal
			if before.Counted && treatmentOf(before).In == 0 {
				ordinal++
			}
			if a.Ordinal != ordinal {
				r.violated("miscounted", "attempt %d of task %d is made for interval %d, not %d", a.ID, task.ID, a.Ordinal, ordinal)
			}
		}
		if a.Claimed.Before(due) {
			r.violated("called too early", "attempt %d of task %d began %v before its time", a.ID, task.ID, due.Sub(a.Claimed))
		}
		if !task.GiveUp.IsZero() && a.Claimed.After(task.GiveUp) {
			r.violated("called too late", "attempt %d of task %d began %v after the task had to be given up", a.ID, task.ID, a.Claimed.Sub(task.GiveUp))
		}
	}
}

// pause is the least time between an attempt and the next of its kind, which has
// the intervals that were in the file by then. One that doesn't count comes back after
// a minute, then after twice as long each time, up to a quarter of an hour.
func pause(earlier []callback.Attempt, next callback.Attempt) time.Duration {
	before := earlier[len(earlier)-1]
	switch {
	case before.Counted && treatmentOf(before).In > 0:
		return treatmentOf(before).In
	case before.Counted && before.Ordinal < len(next.Settings.DialingIntervals):
		return next.Settings.DialingIntervals[before.Ordinal]
	case before.Result == callback.ResultSuperseded:
		return 0
	}
	wait := time.Minute / 2
	for _, a := range slices.Backward(earlier) {
		if a.Counted || a.Ordinal != before.Ordinal || a.MissedCallID != before.MissedCallID {
			break
		}
		if a.Result != callback.ResultSuperseded {
			wait *= 2
		}
	}
	return min(wait, 15*time.Minute)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
