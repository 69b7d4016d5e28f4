package hours

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDaysLater(t *testing.T) {
	closedOnFriday := withDate(officeHours(), Date{2026, time.November, 27}, nil)
	for _, row := range []struct {
		name     string
		schedule *Schedule
		zones    []string // the first one's clock is the row's
		lost     string
		days     int
		want     string // "": never
	}{
		{"within the week", officeHours(), []string{"Europe/Stockholm"}, "2026-11-17 14:00", 3, "2026-11-20 14:00"},
		{"over the weekend, Saturday is open", officeHours(), []string{"Europe/Stockholm"}, "2026-11-20 14:00", 2, "2026-11-23 14:00"},
		{"over a date that is closed", closedOnFriday, []string{"Europe/Stockholm"}, "2026-11-26 14:00", 1, "2026-11-28 14:00"},
		{"at night, after hours", officeHours(), []string{"Europe/Stockholm"}, "2026-11-20 23:15", 1, "2026-11-21 23:15"},
		{"over the change to summer time", officeHours(), []string{"Europe/Stockholm"}, "2026-03-27 14:00", 2, "2026-03-30 14:00"},
		{"at a time that is skipped on the day", everyDay(hoursFrom(9, 18)), []string{"Europe/Stockholm"}, "2026-03-28 02:30", 1, "2026-03-29 03:00"},
		{"at a time that comes twice on the day", everyDay(hoursFrom(9, 18)), []string{"Europe/Stockholm"}, "2025-10-25 02:30", 1, "2025-10-26 02:30 +0200"},
		{"no hours but those that are skipped", everyDay(hoursFrom(2, 3)), []string{"Europe/Stockholm"}, "2026-03-28 12:00", 1, "2026-03-30 12:00"},
		{"a night counts for its evening", nightShifts(), []string{"Europe/Stockholm"}, "2026-11-20 23:00", 1, "2026-11-23 23:00"},
		{"a night of the evening before", nightShifts(), []string{"Europe/Stockholm"}, "2026-11-21 01:00", 1, "2026-11-23 01:00"},
		{"around the clock", everyDay(hoursFrom(0, 24)), []string{"Europe/Stockholm"}, "2026-11-20 23:00", 3, "2026-11-23 23:00"},
		{"always", Always(), []string{"Europe/Stockholm"}, "2026-03-27 14:00", 3, "2026-03-30 15:00"},
		{"dates alone", withDate(&Schedule{}, Date{2028, time.February, 29}, hoursFrom(9, 10)), []string{"Europe/Stockholm"}, "2026-11-20 23:00", 1, "2028-02-29 23:00"},
		{"too few days", withDate(&Schedule{}, Date{2028, time.February, 29}, hoursFrom(9, 10)), []string{"Europe/Stockholm"}, "2026-11-20 23:00", 2, ""},
		{"no hours at all", &Schedule{}, []string{"Europe/Stockholm"}, "2026-11-20 23:00", 1, ""},
		{"Apia had no 30 December 2011", everyDay(hoursFrom(9, 18)), []string{"Pacific/Apia"}, "2011-12-29 14:00", 1, "2011-12-31 14:00"},
		{"the latest of two zones", officeHours(), []string{"Europe/Madrid", "Atlantic/Canary"}, "2026-11-20 14:00", 1, "2026-11-21 14:00"},
		// On Saturday it opens in both, but not at once.
		{"a day with hours but none in common", officeHours(), []string{"Europe/Madrid", "America/New_York"}, "2026-11-20 14:00", 1, "2026-11-23 14:00"},
		// Tokyo's Tuesday morning is Monday afternoon in Los Angeles.
		{"on different days", officeHours(), []string{"America/Los_Angeles", "Asia/Tokyo"}, "2026-11-20 12:00", 1, "2026-11-23 12:00"},
		// Friday's night in Madrid begins on Friday, though there it is Saturday
		// when both are open.
		{"common hours after midnight", nightShifts(), []string{"Europe/Madrid", "Atlantic/Cape_Verde"}, "2026-11-19 20:00", 1, "2026-11-20 20:00"},
		{"already the next day in one zone", officeHours(), []string{"America/New_York", "Europe/Madrid"}, "2026-11-18 20:00", 1, "2026-11-19 20:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			zones := zonesNamed(t, row.zones...)
			got, ok := row.schedule.DaysLater(localTime(t, zones[0], row.lost), row.days, zones)
			require.Equal(t, row.want != "", ok, "%s", got)
			if ok {
				require.Equal(t, localTime(t, zones[0], row.want).String(), got.String())
			}
		})
	}
}
