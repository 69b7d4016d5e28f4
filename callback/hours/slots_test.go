package hours

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slots reads the times of slots off the clock on the wall, a quarter of an hour after
// the other: independently of how Slots finds them.
func (y wallYear) slots(h *wallHours, length int) (starts []time.Time) {
	open := y.open(h)
	quarters := length / 15
	over := 0 // the slot before
	for i := 0; i+quarters <= len(open); i++ {
		if i >= over && !y.again[i] && h.begins(y.quarters[i], length) && !slices.Contains(open[i:i+quarters], false) {
			over = i + quarters
			starts = append(starts, y.begin.Add(time.Duration(i)*quarter))
		}
	}
	return starts
}

// begins reports whether a slot begins when the clock shows so many quarters.
func (h *wallHours) begins(shows, length int) bool {
	for back := range 2 {
		date := time.Date(1970, time.January, 1+shows/96-back, 0, 0, 0, 0, time.UTC)
		windows, ok := h.Except[Date{date.Year(), date.Month(), date.Day()}]
		if !ok {
			windows = h.Weekly[date.Weekday()]
		}
		minute := shows%96*15 + back*24*60
		for _, w := range windows {
			if w.From <= minute && minute+length <= w.To && (minute-w.From)%length == 0 {
				return true
			}
		}
	}
	return false
}

// All through a year, with both days on which clocks change, exceptional dates, hours over
// midnight and in the hour that is skipped or comes twice, in zones that change by half an
// hour, two hours, at midnight, or never.
func TestSlotsForAYear(t *testing.T) {
	t.Parallel()
	samples := []*wallHours{
		{withDate(officeHours(), Date{2025, time.December, 24}, nil), map[int]*[96]bool{}},
		{nightShifts(), map[int]*[96]bool{}},
		{everyDay(hoursFrom(0, 24)), map[int]*[96]bool{}},
		{everyDay([]Window{{15, 75}, {105, 150}, {165, 225}, {23 * 60, 24*60 + 15}}), map[int]*[96]bool{}},
		{withDate(everyDay(hoursFrom(9, 12.5)), Date{2025, time.July, 1}, hoursFrom(20, 32)), map[int]*[96]bool{}},
		{withDate(&Schedule{Name: "a date alone"}, Date{2025, time.October, 26}, hoursFrom(1, 36)), map[int]*[96]bool{}},
	}
	for _, zone := range []string{
		"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Cairo", "America/Santiago", "Asia/Kathmandu",
	} {
		loc := zoneNamed(t, zone)
		year := readWall(loc, 2025)
		for _, s := range samples {
			for _, length := range []int{15, 30, 45, 60, 120} {
				want := year.slots(s, length)
				var have []time.Time
				for start := range s.Slots(year.begin, time.Duration(length)*time.Minute, loc) {
					if len(have) == len(want) {
						break
					}
					have = append(have, start)
				}
				require.Len(t, have, len(want))
				for i := range want {
					require.True(t, want[i].Equal(have[i]), "%s in %s, %d minutes: have %s, want %s", s.Name, zone, length, have[i].In(loc), want[i].In(loc))
				}
			}
		}
	}
}

// firstSlots are the first so many from a time of Stockholm's clock on.
func firstSlots(t *testing.T, s *Schedule, from string, length time.Duration, count int) (list []string) {
	t.Helper()
	loc := zoneNamed(t, "Europe/Stockholm")
	begin, err := time.ParseInLocation("2006-01-02 15:04", from, loc)
	require.NoError(t, err)
	for start := range s.Slots(begin, length, loc) {
		if list = append(list, start.In(loc).Format("Mon 02 15:04 MST")); len(list) == count {
			break
		}
	}
	return list
}

// What people would read off the wall in the two nights.
func TestSlotsWhenClocksChange(t *testing.T) {
	night := everyDay(hoursFrom(1, 4))
	assert.Equal(t, []string{
		"Sun 30 01:00 CET", "Sun 30 01:30 CET", "Sun 30 03:00 CEST", "Sun 30 03:30 CEST", "Mon 31 01:00 CEST",
	}, firstSlots(t, night, "2025-03-30 00:00", 30*time.Minute, 5), "02:00 and 02:30 don't come")
	assert.Equal(t, []string{
		"Sun 26 01:00 CEST", "Sun 26 01:30 CEST", "Sun 26 02:00 CEST", "Sun 26 02:30 CEST", "Sun 26 03:00 CET", "Sun 26 03:30 CET", "Mon 27 01:00 CET",
	}, firstSlots(t, night, "2025-10-26 00:00", 30*time.Minute, 7), "and here they come once")
	assert.Equal(t, []string{"Sun 26 03:00 CET"}, firstSlots(t, everyDay(hoursFrom(2.5, 4)), "2025-10-26 02:45", 15*time.Minute, 1))
	assert.Equal(t, []string{"Mon 27 02:30 CET"}, firstSlots(t, everyDay(hoursFrom(2.5, 3.5)), "2025-10-26 00:00", time.Hour, 1),
		"on the day before, it is closed in the middle")
	assert.Equal(t, []string{"Sun 30 00:45 CET", "Sun 30 01:30 CET", "Mon 31 00:00 CEST"},
		firstSlots(t, everyDay(hoursFrom(0, 3.75)), "2025-03-30 00:15", 45*time.Minute, 3), "03:00 is in the last one's time")
}

// The last slot ends with the opening, and what is left over is no slot.
func TestSlotsFitIntoTheHours(t *testing.T) {
	lunch := &Schedule{Name: "office", Weekly: [7][]Window{time.Monday: {{9 * 60, 10*60 + 50}, {13 * 60, 14 * 60}}}}
	assert.Equal(t, []string{
		"Mon 02 09:00 CET", "Mon 02 09:30 CET", "Mon 02 10:00 CET", "Mon 02 13:00 CET", "Mon 02 13:30 CET", "Mon 09 09:00 CET",
	}, firstSlots(t, lunch, "2026-11-02 00:00", 30*time.Minute, 6))
	assert.Equal(t, []string{"Mon 02 13:00 CET"}, firstSlots(t, lunch, "2026-11-02 10:01", 30*time.Minute, 1), "one that has begun isn't told")
	assert.Empty(t, firstSlots(t, lunch, "2026-11-02 00:00", 2*time.Hour, 1), "and the walk ends")
}

func TestSlotsNeverOverlap(t *testing.T) {
	twice := &Schedule{Name: "twice", Weekly: [7][]Window{time.Monday: {{9 * 60, 11 * 60}, {10*60 + 15, 12 * 60}}}}
	assert.Equal(t, []string{"Mon 02 09:00 CET", "Mon 02 09:30 CET", "Mon 02 10:00 CET", "Mon 02 10:30 CET", "Mon 02 11:15 CET", "Mon 09 09:00 CET"},
		firstSlots(t, twice, "2026-11-02 00:00", 30*time.Minute, 6))
}

// Any hour has slots from midnight to midnight.
func TestSlotsAtAnyHour(t *testing.T) {
	assert.Equal(t, []string{"Sat 31 23:20 CET", "Sun 01 00:00 CET", "Sun 01 00:40 CET"}, firstSlots(t, Always(), "2026-10-31 23:01", 40*time.Minute, 3))
}

func BenchmarkSlots(b *testing.B) {
	office, zone := officeHours(), ZonesOf("+46701234567")[0]
	now := time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		left := 500
		for range office.Slots(now, 15*time.Minute, zone) {
			if left--; left == 0 {
				break
			}
		}
	}
}
