package page

import (
	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// standing is where a task stands: its state, since or from when, and why not now, or why
// it ended.
type standing struct {
	State callback.TaskState
	When  moment
	// Before stands before the moment: "due", "since".
	Before, Why string
}

func (v *visit) standing(t httpapi.TaskHead) standing {
	s := standing{State: t.State}
	switch {
	case !t.State.Open():
		s.When, s.Why = v.at(t.Account, t.Updated), wording.Over(t)
	case t.State == callback.TaskDialing && t.CancelReason != "":
		s.When, s.Before, s.Why = v.at(t.Account, t.Updated), "since", "ends with this attempt: cancelled, "+wording.Cancellation(t.CancelReason)
	case t.State == callback.TaskDialing:
		s.When, s.Before, s.Why = v.at(t.Account, t.Updated), "since", "an attempt is under way"
	case t.State == callback.TaskHeld:
		s.When, s.Before, s.Why = v.at(t.Account, t.Updated), "since", v.local(t.Account, t.WaitingFor)
	case t.Due.After(v.now):
		s.When, s.Before, s.Why = v.at(t.Account, t.Due), "due", "its time comes in "+wording.Span(t.Due.Sub(v.now))
	default:
		s.When, s.Before, s.Why = v.at(t.Account, t.Due), "due since", v.local(t.Account, t.WaitingFor)
	}
	return s
}
