package callback

import "time"

// An attempt that didn't count comes back as the same attempt: after a minute,
// then after twice as long each time. One that gave way comes back at once, and
// makes nothing longer.
const (
	comeBackFirst = time.Minute
	comeBackMost  = 15 * time.Minute
)

// followUp is what becomes of a task after an attempt: the input it takes, why,
// and the next attempt if one is left.
type followUp struct {
	input  TaskInput
	reason string
	plan   *plan
}

// follow decides what an ended attempt leads to. newest is the task's newest
// missed call, nil if it has none. alike is how often it has ended so, this time
// among them: see endedAlike. Where the file of the account or the rule is gone,
// what was copied into the attempt holds. Pure.
func follow(book *Rulebook, task Task, ended Attempt, newest *MissedCall, alike int, pace Pace) followUp {
	if ended.Result == ResultConnected {
		return followUp{input: TaskConnected}
	}
	if task.CancelReason != "" {
		return followUp{input: TaskWithdraw, reason: task.CancelReason}
	}
	next := nextAttempt(book, task, ended, newest, alike, pace)
	if newest == nil || newest.ID == ended.MissedCallID {
		return next
	}
	// The customer called again meanwhile and this attempt didn't help: the
	// intervals start anew from that loss, though never later than before.
	account, ok := book.Account(task.Account)
	if !ok {
		return next
	}
	rule, ok := account.Rule(newest.Rule)
	if !ok {
		return next
	}
	anew := firstAttempt(account, rule, *newest)
	if next.plan == nil {
		return followUp{input: TaskRetry, reason: string(ended.Result), plan: &anew}
	}
	if next.plan.due.Before(anew.due) {
		anew.due = next.plan.due
	}
	next.plan = &anew
	return next
}

func nextAttempt(book *Rulebook, task Task, ended Attempt, newest *MissedCall, alike int, pace Pace) followUp {
	p := plan{ordinal: ended.Ordinal, try: ended.Try + 1, settings: ended.Settings, missedID: ended.MissedCallID}
	if !ended.Counted {
		p.due = ended.Ended
		if ended.Result != ResultSuperseded {
			p.due = p.due.Add(pace.comeBack(alike))
		}
		return followUp{input: TaskComeBack, reason: string(ended.Result), plan: &p}
	}
	// The next attempt has the rule as it is now, and anybody may take it.
	p.settings.PassedBy = nil
	if s, ok := book.nextSettings(task, ended, newest); ok {
		p.settings = s
	}
	p.try = 1
	switch t := treatment(book, ended); {
	case !t.Close && task.Kind == KindAppointment && ended.Ended.Before(task.At):
		p.ordinal, p.due = 1, task.At // somebody called earlier: the booked time is still to come
	case t.Close, t.AtMost > 0 && alike >= t.AtMost:
		return followUp{input: TaskExhaust, reason: string(ended.Result)}
	case t.In > 0: // no interval is used up
		p.due = ended.Ended.Add(t.In)
	case ended.Ordinal >= len(p.settings.DialingIntervals):
		return followUp{input: TaskExhaust, reason: string(ended.Result)}
	default:
		p.ordinal = ended.Ordinal + 1
		p.due = ended.Ended.Add(p.settings.DialingIntervals[ended.Ordinal])
	}
	return followUp{input: TaskRetry, reason: string(ended.Result), plan: &p}
}

// nextSettings are those of the rule as it is now, for the attempt after ended; ok is
// false where the file of the account or the rule is gone.
func (b *Rulebook) nextSettings(task Task, ended Attempt, newest *MissedCall) (s Settings, ok bool) {
	account, ok := b.Account(task.Account)
	if !ok {
		return s, false
	}
	rule, ok := account.ruleBy(ended.Settings.Rule)
	if !ok {
		return s, false
	}
	s, ok = account.nextSettings(rule, task, newest)
	if s.Region == "" { // its trunk isn't in the file any more
		s.Region, s.PBX = ended.Settings.Region, ended.Settings.PBX
	}
	return s, ok
}

// treatment is what the rule as it is now says of the result of an attempt that
// counted; what was copied into the attempt, if the rule is gone.
func treatment(book *Rulebook, ended Attempt) Treatment {
	if account, ok := book.Account(ended.Account); ok {
		if rule, ok := account.ruleBy(ended.Settings.Rule); ok {
			return rule.Treatments.of(ended.Result)
		}
	}
	return ended.Settings.Treatments.of(ended.Result)
}

// Pace bounds how fast things come again. The zero Pace is the one that
// production uses; tests of the whole program hurry.
type Pace struct {
	// ComeBack is the first delay of an attempt that didn't count; 0 is a minute.
	ComeBack time.Duration
	// AgentWait is how long an agent leg may look for an agent; 0 is a minute.
	AgentWait time.Duration
}

// comeBack is the delay after so many uncounted ends of one attempt in a row, from 1.
func (p Pace) comeBack(failing int) time.Duration {
	delay := p.ComeBack
	if delay == 0 {
		delay = comeBackFirst
	}
	for ; failing > 1 && delay < comeBackMost; failing-- {
		delay *= 2
	}
	return min(delay, comeBackMost)
}

func (p Pace) agentWait() time.Duration {
	if p.AgentWait == 0 {
		return time.Minute
	}
	return p.AgentWait
}
