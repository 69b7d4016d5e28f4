package callback

import (
	"fmt"
	"time"
)

// obstacle is what keeps a due task from being dialled now. The zero obstacle is
// none.
//
// How it ends says when the task is looked at again: at a time that is known; or
// when a person acts; or Asterisk is asked again and again; or, with none of
// these, the end of another attempt or of a live call, of which the scheduler hears.
type obstacle struct {
	reason string
	// until is when it ends, where that is known; the task rests until then. What
	// ends earlier all the same (a file is edited, a person switches something
	// on) rouses it.
	until time.Time
	// person: only a person can remove it, in a file or by a switch.
	person bool
	// ask: only Asterisk can tell when it ends.
	ask bool
	// of is what refuses, where it is in the way of others as well.
	of refusal
}

// refusal is what stands in everybody's way who needs it: an account, a region
// of an account, a PBX, or a target on a PBX. The zero refusal is one task's own
// affair.
type refusal struct {
	account, region string
	pbx             string
	target          Target
	// Of a target, what was asked for, since another rule's attempts may need less of the
	// dialplan, and those that come back fewer phones; or else the reason that was given.
	admission, reason string
}

// refusedBy is the refusal of a target. Queues are the PBX's; agents and groups of one
// name are another's in each account.
func refusedBy(pbx string, account *Account, target Target) refusal {
	of := refusal{pbx: pbx, target: target}
	if target.Kind != TargetQueue {
		of.account = account.Name
	}
	return of
}

func (o obstacle) stands() bool { return o.reason != "" }

// untilRoused is how long a task rests whose obstacle only a person can remove:
// either way of doing so rouses it, so this is for a task that was forgotten.
const untilRoused = 24 * time.Hour

// rests says until when a task rests behind an obstacle; zero: it doesn't.
func (o obstacle) rests(now time.Time) time.Time {
	if o.person {
		return now.Add(untilRoused)
	}
	return o.until
}

// byPerson makes an obstacle that only a person can remove.
func byPerson(format string, args ...any) obstacle {
	return obstacle{reason: fmt.Sprintf(format, args...), person: true}
}

// obstacles reads what is in a task's way, but for what only Asterisk knows. It
// is read when the task is due, and again in the transaction that claims it.
// account is nil where there are no rules.
func (s *Scheduler) obstacles(tx ReadTx, account *Account, task Task, attempt Attempt, now time.Time) (obstacle, error) {
	if account == nil {
		return byPerson("account %s has no rules file", task.Account), nil
	}
	g, err := surveyAttempt(tx, account, attempt, now)
	if err != nil {
		return obstacle{}, err
	}
	if o := account.forbids(g, task, attempt); o.stands() {
		return o, nil
	}
	if o := s.dialer.presence.inTheWay(account, task.Number); o.stands() {
		return o, nil
	}
	lines, err := tx.Lines(account.Name)
	if err != nil {
		return obstacle{}, err
	}
	if lines >= account.Lines {
		reason := fmt.Sprintf("all %d lines of %s are in use", account.Lines, account.Name)
		return obstacle{reason: reason, of: refusal{account: account.Name}}, nil
	}
	busy, err := tx.NumberOnLine(task.Number)
	if err != nil {
		return obstacle{}, err
	}
	if busy {
		return obstacle{reason: "another attempt to this number is under way"}, nil
	}
	pbx := account.Regions[attempt.Settings.Region].PBX
	if _, ok := s.dialer.exchanges[pbx]; !ok {
		return byPerson("PBX %s isn't in the configuration", pbx), nil
	}
	return obstacle{}, nil
}

// refusals is what stands in everybody's way in one round: who waits for just
// that needn't be looked at again.
type refusals map[refusal]obstacle

func (r refusals) note(o obstacle) {
	if o.of == (refusal{}) {
		return
	}
	r[o.of] = o
	if !o.of.target.IsZero() {
		of := o.of
		of.admission, of.reason = "", o.reason
		r[of] = o
	}
}

// again finds the obstacle that a task waits for already, if it stands.
func (r refusals) again(account *Account, task Task) (obstacle, bool) {
	if account == nil {
		return obstacle{}, false
	}
	region, ok := account.Regions[task.Region]
	if !ok { // as reroute does; one that depends on the trunk is looked at
		rule, _ := account.ruleBy(task.Rule)
		region = account.Regions[rule.Region]
	}
	pbx := region.PBX
	ofTarget := refusedBy(pbx, account, task.Target)
	ofTarget.reason = task.WaitingFor
	for _, of := range [...]refusal{
		{account: account.Name},
		{account: account.Name, region: region.Name},
		{pbx: pbx},
		ofTarget,
	} {
		if o := r[of]; o.stands() && o.reason == task.WaitingFor {
			return o, true
		}
	}
	return obstacle{}, false
}
