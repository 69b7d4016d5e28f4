package hours

import "time"

// DaysLater is the deadline of `give_up_after`: the wall-clock time of from, on
// the days-th day after it that has an opening. So a task of Friday afternoon
// that is given three days still has three working days, however long the
// weekend is. A day has an opening if the schedule opens in all zones at once in
// hours that begin on that day; a night shift counts for the evening alone.
//
// Of several zones the latest deadline is it, to the second and in from's
// location. With Always it is exactly so many times 24 hours later. false: there
// aren't so many days with an opening ahead, or no zone is known.
func (s *Schedule) DaysLater(from time.Time, days int, zones Zones) (time.Time, bool) {
	if s.always || len(zones) == 0 {
		return from.Add(time.Duration(days) * 24 * time.Hour), len(zones) > 0
	}
	latest := from
	for _, zone := range zones {
		deadline, ok := s.daysLater(from, days, zoneClock{zone: zone}, zones)
		if !ok {
			return time.Time{}, false
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return latest, true
}

// daysLater is DaysLater by the clock of one of the zones.
func (s *Schedule) daysLater(from time.Time, days int, c zoneClock, zones Zones) (time.Time, bool) {
	c.read(from.Unix())
	lost := wall(from.Unix() + c.offset)
	day := lost.day()
	for days > 0 {
		day++
		opens, ok := s.opening(c.first(midnight(day)), zones)
		if !ok {
			return time.Time{}, false
		}
		// Hours that are open then have begun a day before at the earliest, so
		// the days until there have none.
		c.read(opens)
		day = max(day, wall(opens+c.offset).day()-1)
		if s.opensOn(day, &c, zones) {
			days--
		}
	}
	deadline := c.first(lost + midnight(day) - midnight(lost.day()))
	return time.Unix(deadline, 0).In(from.Location()), true
}

// opensOn reports whether any of a day's hours, by a clock, has an opening.
func (s *Schedule) opensOn(day int64, c *zoneClock, zones Zones) bool {
	for _, window := range s.windows(day) {
		begins, ends := window.on(day)
		opens, ok := s.opening(c.first(begins), zones)
		if ok && opens < c.first(ends) {
			return true
		}
	}
	return false
}
