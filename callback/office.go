package callback

import (
	"iter"
	"time"

	"callbackd/callback/hours"
)

// Office is where appointments are kept: its hours, by its own clock.
type Office struct {
	Schedule *hours.Schedule
	Zone     *time.Location
}

// Slots walks through the times from from on at which slots of a length begin.
func (o Office) Slots(from time.Time, length time.Duration) iter.Seq[time.Time] {
	return o.Schedule.Slots(from, length, o.Zone)
}

func (o Office) zones() hours.Zones { return hours.Zones{o.Zone} }

// day tells days apart by the clock of the office.
func (o Office) day(t time.Time) string { return t.In(o.Zone).Format(time.DateOnly) }
