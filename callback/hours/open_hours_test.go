package hours

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Only open hours count, over nights, weekends and the days when clocks change.
func TestOpenFor(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	office := &Schedule{Name: "office"}
	for day := time.Monday; day <= time.Friday; day++ {
		office.Weekly[day] = []Window{{From: 9 * 60, To: 18 * 60}}
	}
	night := &Schedule{Name: "night"}
	night.Weekly[time.Saturday] = []Window{{From: 22 * 60, To: 30 * 60}}
	at := func(day, hour int) time.Time { return time.Date(2026, time.March, day, hour, 0, 0, 0, stockholm) }
	for name, row := range map[string]struct {
		schedule    *Schedule
		from, until time.Time
		open        time.Duration
	}{
		"within a day":                  {office, at(23, 10), at(23, 14), 4 * time.Hour},
		"until the closing":             {office, at(23, 14), at(23, 18), 4 * time.Hour},
		"over a night":                  {office, at(23, 16), at(24, 11), 4 * time.Hour},
		"over a weekend, and in summer": {office, at(27, 17), at(30, 12), 4 * time.Hour},
		"two days":                      {office, at(23, 9), at(24, 18), 18 * time.Hour},
		"in a night of seven hours":     {night, at(28, 12), at(29, 6), 7 * time.Hour},
		"at any hour":                   {Always(), at(28, 12), at(28, 16), 4 * time.Hour},
	} {
		until, ok := row.schedule.OpenFor(row.from, row.open, Zones{stockholm})
		assert.True(t, ok, name)
		assert.True(t, row.until.Equal(until), "%s: %s", name, until)
	}
	_, ok := (&Schedule{}).OpenFor(at(23, 9), time.Hour, Zones{stockholm})
	assert.False(t, ok, "it never opens")
}
