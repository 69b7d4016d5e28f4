package page

import (
	"maps"
	"net/netip"
	"sync"
	"time"
)

// formLimits keep the customers' form from being used against others: against whoever has
// a number that somebody else keeps writing into it, and against an account whose agents
// would have nothing else to do. What is refused counts for nothing, so the memory is
// bounded by what accounts take. A restart forgets it.
type formLimits struct {
	mu       sync.Mutex
	numbers  map[string][]time.Time              // when each number was asked for, in the last day
	visitors map[netip.Addr]map[string]time.Time // which numbers an address asked for, and when last, in the last hour
	accounts map[string][]time.Time              // when an account was asked, in the last hour
	sent     map[sentForm]time.Time              // the forms that were taken, in the last day
	swept    time.Time
}

// sentForm is what a form that is sent again has in common with the first time.
type sentForm struct{ account, key, number string }

// within is how often something may be done in a time.
type within struct {
	most int
	span time.Duration
}

var (
	perNumber  = []within{{7, 15 * time.Minute}, {9, time.Hour}, {15, 24 * time.Hour}}
	perAccount = []within{{300, time.Hour}}
)

const (
	// numbersPerVisitor is how many different numbers may be asked for from one address
	// within visitorSpan.
	numbersPerVisitor = 3
	visitorSpan       = time.Hour
	// sentSpan is for how long the API knows a form again, by its Idempotency-Key.
	sentSpan   = 24 * time.Hour
	sweepEvery = time.Minute
)

// limit is what keeps a request from being taken, as the key of a text; "": nothing does.
type limit string

const (
	limitNumber  limit = "too_often_number"
	limitVisitor limit = "too_often_visitor"
	limitAccount limit = "too_many"
)

// take counts a request for a number (E.164), unless that is once too often: then it says
// which limit is in the way, and for how long. The same form sent again, by its key, is the
// same request: it isn't counted, and never too often.
func (l *formLimits) take(account, key, number string, visitor netip.Addr, now time.Time) (limit, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	form := sentForm{account, key, number}
	if at, ok := l.sent[form]; ok && now.Sub(at) < sentSpan {
		return "", 0
	}
	if wait := waitFor(perNumber, l.numbers[number], now); wait > 0 {
		return limitNumber, wait
	}
	if wait := waitForNumber(l.visitors[visitor], number, now); wait > 0 {
		return limitVisitor, wait
	}
	if wait := waitFor(perAccount, l.accounts[account], now); wait > 0 {
		return limitAccount, wait
	}
	if l.numbers == nil {
		l.numbers, l.visitors, l.accounts = map[string][]time.Time{}, map[netip.Addr]map[string]time.Time{}, map[string][]time.Time{}
		l.sent = map[sentForm]time.Time{}
	}
	if key != "" {
		l.sent[form] = now
	}
	l.numbers[number] = append(l.numbers[number], now)
	l.accounts[account] = append(l.accounts[account], now)
	if l.visitors[visitor] == nil {
		l.visitors[visitor] = map[string]time.Time{}
	}
	l.visitors[visitor][number] = now
	return "", 0
}

// waitFor is how long to wait until once more isn't too often, when it was done at times,
// the oldest first.
func waitFor(limits []within, times []time.Time, now time.Time) (wait time.Duration) {
	for _, w := range limits {
		if len(times) >= w.most {
			wait = max(wait, times[len(times)-w.most].Add(w.span).Sub(now))
		}
	}
	return wait
}

// waitForNumber is how long to wait until one more number may be asked for.
func waitForNumber(asked map[string]time.Time, number string, now time.Time) time.Duration {
	count, oldest := 0, now
	for other, at := range asked {
		if now.Sub(at) >= visitorSpan {
			continue
		}
		if other == number {
			return 0
		}
		if count++; at.Before(oldest) {
			oldest = at
		}
	}
	if count < numbersPerVisitor {
		return 0
	}
	return oldest.Add(visitorSpan).Sub(now)
}

// sweep forgets what no limit counts any more.
func (l *formLimits) sweep(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	forget(l.numbers, perNumber, now)
	forget(l.accounts, perAccount, now)
	maps.DeleteFunc(l.sent, func(_ sentForm, at time.Time) bool { return now.Sub(at) >= sentSpan })
	for visitor, asked := range l.visitors {
		for number, at := range asked {
			if now.Sub(at) >= visitorSpan {
				delete(asked, number)
			}
		}
		if len(asked) == 0 {
			delete(l.visitors, visitor)
		}
	}
}

// forget drops the times that are older than the longest of limits.
func forget(all map[string][]time.Time, limits []within, now time.Time) {
	longest := limits[len(limits)-1].span
	for key, times := range all {
		old := 0
		for old < len(times) && now.Sub(times[old]) >= longest {
			old++
		}
		if old == len(times) {
			delete(all, key)
		} else {
			all[key] = append(times[:0], times[old:]...)
		}
	}
}
