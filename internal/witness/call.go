package witness

import (
	"slices"
	"strings"
	"time"
)

// caller is a channel that has called somebody, as far as its rows have been read: a
// customer's, on a trunk, or a phone's that has dialled, perhaps over one.
type caller struct {
	id      string
	arrived time.Time // when it was created
	rows    []row
	first   place     // of its first row
	last    int64     // bytes of the log before the end of its newest row
	seen    time.Time // when its newest row was read
}

// mostRows bounds what one call may use: a ringall queue writes a row for each ring of
// each member.
const mostRows = 1000

// add takes in another row. Rings of a queue's members that nobody answered say the same
// as the one before.
func (c *caller) add(r row) { c.rows = addRow(c.rows, r) }

func addRow(rows []row, r row) []row {
	if n := len(rows); n > 0 && !r.answered && r.app == "queue" {
		before := &rows[n-1]
		if !before.answered && before.app == r.app && before.data == r.data && before.context == r.context && !isLocal(r.peer) {
			before.end = max(before.end, r.end)
			before.duration = max(before.duration, int(min(max(before.end-before.start, 0), longest)))
			return rows
		}
	}
	if len(rows) == mostRows {
		rows = slices.Delete(rows, 1, 2) // the first tells when the call began
	}
	return append(rows, r)
}

// ended is when the call was over, a second or two at most beside the truth. The unique id
// says when it began; the rest is the difference of two stamps of the same clock, whose
// zone doesn't matter. If that clock was set back meanwhile (the end of summer time), the
// durations are added up instead.
func (c *caller) ended() time.Time { return c.arrived.Add(span(c.rows)) }

func span(rows []row) time.Duration {
	var whole, sum, most, latest int64
	setBack := false
	for _, r := range rows {
		sum += int64(r.duration)
		most = max(most, int64(r.duration))
		if r.end == 0 || r.start == 0 || rows[0].start == 0 {
			continue
		}
		whole = max(whole, r.end-rows[0].start)
		setBack = setBack || r.start < latest
		latest = max(latest, r.start)
	}
	if setBack || whole < most || whole > longest {
		whole = min(sum, longest)
	}
	return time.Duration(whole) * time.Second
}

// offset is how long after the first row this one began.
func (r *row) offset(first *row) time.Duration {
	if r.start == 0 || first.start == 0 {
		return 0
	}
	return time.Duration(min(max(r.start-first.start, 0), longest)) * time.Second
}

// half is the second half of a Local channel: dialplan that runs for whoever dialled the
// first half.
type half struct {
	id      string
	created time.Time
	rows    []row
}

// leg is a channel of a trunk that was dialled: not a customer's call, even if it later
// runs dialplan of its own, as after a blind transfer.
type leg struct{ from, to time.Time } // when whoever dialled it lived

// isLocal reports whether a channel is one of Asterisk's own pairs.
func isLocal(name string) bool { return strings.HasPrefix(name, "Local/") }

// secondHalf names the other half of Local/1001@agents-00000003;1, "" for anything else.
func secondHalf(name string) string {
	if stem, first := strings.CutSuffix(name, ";1"); first && isLocal(name) {
		return stem + ";2"
	}
	return ""
}

// dials are the applications whose other channel is one that they dialled.
var dials = map[string]bool{"dial": true, "retrydial": true, "queue": true, "followme": true}

// byHand reports whether a row may be one of a person who dialled: no queue, which rings
// its members over a trunk for others.
func (r *row) byHand() bool { return dials[r.app] && r.app != "queue" }
