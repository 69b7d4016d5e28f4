package callback_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestHoursOfADay(t *testing.T) {
	for _, c := range []struct {
		zone, day   string
		hours       int
		length      time.Duration
		begins      string
		clock       map[int]string // what the clock shows when an hour begins
		description string
	}{
		{"Europe/Stockholm", "2026-11-20", 24, 24 * time.Hour, "2026-11-19T23:00:00Z", map[int]string{0: "00:00", 23: "23:00"}, "an ordinary day"},
		{"Europe/Stockholm", "2026-03-29", 23, 23 * time.Hour, "2026-03-28T23:00:00Z", map[int]string{1: "01:00", 2: "03:00", 22: "23:00"}, "clocks go forward"},
		{"Europe/Stockholm", "2026-10-25", 25, 25 * time.Hour, "2026-10-24T22:00:00Z", map[int]string{2: "02:00", 3: "02:00", 4: "03:00", 24: "23:00"}, "clocks go back"},
		{"Asia/Kolkata", "2026-11-20", 24, 24 * time.Hour, "2026-11-19T18:30:00Z", map[int]string{1: "01:00"}, "half an hour off"},
		{"Asia/Kathmandu", "2026-11-20", 24, 24 * time.Hour, "2026-11-19T18:15:00Z", map[int]string{1: "01:00"}, "a quarter off"},
		{"America/Havana", "2026-03-08", 23, 23 * time.Hour, "2026-03-08T05:00:00Z", map[int]string{0: "01:00", 1: "02:00"}, "there is no midnight"},
		{"America/Havana", "2026-11-01", 25, 25 * time.Hour, "2026-11-01T04:00:00Z", map[int]string{0: "00:00", 1: "00:00", 2: "01:00"}, "midnight comes twice"},
		{"Australia/Lord_Howe", "2026-04-05", 24, 24*time.Hour + 30*time.Minute, "2026-04-04T13:00:00Z", map[int]string{1: "01:00", 2: "02:00"}, "half an hour back"},
		{"Australia/Lord_Howe", "2026-10-04", 24, 23*time.Hour + 30*time.Minute, "2026-10-03T13:30:00Z", map[int]string{1: "01:00", 2: "02:30", 3: "03:00"}, "half an hour forward"},
	} {
		zone, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		day, err := time.ParseInLocation(time.DateOnly, c.day, zone)
		require.NoError(t, err)
		at := callback.HoursOf(day.Add(15 * time.Hour)) // any moment of it
		require.Len(t, at, c.hours+1, "%s: %v", c.description, at)
		assert.Equal(t, c.begins, at[0].UTC().Format(time.RFC3339), c.description)
		assert.Equal(t, c.length, at[c.hours].Sub(at[0]), c.description)
		for hour, clock := range c.clock {
			assert.Equal(t, clock, at[hour].Format("15:04"), "%s: %d", c.description, hour)
		}
	}
}
