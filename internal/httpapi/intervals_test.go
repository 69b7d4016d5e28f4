package httpapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestIntervalsReadAsInTheRulesFile(t *testing.T) {
	assert.Equal(t, []string{"immediately", "30s", "5m", "1h30m", "90d", "250ms"},
		writeIntervals([]time.Duration{0, 30 * time.Second, 5 * time.Minute, 90 * time.Minute, 90 * 24 * time.Hour, 250 * time.Millisecond}))
}
