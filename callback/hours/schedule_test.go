package hours

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := loadZone(name)
	require.NoError(t, err)
	return loc
}

func zonesNamed(t testing.TB, names ...string) Zones {
	t.Helper()
	var zones Zones
	for _, name := range names {
		zones = append(zones, zoneNamed(t, name))
	}
	return zones
}

// localTime reads a local time, with the offset where that matters: "2025-10-26 02:30
// +0100".
func localTime(t testing.TB, in *time.Location, text string) time.Time {
	t.Helper()
	if moment, err := time.Parse("2006-01-02 15:04 -0700", text); err == nil {
		return moment.In(in)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, in)
	require.NoError(t, err)
	return moment
}

// hoursFrom makes a window of "9:00" and "18:00" in minutes.
func hoursFrom(from, to float64) []Window { return []Window{{int(from * 60), int(to * 60)}} }

func everyDay(windows []Window) *Schedule {
	s := &Schedule{Name: "daily"}
	for day := range s.Weekly {
		s.Weekly[day] = windows
	}
	return s
}

func officeHours() *Schedule {
	s := &Schedule{Name: "office", Except: map[Date][]Window{
		{2026, time.December, 24}: nil,
		{2026, time.December, 31}: hoursFrom(9, 12),
	}}
	for day := time.Monday; day <= time.Friday; day++ {
		s.Weekly[day] = hoursFrom(9, 18)
	}
	s.Weekly[time.Saturday] = []Window{{13 * 60, 15 * 60}, {10 * 60, 12 * 60}}
	return s
}

// nightShifts is open on Monday and on Friday from 22:00 until 02:00.
func nightShifts() *Schedule {
	s := &Schedule{Name: "nights"}
	s.Weekly[time.Monday], s.Weekly[time.Friday] = hoursFrom(22, 26), hoursFrom(22, 26)
	return s
}

func withDate(s *Schedule, date Date, windows []Window) *Schedule {
	s.Except = map[Date][]Window{date: windows}
	return s
}

