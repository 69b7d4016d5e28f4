package callback

import (
	"fmt"
	"time"

	"callbackd/callback/hours"
)

// breatherLeast is how long a customer is left in peace where no interval says.
const breatherLeast = 5 * time.Minute

// breather says until when an attempt waits because another callback of the customer has
// just been tried in vain: whoever didn't answer that one isn't rung again at once by the
// next. It lasts as long as the intervals of the attempt's own task put apart; one that
// may be immediate, as long as the next one.
//
// Only what is to be kept as soon as possible waits so: what was asked for a time keeps
// it. And whoever has called or asked after that attempt wants to be called. Pure.
func (t Task) breather(g ground, attempt Attempt, zones hours.Zones) obstacle {
	wanted := t.Asked
	if t.Kind == KindMissed {
		wanted = g.lost
	}
	if !t.atOnce() || !g.rung.After(wanted) {
		return obstacle{}
	}
	until := g.rung.Add(attempt.apart())
	if !until.After(g.now) {
		return obstacle{}
	}
	reason := fmt.Sprintf("another callback of the customer was tried in vain until %s: this one waits until %s",
		g.rung.In(zones[0]).Format("15:04"), spoken(until, g.now, zones[0]))
	return obstacle{reason: reason, until: until}
}

// apart is how far an attempt is to be from the one before it.
func (a Attempt) apart() time.Duration {
	intervals := a.Settings.DialingIntervals
	for i := a.Ordinal - 1; i < len(intervals); i++ {
		if intervals[i] > 0 {
			return intervals[i]
		}
	}
	return breatherLeast
}
