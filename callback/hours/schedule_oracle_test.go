package hours

import "time"

// The oracle says when a schedule is open the slow way: it looks at the clock
// on the wall every quarter of an hour, as a person would. All hours of these
// tests begin at a quarter, and no zone of today is at anything but quarters
// from UTC, so nothing happens in between.
const quarter = 15 * time.Minute

// A wallYear is a year on the clock of a zone, and a few days more at its ends.
type wallYear struct {
	begin    time.Time
	quarters []int  // what the clock shows, in quarters since 1970 on that clock
	again    []bool // it has shown that before
}

func readWall(loc *time.Location, year int) wallYear {
	begin := time.Date(year-1, time.December, 28, 0, 0, 0, 0, time.UTC)
	end := time.Date(year+1, time.January, 4, 0, 0, 0, 0, time.UTC)
	y := wallYear{begin: begin}
	latest := 0
	for t := begin; t.Before(end); t = t.Add(quarter) {
		_, offset := t.In(loc).Zone()
		shows := (int(t.Unix()) + offset) / int(quarter/time.Second)
		y.quarters, y.again = append(y.quarters, shows), append(y.again, shows <= latest)
		latest = max(latest, shows)
	}
	return y
}

// changes are the quarters at which the clock goes on by anything but a quarter.
func (y wallYear) changes() []int {
	var list []int
	for i := 1; i < len(y.quarters); i++ {
		if y.quarters[i] != y.quarters[i-1]+1 {
			list = append(list, i)
		}
	}
	return list
}

// open says for every quarter whether the schedule is open in it.
func (y wallYear) open(h *wallHours) []bool {
	open := make([]bool, len(y.quarters))
	for i := 0; i < len(open); i++ {
		if !y.again[i] {
			open[i] = h.open(y.quarters[i])
			continue
		}
		// What comes again counts only if it is open all around it.
		end := i
		for end < len(open) && y.again[end] {
			end++
		}
		through := true
		for shows := y.quarters[i] - 1; shows <= y.quarters[end-1]+1; shows++ {
			through = through && h.open(shows)
		}
		for ; i < end; i++ {
			open[i] = through
		}
		i--
	}
	return open
}

// wallHours remembers in which quarters of each day a schedule is open, since
// all zones ask for the same.
type wallHours struct {
	*Schedule
	days map[int]*[96]bool
}

func (h *wallHours) open(shows int) bool {
	day := h.days[shows/96]
	if day == nil {
		day = new([96]bool)
		date := time.Date(1970, time.January, 1+shows/96, 0, 0, 0, 0, time.UTC)
		for i := range day {
			// Within the day's own hours, or the day before's over midnight.
			day[i] = h.within(date, i*15) || h.within(date.AddDate(0, 0, -1), i*15+24*60)
		}
		h.days[shows/96] = day
	}
	return day[shows%96]
}

func (h *wallHours) within(date time.Time, minute int) bool {
	windows, ok := h.Except[Date{date.Year(), date.Month(), date.Day()}]
	if !ok {
		windows = h.Weekly[date.Weekday()]
	}
	for _, w := range windows {
		if w.From <= minute && minute < w.To {
			return true
		}
	}
	return false
}
