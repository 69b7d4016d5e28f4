package pbx

import (
	"strings"
	"sync"
	"time"

	"callbackd/ari"
)

// queueWaits remembers since when callers have been in their queues, which no function of
// Asterisk tells: a caller joins with the ChannelDialplan of Queue(), and leaves with the
// next application, a bridge, or the call's end. Who has left by the dialplan has waited all
// the same: it is that caller whom it hands over then. Who has come into a bridge has been
// helped, and begins to wait anew if passed on to a queue.
//
// After a gap nobody knows when those who are there joined: they count from when they were
// listed.
type queueWaits struct {
	mu     sync.Mutex
	joined map[string]queueWait // by the channel's id
}

type queueWait struct {
	queue string // in small letters: Asterisk finds queues without regard to case
	since time.Time
	left  bool
}

// observe hears every event; it waits for nothing.
func (w *queueWaits) observe(event ari.Event, own func(string) bool) {
	switch e := event.(type) {
	case *ari.ChannelDialplan:
		if own(e.Channel.ID) {
			return
		}
		if e.App == "Queue" {
			w.join(e.Channel.ID, e.AppData, time.Now())
		} else {
			w.leave(e.Channel.ID)
		}
	case *ari.ChannelEnteredBridge:
		w.forget(e.Channel.ID)
	case *ari.ChannelDestroyed:
		w.forget(e.Channel.ID)
	}
}

func (w *queueWaits) join(id, data string, at time.Time) {
	queue, _, _ := strings.Cut(data, ",")
	queue = strings.ToLower(queue)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.joined == nil {
		w.joined = map[string]queueWait{}
	}
	if known := w.joined[id]; known.queue == queue { // once more: the caller waits since the first time
		at = known.since
	}
	w.joined[id] = queueWait{queue: queue, since: at}
}

func (w *queueWaits) forget(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.joined, id)
}

func (w *queueWaits) leave(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, is := w.joined[id]; is {
		known.left = true
		w.joined[id] = known
	}
}

// resume takes up those who are in queues after a gap.
func (w *queueWaits) resume(channels []ari.Channel, own func(string) bool) {
	w.mu.Lock()
	before := w.joined
	w.joined = map[string]queueWait{}
	w.mu.Unlock()
	now := time.Now()
	for _, c := range channels {
		known, was := before[c.ID]
		switch {
		case own(c.ID):
		case c.Dialplan.AppName == "Queue":
			at := now
			if was {
				at = known.since
			}
			w.join(c.ID, c.Dialplan.AppData, at)
		case was:
			w.mu.Lock()
			known.left = true
			w.joined[c.ID] = known
			w.mu.Unlock()
		}
	}
}

// longest is how long somebody has waited in a queue at most: of those who wait now, and
// of the one who asks.
func (w *queueWaits) longest(queue, asking string, now time.Time) (longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, wait := range w.joined {
		if wait.queue == strings.ToLower(queue) && (!wait.left || id == asking) {
			longest = max(longest, now.Sub(wait.since))
		}
	}
	return longest
}
