package httpapi

import (
	"time"

	"callbackd/callback"
)

// writeIntervals writes dialing intervals as the rules file has them.
func writeIntervals(intervals []time.Duration) []string {
	list := make([]string, len(intervals))
	for i, interval := range intervals {
		list[i] = "immediately"
		if interval != 0 {
			list[i] = callback.FormatDuration(interval)
		}
	}
	return list
}
