package hours

import (
	"math"
	"time"
)

// wall is what a clock on some wall shows, date and all, in seconds since
// midnight of 1970-01-01 on that clock. A schedule is a matter of walls alone;
// zones tell when the clock shows what.
type wall int64

const (
	wallDay  = 24 * 60 * 60
	farAhead = math.MaxInt64 / 4 // beyond all times, with room for sums
)

// day counts days since 1970-01-01.
func (w wall) day() int64 {
	day := int64(w) / wallDay
	if int64(w)%wallDay < 0 {
		day--
	}
	return day
}

func midnight(day int64) wall { return wall(day * wallDay) }

func (w Window) on(day int64) (from, to wall) {
	return midnight(day) + wall(w.From*60), midnight(day) + wall(w.To*60)
}

func (d Date) day() int64 {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / wallDay
}

func dateOf(day int64) Date {
	var d Date
	d.Year, d.Month, d.Day = time.Unix(day*wallDay, 0).UTC().Date()
	return d
}

// windows gives the windows that begin on a day.
func (s *Schedule) windows(day int64) []Window {
	if len(s.Except) > 0 {
		if own, ok := s.Except[dateOf(day)]; ok {
			return own
		}
	}
	const thursday = int64(time.Thursday) // 1970-01-01
	return s.Weekly[((day+thursday)%7+7)%7]
}

// next gives the first window that ends after w, as from..to; of several that
// it is open in at w, any. Where none begins in the coming week it gives an
// empty one, from which on to look again.
func (s *Schedule) next(w wall) (from, to wall) {
	today := w.day()
	from = farAhead
	for day := today - 1; day <= today+7 && midnight(day) <= from; day++ {
		for _, window := range s.windows(day) {
			begins, ends := window.on(day)
			if w < ends && begins < from {
				from, to = begins, ends
			}
		}
	}
	if from == farAhead {
		from = s.notBefore(today + 8)
		to = from
	}
	return from, to
}

// notBefore gives a wall time not before day, and before which nothing begins
// from that day on: with weekly hours the day itself, without them the next
// exceptional date.
func (s *Schedule) notBefore(day int64) wall {
	for _, windows := range s.Weekly {
		if len(windows) > 0 {
			return midnight(day)
		}
	}
	from := wall(farAhead)
	for date := range s.Except {
		if d := date.day(); d >= day {
			from = min(from, midnight(d))
		}
	}
	return from
}

// covers reports whether it is open from a to b without a break.
func (s *Schedule) covers(a, b wall) bool {
	for a < b {
		from, to := s.next(a)
		if from > a {
			return false
		}
		a = to
	}
	return true
}

// zoneClock is the clock of a zone, read at one time after another.
type zoneClock struct {
	zone         *time.Location
	offset       int64 // seconds east of UTC
	since, until int64 // the offset holds from since until before until, in Unix seconds
	shown        wall  // what the clock had shown already when the offset began
}

// read sets the clock to the offset that holds at t (Unix seconds).
func (c *zoneClock) read(t int64) {
	if c.since <= t && t < c.until {
		return
	}
	at := time.Unix(t, 0).In(c.zone)
	_, offset := at.Zone()
	c.offset, c.since, c.until, c.shown = int64(offset), -farAhead, farAhead, -farAhead
	start, end := at.ZoneBounds()
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		c.since = start.Unix()
		c.shown = wall(c.since + int64(before))
	}
	if !end.IsZero() {
		c.until = end.Unix()
	}
	// Where a zone goes by its last rule, the time package ends each year after
	// 365 days, leap years too: on 31 December of those it gives an end that is
	// over. No zone changes its clocks on that day.
	if c.until <= t {
		c.until = t - t%wallDay + wallDay
	}
}

// first gives the first moment at which the clock shows w or, where it skips w,
// the first one after that.
func (c *zoneClock) first(w wall) int64 {
	const farthest = 26 * 60 * 60 // seconds; no zone is, or ever was, farther from UTC
	t := int64(w) - farthest
	for {
		c.read(t)
		if at := int64(w) - c.offset; at < c.until {
			return max(at, t)
		}
		t = c.until
	}
}

// openOn gives the first stretch in which the schedule is open on a clock, not
// before t and as far as the clock's offset holds. Where it finds none so far,
// it gives an empty one, from which on to look again. So it is open at t exactly
// if opens is t.
func (s *Schedule) openOn(c *zoneClock, t int64) (opens, closes int64) {
	c.read(t)
	now := wall(t + c.offset)
	if now < c.shown && !s.covers(wall(c.since+c.offset)-1, c.shown+1) {
		now = c.shown // this has come before, and the first time counted
	}
	from, to := s.next(now)
	opens = int64(max(from, now)) - c.offset
	closes = int64(to) - c.offset
	return min(opens, c.until), min(closes, c.until)
}
