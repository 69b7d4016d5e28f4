package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// durationForm is 90d, 72h, 5m, 30s or several of them, largest first.
var durationForm = regexp.MustCompile(`^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$`)

var durationUnits = [...]time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second}

// parseDuration reads a duration; a day is 24 hours.
func parseDuration(text string) (time.Duration, error) {
	parts := durationForm.FindStringSubmatch(text)
	if text == "" || parts == nil {
		return 0, fmt.Errorf("%q isn't a duration", text)
	}
	var total time.Duration
	for i, unit := range durationUnits {
		n, _ := strconv.Atoi(parts[i+1]) // at most six digits, or none
		total += time.Duration(n) * unit
	}
	return total, nil
}

// formatDuration writes d the way parseDuration reads it.
func formatDuration(d time.Duration) string {
	text := ""
	for i, unit := range durationUnits {
		if n := d / unit; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + string("dhms"[i])
			d %= unit
		}
	}
	if text == "" {
		return "0s"
	}
	return text
}

// duration reads a duration from least to most, or answers otherwise.
func (d *decoder) duration(n *node, least, most, otherwise time.Duration) time.Duration {
	text := d.text(n)
	if text == "" {
		return otherwise
	}
	value, err := parseDuration(text)
	if err != nil {
		p := d.errorf(n, "%s", err)
		p.Hint = "write 30s, 5m, 72h, 90d or 1h30m"
		if _, err := strconv.Atoi(text); err == nil {
			p.Hint = fmt.Sprintf("add a unit: %ss, %[1]sm, %[1]sh or %[1]sd", text)
		}
		return otherwise
	}
	if value < least || value > most {
		d.errorf(n, "%s isn't from %s to %s", text, formatDuration(least), formatDuration(most))
		return otherwise
	}
	return value
}
