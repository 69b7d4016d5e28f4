package ari

import (
	"context"
	"sync"
)

// entry is one element of the stream: an event as Asterisk sent it, or one of the
// client's own.
type entry struct {
	raw []byte
	own Event
}

// event decodes what came, in the handler's time.
func (e entry) event() Event {
	if e.own != nil {
		return e.own
	}
	return Decode(e.raw)
}

// queue stands between the reading goroutine, which must never wait, and the handler,
// which may. Asterisk's events are bounded by limit; the client's own (Connected,
// Disconnected, Gap) always fit. They stay few because no connection is attempted while
// the queue is half full, see waitForRoom.
type queue struct {
	limit int

	mu      sync.Mutex
	entries []entry // entries[first:] wait for the handler
	first   int
	held    []entry // events of a connection that isn't ready yet, see hold
	holding bool
	lost    bool // one more came than could be held
	closed  bool

	arrived chan struct{} // capacity 1: something to deliver, or closed
	taken   chan struct{} // capacity 1: fell below half
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, arrived: make(chan struct{}, 1), taken: make(chan struct{}, 1)}
}

// hold keeps Asterisk's events back until release, so that none is delivered before the
// Connected of its connection.
func (q *queue) hold() {
	q.mu.Lock()
	q.holding, q.held, q.lost = true, nil, false
	q.mu.Unlock()
}

// release delivers connected, after it what was held, and after that the gap if that wasn't
// all: the connection is given up already, but what was held is being delivered.
func (q *queue) release(connected Event) {
	q.mu.Lock()
	q.entries = append(q.entries, entry{own: connected})
	q.entries = append(q.entries, q.held...)
	if q.lost {
		q.entries = append(q.entries, entry{own: overflow()})
	}
	q.holding, q.held = false, nil
	q.mu.Unlock()
	notify(q.arrived)
}

// discard forgets what was held: the connection failed before it was ready.
func (q *queue) discard() {
	q.mu.Lock()
	q.holding, q.held = false, nil
	q.mu.Unlock()
}

// push takes an event of Asterisk; false says that it didn't fit, and that a gap took its
// place. After that nothing more may be pushed for the same connection.
func (q *queue) push(e entry) (fits bool) {
	q.mu.Lock()
	fits = len(q.entries)-q.first+len(q.held) < q.limit
	switch {
	case fits && q.holding:
		q.held = append(q.held, e)
	case fits:
		q.entries = append(q.entries, e)
	case q.holding:
		q.lost = true
	default:
		q.entries = append(q.entries, entry{own: overflow()})
	}
	q.mu.Unlock()
	notify(q.arrived)
	return fits
}

func overflow() *Gap { return &Gap{Reason: ErrOverflow.Error()} }

// add takes an event of the client's own.
func (q *queue) add(own Event) {
	q.mu.Lock()
	q.entries = append(q.entries, entry{own: own})
	q.mu.Unlock()
	notify(q.arrived)
}

// close ends deliver once everything is delivered.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	notify(q.arrived)
}

// waitForRoom returns when less than half of the queue waits; false if ctx ended first.
func (q *queue) waitForRoom(ctx context.Context) bool {
	for {
		q.mu.Lock()
		room := len(q.entries)-q.first <= q.limit/2
		q.mu.Unlock()
		if room {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-q.taken:
		}
	}
}

// deliver hands everything to handle, in order, until the queue is closed and empty or
// ctx ends.
func (q *queue) deliver(ctx context.Context, handle func(Event)) {
	for ctx.Err() == nil {
		e, ok, closed := q.pop()
		switch {
		case ok:
			handle(e.event())
		case closed:
			return
		default:
			select {
			case <-ctx.Done():
			case <-q.arrived:
			}
		}
	}
}

func (q *queue) pop() (e entry, ok, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := len(q.entries) - q.first
	if waiting == 0 {
		return entry{}, false, q.closed
	}
	e = q.entries[q.first]
	q.entries[q.first] = entry{} // so that its memory can go
	q.first++
	if q.first >= 1024 && q.first >= len(q.entries)/2 {
		q.entries = append(q.entries[:0:0], q.entries[q.first:]...)
		q.first = 0
	}
	if waiting-1 <= q.limit/2 {
		notify(q.taken)
	}
	return e, true, false
}

// notify wakes whoever waits on a channel of capacity 1, or will.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
