package callback

import (
	"strconv"
	"strings"
	"time"
)

// FormatDuration writes d as a rules file has it: 30s, 5m, 1h30m, 90d. What a
// file can't say, a part of a second, is written as Go does.
func FormatDuration(d time.Duration) string {
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

// FormatIntervals writes dialing intervals as a rules file has them.
func FormatIntervals(intervals []time.Duration) string {
	list := make([]string, len(intervals))
	for i, interval := range intervals {
		list[i] = "immediately"
		if interval != 0 {
			list[i] = FormatDuration(interval)
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// String writes treatments as a rules file has them.
func (t Treatments) String() string {
	list := make([]string, 0, len(t))
	for _, result := range sortedKeys(t) {
		list = append(list, string(result)+": "+t[result].String())
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// String writes a treatment as a rules file has it.
func (t Treatment) String() string {
	switch {
	case t.Close:
		return "close"
	case t == Treatment{}:
		return "next"
	}
	var list []string
	if t.In != 0 {
		list = append(list, "in: "+FormatDuration(t.In))
	}
	if t.AtMost != 0 {
		list = append(list, "at_most: "+strconv.Itoa(t.AtMost))
	}
	return "{" + strings.Join(list, ", ") + "}"
}
