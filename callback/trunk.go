package callback

import (
	"fmt"
	"slices"
	"time"
)

// TrunkFault is a customer's leg that ended the way a broken trunk ends every leg.
type TrunkFault struct {
	Number string // whom it was sent to
	Result Result // ResultTrunkFailed; ResultUnreachable where it might have been the number
	Sent   time.Time
	Ended  time.Time
}

// A region's way out is paused when its trunk has failed: for a minute, then for
// twice as long each time.
const (
	trunkPauseFirst = time.Minute
	trunkPauseMost  = 15 * time.Minute
)

// faultsThatTell are as many of the newest faults as tell the pause: after five the
// pauses don't grow any more, and no more than the lines fail at once.
const faultsThatTell = 100

// trunkPause is the newest pause of a region's way out. The zero trunkPause is that
// of one that works. It is made anew from the faults whenever it is asked for, so
// it outlives restarts, and nobody has to end it.
type trunkPause struct {
	times  int // how often the way out has been paused since it worked last
	faults int // how many legs have failed since then
	began  time.Time
	until  time.Time
}

// pauseOf makes the pause of the faults since the trunk worked last, in any order.
// A pause begins when a leg ends with trunk_failed. A leg that was sent until then
// tells nothing new: many that fail at once make one pause. What ended after now was
// stored by a clock that was ahead, and would pause for as long as that was. Pure.
func pauseOf(faults []TrunkFault, now time.Time) (p trunkPause) {
	byEnd := slices.SortedFunc(slices.Values(faults), func(a, b TrunkFault) int { return a.Ended.Compare(b.Ended) })
	length := trunkPauseFirst
	for _, f := range byEnd {
		if f.Ended.After(now) {
			break
		}
		p.faults++
		if f.Result != ResultTrunkFailed || p.times > 0 && !f.Sent.After(p.began) {
			continue
		}
		p.times++
		p.began, p.until = f.Ended, f.Ended.Add(length)
		length = min(2*length, trunkPauseMost)
	}
	return p
}

// othersFailed reports whether legs to other numbers than this are among the
// faults: two numbers in a row that fail so are the trunk's fault, one alone is
// unreachable.
func othersFailed(faults []TrunkFault, number string) bool {
	return slices.ContainsFunc(faults, func(f TrunkFault) bool { return f.Number != number })
}

// paused says what a broken trunk has to do with an attempt that goes out in
// region. After the pause one attempt at a time tries it, until a leg doesn't fail.
func (a *Account) paused(g ground, region Region) obstacle {
	p := g.trunk
	if p.times == 0 {
		return obstacle{}
	}
	failed := "the trunk of region " + region.Name + " failed"
	switch {
	case p.faults >= faultsThatTell:
		failed += fmt.Sprintf(" %d times or more", faultsThatTell)
	case p.faults > 1:
		failed += fmt.Sprintf(" %d times", p.faults)
	}
	switch {
	case p.until.After(g.now):
		return obstacle{reason: failed + ", paused until " + spoken(p.until, g.now, a.zone()), until: p.until}
	case g.trying > 0:
		return obstacle{reason: failed + ", another attempt tries it first", of: refusal{account: a.Name, region: region.Name}}
	}
	return obstacle{}
}

// tryingTrunk counts the attempts of others that try the way out of attempt's
// region, or are about to. Who talks doesn't try it. An attempt that is under way
// already waits only for those whose customer is being called: else two that have
// their agents would wait for each other.
func tryingTrunk(tx ReadTx, attempt Attempt, pbx string) (trying int, err error) {
	live, err := tx.LiveAttempts(pbx)
	for _, other := range live {
		if other.ID == attempt.ID || other.Account != attempt.Account || other.Settings.Region != attempt.Settings.Region {
			continue
		}
		if other.State == AttemptCustomer || !attempt.State.Live() && other.State != AttemptBridged {
			trying++
		}
	}
	return trying, err
}
