package pbx_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"callbackd/callback"
)

// cutKind is what happens at a cut.
type cutKind string

const (
	// The process dies: nothing that it does has any effect from then on.
	killedBefore cutKind = "killed before"            // the effect doesn't take place
	killedAfter  cutKind = "killed after"             // it does, its answer isn't seen
	killedAhead  cutKind = "killed, and overtaken by" // a request takes effect when the next life has begun
	// The connection to Asterisk is lost and the process lives on. A commit
	// takes, on a slow disk, until it is connected again.
	lostBefore cutKind = "connection lost before"
	lostAfter  cutKind = "connection lost after"
	// A request takes effect when callbackd is connected again.
	lostAhead cutKind = "connection lost, and overtaken by"
	// One request alone fails, or its answer is lost.
	requestLost cutKind = "request lost:"
	replyLost   cutKind = "reply lost:"
	// The connection stays open, requests are answered, and no event comes any
	// more, until callbackd finds out.
	deafFrom cutKind = "deaf from"
	// The disk is full: a commit fails, and everything goes on.
	diskFull cutKind = "disk full at"
	// Somebody does something, the cut's action: right before a request is sent,
	// right after a commit.
	actedAt cutKind = "acted at"
)

func (k cutKind) kills() bool  { return k == killedBefore || k == killedAfter || k == killedAhead }
func (k cutKind) severs() bool { return k == lostBefore || k == lostAfter || k == lostAhead }
func (k cutKind) before() bool { return k == killedBefore || k == lostBefore }

const (
	// overtaken is how late a request is that the next life overtakes.
	overtaken = 4 * time.Second
	// slowDisk is how long a commit takes that a lost connection overtakes,
	// if callbackd isn't connected again before.
	slowDisk = 1500 * time.Millisecond
	// tooMany effects are those of a callbackd that does the same again and again
	// in one instant, which would last for ever.
	tooMany = 10_000
	// unanswered is how long a cut waits for the answer of its request, which
	// a playback may hold up.
	unanswered = time.Second
)

// blinds reports whether callbackd sees nothing afterwards, for a while.
func (k cutKind) blinds() bool {
	switch k {
	case requestLost, replyLost, diskFull, actedAt:
		return false
	}
	return true
}

// cutPoint is where one life of callbackd is cut: at its effect number at, from 1.
type cutPoint struct {
	at     int
	kind   cutKind
	action *action // of actedAt
}

func (c cutPoint) String() string {
	if c.action != nil {
		return c.action.name + " at"
	}
	return string(c.kind)
}

// errCut is all that callbackd learns of a cut.
var errCut = errors.New("cut")

// life is one life of callbackd, from a start to a kill or to the end of the
// run, and the list of its effects. An effect is a commit that changes
// something, or a REST request other than the heartbeat. What callbackd does
// goes through a life's store and wires, which know when it is dead.
type life struct {
	cut  *cutPoint    // nil: it isn't cut
	deaf func() bool  // makes it so, if it is connected
	act  func()       // is the cut's action
	turn func([]turn) // hears of what was switched or put in force by a commit
	// positioned hears that it was committed how far the logs are read.
	positioned func()
	hurt       chan struct{} // closed when the cut is made
	parted     bool          // by that, for there was a connection
	// apart, if set, is whether the network between callbackd and Asterisk is down.
	apart *atomic.Bool
	// again is closed when what Asterisk holds is listed after a lost connection.
	again chan struct{}

	mu       sync.Mutex
	effects  []string
	times    []time.Time // of the effects
	views    int
	ready    []time.Time
	made     time.Time // of the cut; zero before
	dead     bool
	deafened bool
	wires    map[*wire]struct{}
}

func newLife(c *cutPoint) *life {
	return &life{cut: c, hurt: make(chan struct{}), again: make(chan struct{}), wires: map[*wire]struct{}{}}
}

// leave is what becomes of an effect.
type leave int

const (
	granted leave = iota
	refused       // callbackd is dead
	struck        // the cut is here: what happens is in the cut's kind
)

// asks for leave for an effect. From a deadly cut on everything else is
// refused, so that the effect of the cut is the last.
func (l *life) asks(effect string) leave {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return refused
	}
	l.effects, l.times = append(l.effects, effect), append(l.times, time.Now())
	if len(l.effects) > tooMany {
		l.dead = true // and is stuck
		return refused
	}
	if effect == reconciling {
		l.ready = append(l.ready, time.Now())
		if !l.made.IsZero() && !isClosed(l.again) {
			close(l.again)
		}
	}
	if l.cut == nil || len(l.effects) != l.cut.at {
		return granted
	}
	l.dead, l.made = l.cut.kind.kills(), time.Now()
	return struck
}

