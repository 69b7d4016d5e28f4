package main

import (
	"fmt"
	"time"
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
	return word + span(d)
}

// due is how far away the moment is from which something may happen: "in 4 min",
// "due for 20 s".
func (c clock) due(t time.Time) string {
	if t.After(c.now) {
		return c.relative(t)
	}
	return "due " + c.relative(t)
}

// span is a length of time in its two largest units: "45 s", "1 min 29 s",
// "2 h 5 min", "3 d 4 h".
func span(d time.Duration) string {
	units := []struct {
		name   string
		length time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}
	for i, unit := range units {
		if d < unit.length {
			continue
		}
		text := fmt.Sprintf("%d %s", d/unit.length, unit.name)
		if i+1 < len(units) {
			if rest := d % unit.length / units[i+1].length; rest > 0 {
				text += fmt.Sprintf(" %d %s", rest, units[i+1].name)
			}
		}
		return text
	}
	return "0 s"
}
