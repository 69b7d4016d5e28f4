package torture

import (
	"sync"
	"time"
)

// watch notes when callbackd could see what happens on Asterisk: from the
// moment that it was told everything that is there, over a stream that carries
// what happens since, until that stream is lost.
type watch struct {
	mu        sync.Mutex
	gaps      []gap
	stream    *stream   // the one that callbackd listens to; nil without
	streamed  time.Time // when it was opened
	haveList  bool      // the channels were listed since
	listStart time.Time
}

// gap is a time in which callbackd saw nothing; until is zero while it lasts.
type gap struct{ from, until time.Time }

// margin is for what was on its way when a gap began or ended.
const margin = 400 * time.Millisecond

// lost notes the end of a stream; that of one that was replaced means nothing.
func (w *watch) lost(s *stream) {
	at := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stream != s {
		return
	}
	w.stream, w.haveList = nil, false
	w.begin(at)
}

// begin begins a gap, unless there is one.
func (w *watch) begin(at time.Time) {
	if n := len(w.gaps); n > 0 && w.gaps[n-1].until.IsZero() {
		return
	}
	w.gaps = append(w.gaps, gap{from: at})
}

// opened notes a new stream: what is listed from now on is complete with it.
func (w *watch) opened(s *stream) {
	at := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stream != nil { // the old one is deaf from now on
		w.begin(at)
	}
	w.stream, w.streamed = s, at
	w.haveList = false
}

// listed hears of lists that callbackd got, and when it had asked for them:
// with both the gap is over.
func (w *watch) listed(k kind, asked time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.gaps)
	if w.stream == nil || asked.Before(w.streamed) || n == 0 || !w.gaps[n-1].until.IsZero() {
		return
	}
	switch {
	case k == listChannels:
		w.haveList, w.listStart = true, asked
	case k == listBridges && w.haveList && asked.After(w.listStart):
		w.gaps[n-1].until = time.Now()
	}
}

// blind reports whether callbackd may have missed something of the time from
// one moment to another.
func (w *watch) blind(from, to time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.gaps {
		if to.After(g.from.Add(-margin)) && (g.until.IsZero() || from.Before(g.until.Add(margin))) {
			return true
		}
	}
	return false
}

// seen is how much of the time from one moment to another callbackd saw.
func (w *watch) seen(from, to time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := to.Sub(from)
	for _, g := range w.gaps {
		until := g.until
		if until.IsZero() || until.After(to) {
			until = to
		}
		if g.from.After(from) {
			seen -= max(0, until.Sub(g.from))
		} else {
			seen -= max(0, until.Sub(from))
		}
	}
	return seen
}
