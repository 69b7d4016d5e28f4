package page

import (
	"net/netip"
	"strings"
	"sync"
	"time"
)

// tries slows down those who guess passwords, before anything is hashed for them: so many
// wrong tries of a user name from an address are free, and of an address for whatever name,
// and then each makes one wait twice as long, up to a minute. While strangers guess a name,
// from wherever, fewer tries for it are free to each of them.
//
// Nobody elsewhere can lock anybody out by it: what one waits for are the wrong tries from
// one's own address only, so whatever goes on in the rest of the world, the right password
// is looked at within a minute. Who has signed in from an address before waits only for
// wrong tries of their own name there. Guesses from ever new addresses are bounded by how
// many passwords are hashed at once (callback.ErrBusy), and by the length of passwords. It
// is in memory: a restart forgets it, and nobody is worse off for that than a few more
// guesses.
type tries struct {
	mu        sync.Mutex
	pairs     tallies[pair]
	names     tallies[string]
	addresses tallies[netip.Addr]
	known     tallies[pair] // who has signed in from where
}

// pair is a name, however it is written, and an address from which it was tried.
type pair struct {
	name    string
	address netip.Addr
}

const (
	freeOfPair    = 5  // a person who looks for the right one of a few passwords
	freeOfGuessed = 2  // likewise, of a name that strangers guess
	freeOfName    = 20 // from several places, until it counts as guessed
	freeOfAddress = 20 // an office behind one address
	longestWait   = time.Minute
	// quiet is how long nothing wrong must have been tried for all to be forgotten.
	quiet = 15 * time.Minute
	// longestName of a user; whoever types more is counted together.
	longestName = 64
)

func pairOf(name string, address netip.Addr) pair {
	if len(name) > longestName {
		name = ""
	}
	return pair{strings.ToLower(name), address}
}

// begin counts a try as wrong until it is known to be right, so that many at once are as
// many. If it has to wait, it tells how long, and whether it is the first that has to since
// one was counted; then it counts nothing.
func (t *tries) begin(name string, address netip.Addr, now time.Time) (wait time.Duration, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := pairOf(name, address)
	free, stranger := freeOfPair, t.known.of(k).count == 0
	if stranger && t.names.exceeds(k.name, freeOfName, now) {
		free = freeOfGuessed
	}
	if stranger {
		if wait = t.addresses.wait(k.address, freeOfAddress, now); wait > 0 {
			return max(wait, t.pairs.wait(k, free, now)), t.addresses.refuse(k.address)
		}
	}
	if wait = t.pairs.wait(k, free, now); wait > 0 {
		return wait, t.pairs.refuse(k)
	}
	if stranger {
		t.names.count(k.name, now)
		t.addresses.count(k.address, now)
	}
	t.pairs.count(k, now)
	return 0, false
}

// right takes back what begin counted for somebody who is let in.
func (t *tries) right(name string, address netip.Addr, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := pairOf(name, address)
	t.takeBack(k)
	t.pairs.set(k, tally{})
	t.known.set(k, tally{count: 1, last: now})
}

// unjudged takes back what begin counted for a try that nobody could judge.
func (t *tries) unjudged(name string, address netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := pairOf(name, address)
	t.takeBack(k)
	t.pairs.takeBack(k)
}

func (t *tries) takeBack(k pair) {
	if t.known.of(k).count == 0 {
		t.names.takeBack(k.name)
		t.addresses.takeBack(k.address)
	}
}

// tally counts the wrong tries of somebody.
type tally struct {
	count   int
	last    time.Time
	refused bool // somebody has had to wait since
}

// mostTallies bounds the memory: of so many the ones seen last are remembered, and at most
// as many before them.
const mostTallies = 4096

// tallies counts the wrong tries of many.
type tallies[K comparable] struct{ recent, older map[K]tally }

func (t *tallies[K]) of(k K) tally {
	if found, ok := t.recent[k]; ok {
		return found
	}
	return t.older[k]
}

func (t *tallies[K]) set(k K, to tally) {
	if _, ok := t.recent[k]; !ok && len(t.recent) >= mostTallies || t.recent == nil {
		t.recent, t.older = make(map[K]tally), t.recent
	}
	t.recent[k] = to
}

// exceeds reports whether k has as many wrong tries as are free.
func (t *tallies[K]) exceeds(k K, free int, now time.Time) bool {
	found := t.of(k)
	return found.count >= free && now.Sub(found.last) < quiet
}

// refuse notes that a try of k has to wait; first is whether none had to since one was
// counted.
func (t *tallies[K]) refuse(k K) (first bool) {
	found := t.of(k)
	first, found.refused = !found.refused, true
	t.set(k, found)
	return first
}

// wait is for how long k has to wait, if so many wrong tries are free.
func (t *tallies[K]) wait(k K, free int, now time.Time) time.Duration {
	if !t.exceeds(k, free, now) {
		return 0
	}
	found := t.of(k)
	pause := longestWait
	if doubled := found.count - free; doubled < 6 {
		pause = time.Second << doubled
	}
	return max(pause-now.Sub(found.last), 0)
}

func (t *tallies[K]) count(k K, now time.Time) {
	found := t.of(k)
	if now.Sub(found.last) >= quiet {
		found.count = 0
	}
	t.set(k, tally{count: found.count + 1, last: now})
}

func (t *tallies[K]) takeBack(k K) {
	if found := t.of(k); found.count > 0 {
		found.count--
		t.set(k, found)
	}
}
