package callback

import "time"

// HoursOf lists when the hours of a day by the clock of its location begin, and the end
// of the last: 24 hours, or 23 or 25 where clocks change by one. Where they change by half
// an hour, one hour is as much shorter or longer.
func HoursOf(day time.Time) []time.Time {
	year, month, date := day.Date()
	begin := startOfDay(year, month, date, day.Location())
	end := startOfDay(year, month, date+1, day.Location())
	list := []time.Time{begin}
	for at := begin; ; {
		at = nextHour(at)
		if !at.Before(end) {
			return append(list, end)
		}
		list = append(list, at)
	}
}

// nextHour is when the clock shows a full hour next, whether it goes on or is changed.
func nextHour(at time.Time) time.Time {
	hour := at.Hour()
	for next := at.Add(15 * time.Minute).Truncate(15 * time.Minute); ; next = next.Add(15 * time.Minute) {
		if next.Minute() == 0 || next.Hour() != hour {
			return next
		}
	}
}

// startOfDay is the first moment of a date: midnight, or where clocks go forward then what
// comes behind it.
func startOfDay(year int, month time.Month, date int, zone *time.Location) time.Time {
	at := time.Date(year, month, date, 0, 0, 0, 0, zone)
	day := time.Date(year, month, date, 12, 0, 0, 0, zone).Day()
	for at.Day() != day { // midnight doesn't exist, and time.Date took the one before
		at = at.Add(15 * time.Minute)
	}
	for earlier := at.Add(-15 * time.Minute); earlier.Day() == day; earlier = earlier.Add(-15 * time.Minute) {
		at = earlier // midnight comes twice
	}
	return at
}
