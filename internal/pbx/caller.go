package pbx

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// caller is the hold on the call of somebody whom the dialplan has handed over; it
// implements callback.Caller. Like an attempt's call it has facts, which events make true
// from the exchange's goroutine, and steps that wait for them. The channel is the
// dialplan's, and keeps Asterisk's own id: nothing that removes what is ours touches it.
type caller struct {
	exchange *Exchange
	id       string // of the channel
	language string

	// The steps' own, which come one after the other.
	up   bool // answered
	said int  // sounds so far

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when a fact changes
	facts   callerFacts
}

// callerFacts are what is known of a caller.
type callerFacts struct {
	gone     bool      // hung up, or back in the dialplan
	keys     []string  // pressed, and not taken yet
	deaf     time.Time // until then, none is heard
	finished map[string]ari.PlaybackState
	playing  string // the playback that was asked for last; "" when it is over
}

func newCaller(x *Exchange, channel ari.Channel) *caller {
	return &caller{
		exchange: x, id: channel.ID, language: channel.Language, up: channel.State == ari.StateUp,
		changed: make(chan struct{}), facts: callerFacts{finished: map[string]ari.PlaybackState{}},
	}
}

func (c *caller) set(change func(*callerFacts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.facts)
	close(c.changed)
	c.changed = make(chan struct{})
}

// await waits until done answers true, at most for limit. A caller who is gone ends it.
func (c *caller) await(ctx context.Context, limit time.Duration, done func(*callerFacts) bool) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		c.mu.Lock()
		ok, gone, changed := done(&c.facts), c.facts.gone, c.changed
		c.mu.Unlock()
		switch {
		case ok:
			return nil
		case gone:
			return callback.ErrCallerGone
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			return errTooLong
		case <-changed:
		}
	}
}

// Withheld implements callback.Caller. Asterisk is asked as soon as a call comes in, so
// the answer is there, or comes in a moment.
func (c *caller) Withheld(ctx context.Context) bool {
	c.exchange.detecting.Lock()
	q := c.exchange.presentations.asked[c.id]
	c.exchange.detecting.Unlock()
	if q == nil {
		return true
	}
	timer := time.NewTimer(presentationLimit)
	defer timer.Stop()
	select {
	case <-q.answered:
	case <-timer.C:
	case <-ctx.Done():
	}
	return q.known() != callback.PresentationAllowed
}

// presentationLimit is a thousand times what the answer takes.
const presentationLimit = time.Second

// Queue implements callback.Caller. It is asked on the caller's own channel, so it needs no
// probe; how long somebody has waited only events tell.
func (c *caller) Queue(ctx context.Context, name string) (now callback.QueueNow, err error) {
	read := func(function string) (n int) {
		if err == nil {
			n, err = c.number(ctx, fmt.Sprintf(function, name))
		}
		return n
	}
	waiting, free := read("QUEUE_WAITING_COUNT(%s)"), read("QUEUE_MEMBER(%s,ready)")
	if err != nil {
		return callback.QueueNow{}, fmt.Errorf("ask Asterisk %s about queue %s: %w", c.exchange.o.Name, name, err)
	}
	now.Callers = max(0, waiting-len(c.exchange.gate.channels(name)))
	now.LongestWait = c.exchange.waits.longest(name, c.id, time.Now())
	now.Free = free
	return now, nil
}

func (c *caller) number(ctx context.Context, function string) (n int, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, readingLimit, errSilent)
	defer cancel()
	value, err := c.exchange.client.ChannelVariable(ctx, c.id, function)
	if errors.Is(err, ari.ErrNotFound) {
		return 0, callback.ErrCallerGone
	}
	if err == nil {
		_, err = fmt.Sscanf(value, "%d", &n)
	}
	return n, seen(ctx, err)
}

// Forget implements callback.Caller.
func (c *caller) Forget() {
	c.set(func(f *callerFacts) { f.keys, f.deaf = nil, time.Now().Add(echo) })
}

// echo is how long after it a key may come once more, though it was pressed once. Nobody
// answers a question as fast.
const echo = 200 * time.Millisecond

// Key implements callback.Caller.
func (c *caller) Key(ctx context.Context, within time.Duration) (key string, err error) {
	err = c.await(ctx, within, func(f *callerFacts) bool {
		if len(f.keys) == 0 {
			return false
		}
		key, f.keys = f.keys[0], f.keys[1:]
		return true
	})
	if errors.Is(err, errTooLong) {
		err = nil
	}
	return key, err
}

// What follows is called by the exchange's goroutine.

func (c *caller) pressed(key string) {
	c.set(func(f *callerFacts) {
		if len(f.keys) < mostKeys && !time.Now().Before(f.deaf) {
			f.keys = append(f.keys, key)
		}
	})
}

// mostKeys are more than any question takes.
const mostKeys = 100

func (c *caller) played(id string, state ari.PlaybackState) {
	c.set(func(f *callerFacts) {
		f.finished[id] = state
		if f.playing == id {
			f.playing = ""
		}
	})
}

func (c *caller) left() { c.set(func(f *callerFacts) { f.gone = true }) }

// callers are those who are in a menu now.
type callers struct {
	mu   sync.Mutex
	byID map[string]*caller
}

func (cs *callers) add(c *caller) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.byID == nil {
		cs.byID = map[string]*caller{}
	}
	cs.byID[c.id] = c
}

// tell lets the caller on a channel hear something, if there is one.
func (cs *callers) tell(id string, hear func(*caller)) {
	cs.mu.Lock()
	c := cs.byID[id]
	cs.mu.Unlock()
	if c != nil {
		hear(c)
	}
}

func (cs *callers) drop(c *caller) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.byID[c.id] == c {
		delete(cs.byID, c.id)
	}
}
