package page

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where clocks go forward at midnight a day begins at one o'clock, not on the day before.
func TestDayBegins(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	require.NoError(t, err)
	date := time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, "2026-09-05 00:00", dayBegins(date, santiago).Format("2006-01-02 15:04"))
	assert.Equal(t, "2026-09-06 01:00", dayBegins(date.AddDate(0, 0, 1), santiago).Format("2006-01-02 15:04"))
}
