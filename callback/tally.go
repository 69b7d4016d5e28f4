package callback

import (
	"slices"
	"sync"
	"time"
)

// tally counts what callers do in the menu that anybody may do from any phone, and that is
// at somebody else's cost: typing numbers of strangers, who are called then, and guessing
// identifications. One number may do so mostOfOne times within a day, all together
// mostOfAll times within an hour in one account: a number that calls is easily made up. It
// is kept in memory: a restart forgets it.
type tally struct {
	mu     sync.Mutex
	counts []tallied // oldest first
}

type tallied struct {
	account, by string // by: a number, callerUnknown
	at          time.Time
}

const (
	mostOfOne = 5  // within a day
	mostOfAll = 20 // within an hour
	tallyKept = 24 * time.Hour

	// callerUnknown is everybody whose number is withheld, for whom there is no limit of
	// one's own.
	callerUnknown = ""
)

// full reports whether a caller has done it too often.
func (t *tally) full(account, by string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts = slices.DeleteFunc(t.counts, func(c tallied) bool { return now.Sub(c.at) >= tallyKept })
	one, all := 0, 0
	for _, c := range t.counts {
		switch {
		case c.account != account:
			continue
		case c.by == by && by != callerUnknown:
			one++
		}
		if now.Sub(c.at) < time.Hour {
			all++
		}
	}
	return one >= mostOfOne || all >= mostOfAll
}

// count notes that a caller has done it.
func (t *tally) count(account, by string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts = append(t.counts, tallied{account, by, now})
}

// forgive takes back what a caller has done last.
func (t *tally) forgive(account, by string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, c := range slices.Backward(t.counts) {
		if c.account == account && c.by == by {
			t.counts = slices.Delete(t.counts, i, i+1)
			return
		}
	}
}
