package callback

import "time"

// evidence is what an account's file makes of how a call went. None of it is stored
// with the missed call: the decision is. The zero evidence, that of a call which
// somebody only imagines, speaks against nothing.
type evidence struct {
	unconfirmed bool // nobody could ask whether the number is withheld, and the account wants to know
	ignored     bool // the dialplan said so
	message     bool // the customer left a message, which is enough
	tooShort    bool
	passedOn    bool // a person had answered
}

// evidence reads a verdict by the account's file.
func (a *Account) evidence(v Verdict) evidence {
	return evidence{
		unconfirmed: v.Presentation == PresentationUnknown && a.LogOnlyNumbers == LogOnlySkip,
		ignored:     v.Loss.Said == SaidIgnore,
		message:     v.MessageLeft && a.MessageLeft == MessageHandled,
		tooShort:    a.Callable.tooShort(v.Ended.Sub(v.Arrived)),
		passedOn:    v.Answered(a),
	}
}

// replayedEvidence is the evidence of a call that was missed before, as far as what
// is stored of it tells.
func (a *Account) replayedEvidence(was MissedCall) evidence {
	return evidence{
		unconfirmed: (was.Source == SourceLogs || was.Reason == ReasonNumberLogOnly) && a.LogOnlyNumbers == LogOnlySkip,
		ignored:     was.Reason == ReasonIgnored,
		message:     was.Reason == ReasonMessageLeft && a.MessageLeft == MessageHandled,
		tooShort:    a.Callable.tooShort(was.Lost.Sub(was.Arrived)),
		passedOn:    was.Reason == ReasonAnsweredFirst,
	}
}

// tooShort reports whether a call that took so long is one that isn't called back.
func (c Callable) tooShort(took time.Duration) bool { return c.MinWait > 0 && took < c.MinWait }

// against says what in the evidence keeps a call from being called back, "" if
// nothing does.
func (e evidence) against() Reason {
	switch {
	case e.unconfirmed:
		return ReasonNumberLogOnly
	case e.ignored:
		return ReasonIgnored
	case e.message:
		return ReasonMessageLeft
	case e.tooShort:
		return ReasonTooShort
	}
	return ""
}
