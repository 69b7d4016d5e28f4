package hours

import "time"

// Schedule is the hours in which customers may be called. A call centre's day
// is nine to six on the clock of whoever is called, so nothing here is an
// instant: hours are what the customer's own clock on the wall shows, and only
// Open, Opening and DaysLater, which are given zones, make instants of them.
//
// What an admin may rely on:
//
//   - A date under `except` has its own hours instead of its weekday's.
//   - Hours over midnight (22:00-02:00) belong to the day on which they begin:
//     `mon: 22:00-02:00` goes on until two on Tuesday morning, also where
//     Tuesday is closed, and a Monday that is closed has no such night.
//   - In spring, hours that begin within the hour that is skipped begin with
//     the first moment after it. Hours that lie wholly within it don't come at
//     all on that day.
//   - In autumn, of the hour that comes twice the first counts: 02:00-03:00 is
//     one hour, the first, and 02:30-03:30 is the last half of the first hour
//     and, after the second one, 03:00-03:30. Who is open before that hour, all
//     through it and after it (a night shift, 22:00-06:00) stays open in both.
//   - A customer who may live in several zones is called only when it is open
//     in all of them.
//
// A Schedule is immutable once it is made.
type Schedule struct {
	Name   string            // as rules refer to it; "always"
	Weekly [7][]Window       // by time.Weekday, in any order
	Except map[Date][]Window // a date's own windows instead of its weekday's; none: closed
	always bool              // open at any moment, whatever the clock shows
}

// Window is a part of a day, in minutes after midnight, From < To and From
// before 24*60. One that lasts over midnight ends after 24*60, in the next day,
// at 48*60 at the latest.
type Window struct{ From, To int }

// Date is a day of the calendar, whatever the zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Zones are the time zones that a customer may live in, sorted by name: only
// what is open in all of them is open. None means that no zone is known, and
// that nothing is ever open.
type Zones []*time.Location

// Always is the schedule that is open at any hour. Unlike one that is open from
// 00:00 to 24:00 on every day, it takes no notice of days at all.
func Always() *Schedule {
	s := &Schedule{Name: "always", always: true}
	for day := range s.Weekly {
		s.Weekly[day] = []Window{{0, 24 * 60}}
	}
	return s
}
