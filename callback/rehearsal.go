package callback

import (
	"time"

	"callbackd/callback/hours"
)

// rehearsal plays the attempts of a task if nobody ever answered, each at the earliest
// moment at which it may be made.
type rehearsal struct {
	tx      ReadTx
	book    *Rulebook
	account *Account
	task    Task
	newest  *MissedCall // nil: somebody asked for the task
	plan    plan        // of the first attempt
	zones   hours.Zones
	sent    []time.Time // when the customer's phone would have rung
}

// maxWaits bounds how often one attempt is put off.
const maxWaits = 100

func (r *rehearsal) attempts() (list []ExplainedAttempt, err error) {
	next := &r.plan
	for next != nil && len(list) < maxExplained {
		planned := Attempt{Account: r.task.Account, Number: r.task.Number}
		next.fill(&planned)
		earliest, waiting, err := r.earliest(planned)
		if err != nil {
			return nil, err
		}
		r.handOver(&planned, earliest)
		x := r.explained(planned)
		x.Waiting = waiting
		if !earliest.IsZero() {
			x.Earliest = r.account.moment(earliest, r.zones)
		}
		list = append(list, x)
		if earliest.IsZero() {
			return list, nil
		}
		r.sent = append(r.sent, earliest)
		planned.State, planned.Result, planned.Counted = AttemptEnded, ResultCustomerNoAnswer, true
		planned.Ended = earliest.Add(planned.Settings.WaitForCustomer)
		next = follow(r.book, r.task, planned, r.newest, len(r.sent), Pace{}).plan
	}
	return list, nil
}

// earliest is when an attempt may be made, and what keeps it from being made
// when it is due. The zero time is never, or nobody knows when.
func (r *rehearsal) earliest(planned Attempt) (at time.Time, waiting string, err error) {
	at = planned.Due
	for range maxWaits {
		if giveUp := r.task.GiveUp; !giveUp.IsZero() && !at.Before(giveUp) {
			return time.Time{}, then(waiting, "the task has expired by then"), nil
		}
		g, err := survey(r.tx, r.account, planned.Number, planned.Settings.Region, at)
		if err != nil {
			return time.Time{}, "", err
		}
		g.switches.Stopped, g.calls = nil, 0 // that may be over by then; a stop is noted
		r.addTo(&g)
		o := r.account.forbids(g, r.task, planned)
		if !o.stands() {
			return at, waiting, nil
		}
		waiting = then(waiting, o.reason)
		if !o.until.After(at) {
			return time.Time{}, waiting, nil
		}
		at = o.until
	}
	return time.Time{}, waiting, nil
}

// handOver gives the task to who comes after its owner, if it is theirs when the attempt
// is made.
func (r *rehearsal) handOver(planned *Attempt, at time.Time) {
	if at.IsZero() || !r.task.handsOver(at) {
		return
	}
	r.task.Target = r.task.Owner.Then
	r.task.disown()
	planned.Settings.Target = r.task.Target
}

// then joins what an attempt waits for, one thing after the other.
func then(waiting, why string) string {
	if waiting == "" {
		return why
	}
	return waiting + "; then " + why
}

// addTo counts the calls that were rehearsed as if they had been made.
func (r *rehearsal) addTo(g *ground) {
	for _, window := range []struct {
		legs   *Legs
		length time.Duration
	}{{&g.day, capDay}, {&g.month, capMonth}, {&g.account, capDay}} {
		for _, sent := range r.sent {
			if !sent.After(g.now.Add(-window.length)) {
				continue
			}
			window.legs.Count++
			window.legs.Sent++
			if window.legs.Oldest.IsZero() || sent.Before(window.legs.Oldest) {
				window.legs.Oldest = sent
			}
		}
	}
}

func (r *rehearsal) explained(planned Attempt) ExplainedAttempt {
	s := planned.Settings
	dial, err := r.account.Regions[s.Region].DialString(planned.Number, r.account.Country)
	if err != nil {
		dial = "" // forbids says why
	}
	return ExplainedAttempt{
		Ordinal: planned.Ordinal, Due: *r.account.moment(planned.Due, r.zones),
		Settings: s, Rings: r.account.phones(s.Target), DialString: dial,
	}
}
