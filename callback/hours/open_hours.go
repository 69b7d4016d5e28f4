package hours

import "time"

// OpenFor is the moment at which the schedule has been open in all zones for as long as
// open since from. So four hours that begin an hour before the closing end three hours
// after the next opening. false: it isn't open for so long any more.
func (s *Schedule) OpenFor(from time.Time, open time.Duration, zones Zones) (time.Time, bool) {
	for {
		opens, closes, ok := s.Opening(from, zones)
		switch {
		case !ok:
			return time.Time{}, false
		case closes.IsZero(), closes.Sub(opens) >= open:
			return opens.Add(open), true
		}
		open -= closes.Sub(opens)
		from = closes
	}
}
