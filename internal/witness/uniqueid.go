package witness

import (
	"strconv"
	"strings"
	"time"
)

// What Asterisk can have written: anything else is a broken line or a broken clock.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// created is when a channel was created, as its unique id says: "1795159865.114",
// or "pbx1-1795159865.114" where asterisk.conf sets a systemname. Ids that a client of
// ARI or AMI chose say nothing.
func created(uniqueID string) (at time.Time, ok bool) {
	head, counter, found := strings.Cut(uniqueID[strings.LastIndexByte(uniqueID, '-')+1:], ".")
	if !found || !digits(counter) || !digits(head) {
		return time.Time{}, false
	}
	return epoch(head)
}

// epoch reads seconds since 1970; ok is false for those of no telephone call.
func epoch(s string) (at time.Time, ok bool) {
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil || seconds < earliest || seconds >= latest {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0).UTC(), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
