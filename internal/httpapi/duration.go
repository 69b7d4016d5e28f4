package httpapi

import (
	"strconv"
	"time"
)

// writeDuration writes d as the rules file has it: 30s, 5m, 1h30m, 90d. What
// the file can't say, a part of a second, is written as Go does.
func writeDuration(d time.Duration) string {
	if d <= 0 || d%time.Second != 0 {
		return d.String()
	}
	text := ""
	for _, unit := range []struct {
		name string
		d    time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := d / unit.d; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
			d %= unit.d
		}
	}
	return text
}
