package pbx_test

import (
	"slices"
	"time"

	"callbackd/callback"
)

// trunks: when two customers' legs in a row have ended as they do where the trunk is
// broken, nobody is called over it for a minute.
func (r *crashRun) trunks(db contents) {
	var legs []callback.Attempt
	for _, list := range db.attempts {
		for _, a := range list {
			if !a.CustomerSent.IsZero() {
				legs = append(legs, a)
			}
		}
	}
	slices.SortFunc(legs, func(a, b callback.Attempt) int { return a.Ended.Compare(b.Ended) })
	faults := map[string]bool{} // the numbers of those in a row
	for _, a := range legs {
		if !a.TrunkFault {
			clear(faults)
			continue
		}
		faults[a.Number] = true
		if len(faults) < 2 {
			continue
		}
		if a.Result != trunkFailed {
			r.violated("miscounted", "attempt %d is %s, though the trunk had failed for others right before", a.ID, a.Result)
		}
		for _, b := range legs {
			if b.CustomerSent.After(a.Ended) && b.CustomerSent.Before(a.Ended.Add(time.Minute)) {
				r.violated("called over a broken trunk", "attempt %d, %v after attempt %d had failed", b.ID, b.CustomerSent.Sub(a.Ended), a.ID)
			}
		}
	}
}
