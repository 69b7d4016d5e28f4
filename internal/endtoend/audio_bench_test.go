package endtoend

import (
	"testing"
	"time"

	"callbackd/internal/softphone"
)

// BenchmarkAnswer measures what callbackd, Asterisk and this machine need from the
// customer's answer until both hear each other: 15 callbacks side by side, of which
// some are recorded; and what of the customer's first words the agent doesn't hear.
func BenchmarkAnswer(b *testing.B) {
	var list []coding
	for line := range 5 {
		for _, recording := range []string{"none", "{keep: 90d}", "{keep: 90d, channels: 2}"} {
			list = append(list, coding{softphone.PCMU, "ulaw", softphone.PCMU, recording, line})
		}
	}
	var all []figures
	for b.Loop() {
		all = append(all, newAudioLab(b, list).converses(list)...)
	}
	for unit, of := range map[string]func(figures) time.Duration{
		"ms-to-agent":    func(f figures) time.Duration { return f.agentHears },
		"ms-to-customer": func(f figures) time.Duration { return f.customerHears },
		"ms-unheard":     func(f figures) time.Duration { return f.unheard },
		"ms-gap":         func(f figures) time.Duration { return f.gap },
	} {
		b.ReportMetric(float64(median(all, of).Microseconds())/1000, unit)
	}
}