// deafen makes the cut whose effect takes place as if nothing were.
func (l *life) deafen() {
	if l.deaf() {
		l.feels()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.deafened = true
	}
}

// feels lets it be seen who talks at this moment.
func (l *life) feels() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !isClosed(l.hurt) {
		close(l.hurt)
	}
}

// sever cuts all connections, once the cut's effect has, or hasn't, taken place.
func (l *life) sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if isClosed(l.hurt) {
		return
	}
	l.parted = len(l.wires) > 0
	for w := range l.wires {
		w.Conn.Close()
	}
	clear(l.wires)
	close(l.hurt)
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// die ends a life that can't go on, or is to end between two effects.
func (l *life) die() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
}

func (l *life) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

// isReady reports whether it has seen what Asterisk holds.
func (l *life) isReady() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ready) > 0
}

// readyAfter is when it first did so after a moment; zero if it never did.
func (l *life) readyAfter(moment time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.ready {
		if at.After(moment) {
			return at
		}
	}
	return time.Time{}
}

// quietSince is when the latest effect was.
func (l *life) quietSince() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.times) == 0 {
		return time.Time{}
	}
	return l.times[len(l.times)-1]
}

// reads reports whether effect number k changes nothing.
func (l *life) reads(k int) bool { return strings.HasPrefix(l.effects[k-1], "GET /") }

// commits reports whether effect number k is a commit.
func (l *life) commits(k int) bool { return strings.HasPrefix(l.effects[k-1], "commit") }

// follows reports whether effect number k came in the same instant as the one
// before. To be killed before it leaves what it leaves to be killed after that one.
func (l *life) follows(k int) bool { return k > 1 && l.times[k-1].Equal(l.times[k-2]) }

// done lists the effects, the cut marked.
func (l *life) done() (list []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, effect := range l.effects {
		if l.cut != nil && l.cut.at == i+1 {
			effect = fmt.Sprintf("%s   <=== %v this", effect, l.cut)
		}
		list = append(list, fmt.Sprintf("%3d %s", i+1, effect))
	}
	return list
}

// cutWas reports whether the cut was made, and when.
func (l *life) cutWas() (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made, !l.made.IsZero()
}

// ledger is a life's store.
type ledger struct {
	callback.Store
	life *life
}

func (s *ledger) View(ctx context.Context, fn func(callback.ReadTx) error) error {
	if s.life.isDead() {
		return errCut
	}
	s.life.mu.Lock()
	s.life.views++
	s.life.mu.Unlock()
	return s.Store.View(ctx, fn)
}

func (s *ledger) Update(ctx context.Context, fn func(callback.Tx) error) error {
	var became leave
	var seen *entry
	err := s.Store.Update(ctx, func(tx callback.Tx) error {
		if s.life.isDead() {
			return errCut
		}
		seen = &entry{Tx: tx}
		if err := fn(seen); err != nil {
			return err
		}
		if seen.what == "" {
			return nil
		}
		became = s.life.asks("commit" + seen.what)
		switch {
		case became == refused:
			return errCut
		case became != struck:
			return nil
		case s.life.cut.kind == actedAt, s.life.cut.kind == requestLost, s.life.cut.kind == replyLost:
			return nil
		case s.life.cut.kind == deafFrom:
			s.life.deafen()
			return nil
		case s.life.cut.kind == diskFull:
			return errCut
		case s.life.cut.kind.before() || s.life.cut.kind == killedAhead:
			s.life.sever()
		}
		switch s.life.cut.kind {
		case killedBefore, killedAhead: // a commit is never late
			return errCut
		case lostBefore:
			s.life.overtake()
		}
		return nil
	})
	if err == nil && len(seen.turns) > 0 {
		s.life.turn(seen.turns)
	}
	if err == nil && seen.position {
		s.life.positioned()
	}
	if became != struck {
		return err
	}
	switch s.life.cut.kind {
	case actedAt:
		s.life.act()
		return err
	case deafFrom, diskFull, requestLost, replyLost:
		return err
	}
	s.life.sever()
	if s.life.cut.kind == killedAfter {
		return errCut
	}
	return err
}

// overtake waits until callbackd has listed anew what Asterisk holds, and gives
// its reconciliation the chance to read the database. It doesn't wait for that
// in virtual time: a reconciliation that waits, as it must, for the mutex of a
// claim that is being committed here would stop the clock.
func (l *life) overtake() {
	select {
	case <-l.again:
	case <-time.After(slowDisk):
	}
	l.mu.Lock()
	before := l.views
	l.mu.Unlock()
	for range 10_000 {
		l.mu.Lock()
		after := l.views
		l.mu.Unlock()
		if after > before {
			return
		}
		runtime.Gosched()
	}
}