// One row per promise that Schedule makes to an admin.
func TestOpeningHours(t *testing.T) {
	for _, row := range []struct {
		name          string
		schedule      *Schedule
		zone          string
		from          string
		opens, closes string // "": never
	}{
		{"before the day begins", officeHours(), "Europe/Stockholm", "2026-11-20 07:30", "2026-11-20 09:00", "2026-11-20 18:00"},
		{"open now", officeHours(), "Europe/Stockholm", "2026-11-20 17:59", "2026-11-20 17:59", "2026-11-20 18:00"},
		{"the end itself is closed", officeHours(), "Europe/Stockholm", "2026-11-20 18:00", "2026-11-21 10:00", "2026-11-21 12:00"},
		{"the second window, written first", officeHours(), "Europe/Stockholm", "2026-11-21 12:00", "2026-11-21 13:00", "2026-11-21 15:00"},
		{"over a Sunday", officeHours(), "Europe/Stockholm", "2026-11-21 15:00", "2026-11-23 09:00", "2026-11-23 18:00"},
		{"a date that is closed", officeHours(), "Europe/Stockholm", "2026-12-23 18:00", "2026-12-25 09:00", "2026-12-25 18:00"},
		{"a date with its own hours", officeHours(), "Europe/Stockholm", "2026-12-31 11:00", "2026-12-31 11:00", "2026-12-31 12:00"},
		{"until midnight", everyDay(hoursFrom(20, 24)), "Europe/Stockholm", "2026-11-20 23:30", "2026-11-20 23:30", "2026-11-21 00:00"},
		{"around the clock", everyDay(hoursFrom(0, 24)), "Europe/Stockholm", "2026-11-20 23:30", "2026-11-20 23:30", ""},
		{"always", Always(), "Europe/Stockholm", "2026-10-25 02:30 +0100", "2026-10-25 02:30 +0100", ""},
		{"windows that touch", everyDay([]Window{{600, 720}, {720, 780}}), "Europe/Stockholm", "2026-11-20 10:00", "2026-11-20 10:00", "2026-11-20 13:00"},
		{"windows that overlap", everyDay([]Window{{600, 720}, {660, 780}}), "Europe/Stockholm", "2026-11-20 09:00", "2026-11-20 10:00", "2026-11-20 13:00"},
		{"no hours at all", &Schedule{}, "Europe/Stockholm", "2026-11-20 09:00", "", ""},

		{"over midnight", nightShifts(), "Europe/Stockholm", "2026-11-20 12:00", "2026-11-20 22:00", "2026-11-21 02:00"},
		{"over midnight, after it", nightShifts(), "Europe/Stockholm", "2026-11-21 01:59", "2026-11-21 01:59", "2026-11-21 02:00"},
		{"over midnight into a date that is closed", withDate(nightShifts(), Date{2026, time.November, 21}, nil), "Europe/Stockholm", "2026-11-21 00:30", "2026-11-21 00:30", "2026-11-21 02:00"},
		{"over midnight from a date that is closed", withDate(nightShifts(), Date{2026, time.November, 20}, nil), "Europe/Stockholm", "2026-11-20 12:00", "2026-11-23 22:00", "2026-11-24 02:00"},
		{"around the clock until the end of the next day", func() *Schedule {
			s := &Schedule{}
			s.Weekly[time.Monday] = hoursFrom(12, 48)
			return s
		}(), "Europe/Stockholm", "2026-11-24 23:59", "2026-11-24 23:59", "2026-11-25 00:00"},

		{"29 February, a year and a half ahead", withDate(&Schedule{}, Date{2028, time.February, 29}, hoursFrom(9, 10)), "Europe/Stockholm", "2026-11-20 12:00", "2028-02-29 09:00", "2028-02-29 10:00"},
		{"29 February, eight years ahead", withDate(&Schedule{}, Date{2104, time.February, 29}, hoursFrom(9, 10)), "Europe/Stockholm", "2096-03-01 12:00", "2104-02-29 09:00", "2104-02-29 10:00"},
		{"28 February 2027 is followed by 1 March", everyDay(hoursFrom(9, 10)), "Europe/Stockholm", "2027-02-28 10:00", "2027-03-01 09:00", "2027-03-01 10:00"},
		{"the last day of a leap year", everyDay(hoursFrom(9, 10)), "America/New_York", "2028-12-31 08:00", "2028-12-31 09:00", "2028-12-31 10:00"},
		{"a date that is over", withDate(&Schedule{}, Date{2026, time.February, 28}, hoursFrom(9, 10)), "Europe/Stockholm", "2026-02-28 10:00", "", ""},

		// Stockholm, 2026-03-29: 02:00 is followed by 03:00.
		{"within the hour that is skipped", everyDay(hoursFrom(2, 3)), "Europe/Stockholm", "2026-03-29 00:00", "2026-03-30 02:00", "2026-03-30 03:00"},
		{"beginning in the hour that is skipped", everyDay(hoursFrom(2.5, 4)), "Europe/Stockholm", "2026-03-29 00:00", "2026-03-29 03:00", "2026-03-29 04:00"},
		{"ending in the hour that is skipped", everyDay(hoursFrom(1, 2.5)), "Europe/Stockholm", "2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 03:00"},
		{"over the hour that is skipped", everyDay(hoursFrom(1, 4)), "Europe/Stockholm", "2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 04:00"},
		{"office hours in the morning after", officeHours(), "America/New_York", "2026-03-08 12:00", "2026-03-09 09:00", "2026-03-09 18:00"},

		// Stockholm, 2025-10-26: 02:00 to 03:00 comes twice, first at +0200.
		{"the hour that comes twice", everyDay(hoursFrom(2, 3)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 02:00 +0200", "2025-10-26 02:00 +0100"},
		{"the hour that comes twice, the second time", everyDay(hoursFrom(2, 3)), "Europe/Stockholm", "2025-10-26 02:00 +0100", "2025-10-27 02:00", "2025-10-27 03:00"},
		{"beginning in it", everyDay(hoursFrom(2.5, 3.5)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 02:30 +0200", "2025-10-26 02:00 +0100"},
		{"beginning in it, the rest", everyDay(hoursFrom(2.5, 3.5)), "Europe/Stockholm", "2025-10-26 02:30 +0100", "2025-10-26 03:00", "2025-10-26 03:30"},
		{"ending in it", everyDay(hoursFrom(1, 2.5)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 01:00", "2025-10-26 02:30 +0200"},
		{"ending with it", everyDay(hoursFrom(1, 3)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 01:00", "2025-10-26 02:00 +0100"},
		{"around it", everyDay(hoursFrom(22, 30)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 00:00", "2025-10-26 06:00"},
		{"around the clock, for a year", everyDay(hoursFrom(0, 24)), "Europe/Stockholm", "2025-10-26 00:00", "2025-10-26 00:00", ""},

		// Not everywhere is it an hour in the small hours of the night.
		{"Lord Howe skips half an hour", everyDay(hoursFrom(2.25, 3)), "Australia/Lord_Howe", "2025-10-05 00:00", "2025-10-05 02:30 +1100", "2025-10-05 03:00"},
		{"Lord Howe has half an hour twice", everyDay(hoursFrom(1.5, 3)), "Australia/Lord_Howe", "2025-04-06 00:00", "2025-04-06 01:30 +1100", "2025-04-06 01:30 +1030"},
		{"Havana skips midnight", everyDay(hoursFrom(0, 6)), "America/Havana", "2025-03-08 20:00", "2025-03-09 01:00", "2025-03-09 06:00"},
		{"Havana has the first hour twice", everyDay(hoursFrom(0, 1)), "America/Havana", "2025-11-01 20:00", "2025-11-02 00:00 -0400", "2025-11-02 00:00 -0500"},
		{"Cairo has the last hour twice", everyDay(hoursFrom(22, 24)), "Africa/Cairo", "2024-10-31 20:00", "2024-10-31 22:00", "2024-10-31 23:00 +0200"},
		{"Cairo around the clock", everyDay(hoursFrom(0, 24)), "Africa/Cairo", "2024-10-31 20:00", "2024-10-31 20:00", ""},
		{"Beirut skips midnight", everyDay(hoursFrom(0, 0.5)), "Asia/Beirut", "2024-03-30 12:00", "2024-04-01 00:00", "2024-04-01 00:30"},
		{"Apia had no 30 December 2011", everyDay(hoursFrom(9, 18)), "Pacific/Apia", "2011-12-29 18:00", "2011-12-31 09:00", "2011-12-31 18:00"},
		{"Apia, over the night that wasn't", everyDay(hoursFrom(22, 26)), "Pacific/Apia", "2011-12-29 23:00", "2011-12-29 23:00", "2011-12-31 02:00"},
		{"Kiritimati", officeHours(), "Pacific/Kiritimati", "2026-11-20 08:00", "2026-11-20 09:00", "2026-11-20 18:00"},
		{"Etc/GMT+12", officeHours(), "Etc/GMT+12", "2026-11-20 08:00", "2026-11-20 09:00", "2026-11-20 18:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			loc := zoneNamed(t, row.zone)
			zones, from := Zones{loc}, localTime(t, loc, row.from)
			opens, closes, ok := row.schedule.Opening(from, zones)
			if row.opens == "" {
				require.False(t, ok, "opens %s", opens)
				require.False(t, row.schedule.Open(from, zones))
				return
			}
			require.True(t, ok)
			require.Equal(t, localTime(t, loc, row.opens).String(), opens.String())
			require.Equal(t, opens.Equal(from), row.schedule.Open(from, zones))
			require.True(t, row.schedule.EverOpens(zones))
			if row.closes == "" {
				require.True(t, closes.IsZero(), "closes %s", closes)
				return
			}
			require.Equal(t, localTime(t, loc, row.closes).String(), closes.String())
		})
	}
}

func TestOpeningIsNeverBeforeFrom(t *testing.T) {
	loc := zoneNamed(t, "Europe/Stockholm")
	from := localTime(t, loc, "2026-11-20 12:00").Add(59*time.Second + 999*time.Millisecond)
	opens, closes, ok := officeHours().Opening(from, Zones{loc})
	require.True(t, ok)
	require.Equal(t, from, opens)
	require.Equal(t, localTime(t, loc, "2026-11-20 18:00"), closes)

	last := localTime(t, loc, "2026-11-20 18:00").Add(-time.Nanosecond)
	require.True(t, officeHours().Open(last, Zones{loc}))
	opens, _, _ = officeHours().Opening(last, Zones{loc})
	require.Equal(t, last, opens)
}

func TestOpenInSeveralZones(t *testing.T) {
	utc := time.UTC
	for _, row := range []struct {
		name          string
		schedule      *Schedule
		zones         []string
		from          string // in UTC
		opens, closes string // "": never
	}{
		{"Spain loses an hour", officeHours(), []string{"Atlantic/Canary", "Europe/Madrid"}, "2026-11-20 00:00", "2026-11-20 09:00", "2026-11-20 17:00"},
		{"Australia has few hours in common", officeHours(), []string{"Australia/Perth", "Australia/Sydney"}, "2026-11-20 00:00", "2026-11-20 01:00", "2026-11-20 07:00"},
		{"Friday in one, Saturday in the other", officeHours(), []string{"America/Los_Angeles", "Asia/Tokyo"}, "2026-11-20 00:00", "2026-11-20 00:00", "2026-11-20 02:00"},
		{"never at once", officeHours(), []string{"Europe/Kaliningrad", "Asia/Kamchatka"}, "2026-11-20 00:00", "", ""},
		{"only in summer", everyDay(hoursFrom(9, 17)), []string{"Asia/Kolkata", "America/Santiago"}, "2026-04-10 00:00", "", ""},
		// New York is on summer time for three weeks when Stockholm isn't yet.
		{"only while one has summer time", everyDay(hoursFrom(12, 17.5)), []string{"America/New_York", "Europe/Stockholm"}, "2025-04-01 00:00", "2025-10-26 16:00", "2025-10-26 16:30"},
		{"a date that is still the day before elsewhere", withDate(&Schedule{}, Date{2027, time.January, 1}, hoursFrom(0, 24)), []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"}, "2026-11-20 00:00", "", ""},
		{"an exceptional date of a common hour", withDate(&Schedule{}, Date{2027, time.January, 1}, hoursFrom(0, 24)), []string{"Pacific/Kiritimati", "Pacific/Honolulu"}, "2026-11-20 00:00", "", ""},
		{"an exceptional date of two common hours", withDate(&Schedule{}, Date{2027, time.January, 1}, hoursFrom(0, 24)), []string{"Pacific/Auckland", "Pacific/Pago_Pago"}, "2026-11-20 00:00", "", ""},
		{"an exceptional date of common hours", withDate(&Schedule{}, Date{2027, time.January, 1}, hoursFrom(0, 24)), []string{"America/Los_Angeles", "Asia/Tokyo"}, "2026-11-20 00:00", "2027-01-01 08:00", "2027-01-01 15:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			zones := zonesNamed(t, row.zones...)
			opens, closes, ok := row.schedule.Opening(localTime(t, utc, row.from), zones)
			require.Equal(t, row.opens != "", ok, "opens %s", opens)
			require.Equal(t, ok, row.schedule.EverOpens(zones))
			if ok {
				require.Equal(t, localTime(t, utc, row.opens).String(), opens.String())
				require.Equal(t, localTime(t, utc, row.closes).String(), closes.String())
			}
		})
	}
}

func TestWithoutZonesNothingIsOpen(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, s := range []*Schedule{Always(), officeHours(), {}} {
		require.False(t, s.Open(now, nil))
		require.False(t, s.EverOpens(nil))
		_, _, ok := s.Opening(now, nil)
		require.False(t, ok)
		_, ok = s.DaysLater(now, 1, nil)
		require.False(t, ok)
	}
}
