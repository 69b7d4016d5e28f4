package page

import (
	"fmt"
	"time"
)

// week is seven days of the calendar, from a Monday on. A day is its noon in UTC, which
// tells it from all others whatever the clocks do.
type week struct{ monday time.Time }

// weekOf is the week in which a time is by its own clock.
func weekOf(t time.Time) week {
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
	return week{noon.AddDate(0, 0, -(int(noon.Weekday())+6)%7)}
}

// parseWeek reads a day of the week that is meant; "" is the one of now.
func parseWeek(text string, now time.Time) (week, error) {
	if text == "" {
		return weekOf(now), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		return week{}, errNothingHere
	}
	return weekOf(day), nil
}

// String is how an address names the week.
func (w week) String() string { return w.monday.Format(time.DateOnly) }

func (w week) plus(weeks int) week { return week{w.monday.AddDate(0, 0, 7*weeks)} }

func (w week) days() (days [7]time.Time) {
	for i := range days {
		days[i] = w.monday.AddDate(0, 0, i)
	}
	return days
}

// within is a time that has the whole week in a zone, and some hours more: there are
// clocks that skip midnight.
func (w week) within(zone *time.Location) (from, to time.Time) {
	const more = 3 * time.Hour
	y, m, d := w.monday.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone).Add(-more), time.Date(y, m, d+7, 0, 0, 0, 0, zone).Add(more)
}

// Name is the week as people say it: 23 – 29 November 2026, week 48.
func (w week) Name() string {
	sunday := w.monday.AddDate(0, 0, 6)
	first := "2"
	switch {
	case w.monday.Year() != sunday.Year():
		first = "2 January 2006"
	case w.monday.Month() != sunday.Month():
		first = "2 January"
	}
	_, number := w.monday.ISOWeek()
	return fmt.Sprintf("%s – %s, week %d", w.monday.Format(first), sunday.Format("2 January 2006"), number)
}
