package httpapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDurationsReadAsInTheRulesFile(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * time.Second:       "30s",
		5 * time.Minute:        "5m",
		90 * time.Minute:       "1h30m",
		90 * 24 * time.Hour:    "90d",
		250 * time.Millisecond: "250ms",
	} {
		assert.Equal(t, want, writeDuration(d))
	}
}
