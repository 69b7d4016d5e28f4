package hours

import "time"

// lookAhead is how far Opening looks for an opening: all seasons of a year,
// since zones may share hours in summer only, and their holidays. Where
// exceptional dates lie farther ahead it looks until the last of them, whatever
// their year, so no date that a file names is missed.
const lookAhead = 400 * wallDay // seconds

// Open reports whether the schedule is open at a time in all zones.
func (s *Schedule) Open(at time.Time, zones Zones) bool {
	if s.always || len(zones) == 0 {
		return len(zones) > 0
	}
	t := at.Unix()
	for _, zone := range zones {
		c := zoneClock{zone: zone}
		if opens, _ := s.openOn(&c, t); opens > t {
			return false
		}
	}
	return true
}

// Opening gives the first opening whose end is after from: opens is from itself
// where it is open then, and a whole minute of the customer's clock otherwise.
// closes is the first moment after opens at which it isn't open any more in one
// of the zones, the zero time where it doesn't close as far as lookAhead reaches
// (always, or around the clock). Both are in from's location. ok is false if
// there is no opening as far as lookAhead reaches.
func (s *Schedule) Opening(from time.Time, zones Zones) (opens, closes time.Time, ok bool) {
	switch {
	case len(zones) == 0:
		return time.Time{}, time.Time{}, false
	case s.always:
		return from, time.Time{}, true
	}
	var few [12]zoneClock
	search := s.search(from.Unix(), zones, few[:0])
	if !search.open() {
		return time.Time{}, time.Time{}, false
	}
	opens = from
	if search.at > from.Unix() {
		opens = time.Unix(search.at, 0).In(from.Location())
	}
	if end, ends := search.end(); ends {
		closes = time.Unix(end, 0).In(from.Location())
	}
	return opens, closes, true
}

// opening is Opening's opens alone, in Unix seconds.
func (s *Schedule) opening(from int64, zones Zones) (int64, bool) {
	var few [12]zoneClock
	search := s.search(from, zones, few[:0])
	ok := search.open()
	return search.at, ok
}

// EverOpens reports whether there is any time at all, in the past or to come, at
// which the schedule is open in all zones. It goes by no clock: it tries the
// weekly hours through a whole year under the latest rules that are known for
// the zones, and every exceptional date.
func (s *Schedule) EverOpens(zones Zones) bool {
	if s.always || len(zones) == 0 {
		return len(zones) > 0
	}
	var few [12]zoneClock
	weekly := Schedule{Weekly: s.Weekly}
	if year := weekly.search(latestRules, zones, few[:0]); year.open() {
		return true
	}
	for date := range s.Except {
		// In the far east the date begins before it does in UTC, in the far west
		// its hours over midnight end two days after it began there.
		begin := int64(midnight(date.day() - 1))
		search := s.search(begin, zones, few[:0])
		search.limit, search.extended = begin+4*wallDay, true
		if search.open() {
			return true
		}
	}
	return false
}

// latestRules begins a year that is far enough ahead for every zone to go by the
// last rule that is known for it: 2100-01-01.
var latestRules = time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()

// openingSearch looks for a time at which it is open on all clocks.
type openingSearch struct {
	schedule *Schedule
	clocks   []zoneClock
	at       int64 // Unix seconds; nothing is open from the start until here
	limit    int64 // gives up after this
	extended bool  // limit takes the exceptional dates into account
	sure     int64 // from here on skip may find something to skip
}

// search begins one at t. Its clocks are in room if there is enough of it, so
// that a search among few zones needs no memory of its own.
func (s *Schedule) search(t int64, zones Zones, room []zoneClock) openingSearch {
	for _, zone := range zones {
		room = append(room, zoneClock{zone: zone})
	}
	return openingSearch{schedule: s, clocks: room, at: t, limit: t + lookAhead, sure: t + settled}
}

// open moves on to the first time at which it is open on all clocks. A clock
// that wants to go on comes to the front, so that two that never agree are asked
// in turn and all others are left alone.
func (s *openingSearch) open() bool {
	asked := 0 // so many clocks have a part in what was found since the last skip
	for agree := 0; agree < len(s.clocks); {
		opens, _ := s.schedule.openOn(&s.clocks[agree], s.at)
		asked = max(asked, agree+1)
		if opens == s.at {
			agree++
			continue
		}
		if s.at = s.skip(opens, s.clocks[:asked]); s.at > opens {
			asked = 0
		} else {
			s.clocks[0], s.clocks[agree] = s.clocks[agree], s.clocks[0]
		}
		if s.beyond(s.at) {
			return false
		}
		agree = 0
	}
	return true
}

// end gives the first time after at, at which it is open, when some clock says
// that it is closed; false if none does as far as lookAhead reaches from there.
func (s *openingSearch) end() (int64, bool) {
	s.sure, s.limit = s.at+settled, max(s.limit, s.at+lookAhead)
	for end := s.at; !s.beyond(end); {
		soonest := int64(farAhead)
		for i := range s.clocks {
			opens, closes := s.schedule.openOn(&s.clocks[i], end)
			if opens > end {
				return end, true
			}
			soonest = min(soonest, closes)
		}
		end = s.skip(soonest, s.clocks)
	}
	return 0, false
}

// settled is a week, and before it the time for which an exceptional date or a
// change of a clock can matter: from a day before the date begins in UTC until
// its hours over midnight have ended in the far west.
const settled = 12 * wallDay // seconds

// skip leaves out what can't be different from what was found. A week in which
// no clock changes and on which no exceptional date bears is like the week
// before; so where it was closed (or open) until t, and all was settled, it is
// so until the next such thing. skip gives that time, or t if it can't tell.
func (s *openingSearch) skip(t int64, clocks []zoneClock) int64 {
	if t < s.sure {
		return t
	}
	next := s.disturbance(t-settled, clocks)
	s.sure = next + settled
	return max(t, next)
}

// disturbance gives the first time after t at which one of the clocks changes,
// or an exceptional date begins to matter.
func (s *openingSearch) disturbance(t int64, clocks []zoneClock) int64 {
	next := int64(farAhead)
	for i := range clocks {
		clocks[i].read(t)
		next = min(next, clocks[i].until)
	}
	for date := range s.schedule.Except {
		if begins := int64(midnight(date.day() - 1)); begins > t {
			next = min(next, begins)
		}
	}
	return next
}

// beyond reports whether t is too far ahead. Most searches end long before that
// question needs an exact answer.
func (s *openingSearch) beyond(t int64) bool {
	if t > s.limit && !s.extended {
		s.extended = true
		for date := range s.schedule.Except {
			s.limit = max(s.limit, int64(midnight(date.day()+3)))
		}
	}
	return t > s.limit
}
