package main

import (
	"time"

	"callbackd/internal/wording"
)

// clock writes times for people: in their zone, and as seen from now.
type clock struct {
	now  time.Time
	zone *time.Location
}

// at is a moment in local time; "" if it isn't known.
func (c clock) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.zone).Format("2006-01-02 15:04:05")
}

// minute is a moment in local time to the minute, as appointments are made.
func (c clock) minute(t time.Time) string { return t.In(c.zone).Format("Mon 2006-01-02 15:04") }

// relative is how far away a moment is: "in 4 min", "for 20 s" of one that has
// passed and still holds.
func (c clock) relative(t time.Time) string {
	d := t.Sub(c.now)
	word := "in "
	if d <= 0 {
		word, d = "for ", -d
	}
	if d >= time.Minute {
		d = d.Truncate(time.Minute)
	}
	return word + wording.Span(d)
}

// due is how far away the moment is from which something may happen: "in 4 min",
// "due for 20 s".
func (c clock) due(t time.Time) string {
	if t.After(c.now) {
		return c.relative(t)
	}
	return "due " + c.relative(t)
}
