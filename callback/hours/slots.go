package hours

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Slots walks through the slots of a length, in whole minutes, that begin at from or
// later: the time at which each begins. It ends where no hours are left as far as
// lookAhead reaches, so whoever asks stops.
//
// Each window of a day has slots of its own. The first begins with it, the next where that
// one ends by the clock on the wall, and the last ends with the window at the latest. On
// the days when the clock changes a slot is there if its time comes, and if it is open
// without a break for as long as the slot lasts: in spring those of the hour that is
// skipped aren't there, in autumn those of the hour that comes twice are there once, the
// first time. No two overlap, even if windows do: the earlier one is there.
func (s *Schedule) Slots(from time.Time, length time.Duration, zone *time.Location) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		c := zoneClock{zone: zone}
		c.read(from.Unix())
		// Hours over midnight have begun a day before, or two.
		day := wall(from.Unix()+c.offset).day() - 2
		var over int64 // what has begun before is over by then
		for last := day + lookAhead/wallDay; day <= last; day++ {
			for _, start := range s.slotsOn(day, length, &c) {
				if start < over {
					continue
				}
				over = start + int64(length/time.Second)
				at := time.Unix(start, 0).In(from.Location())
				if at.Before(from) {
					continue
				}
				last = day + lookAhead/wallDay
				if !yield(at) {
					return
				}
			}
		}
	}
}

// slotsOn lists when the slots begin of the windows that begin on a day, in Unix seconds.
func (s *Schedule) slotsOn(day int64, length time.Duration, c *zoneClock) (starts []int64) {
	for _, window := range s.windows(day) {
		from, to := window.on(day)
		for w := from; w+wall(length/time.Second) <= to; w += wall(length / time.Second) {
			start := c.first(w)
			c.read(start)
			if wall(start+c.offset) == w && s.openThrough(start, length, c.zone) {
				starts = append(starts, start)
			}
		}
	}
	slices.SortFunc(starts, cmp.Compare[int64])
	return starts
}

// openThrough reports whether the schedule is open from start (Unix seconds) on for as long
// as length, without a break.
func (s *Schedule) openThrough(start int64, length time.Duration, zone *time.Location) bool {
	begin := time.Unix(start, 0)
	opens, closes, ok := s.Opening(begin, Zones{zone})
	return ok && opens.Equal(begin) && (closes.IsZero() || !closes.Before(begin.Add(length)))
}
