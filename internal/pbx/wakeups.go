package pbx

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// wakeups have Asterisk tell when somebody whom a callback waits for may have become free:
// device states, subscribed by name. They are no gate, for they count nothing and begin
// wrong; and the scheduler polls, so that one that is lost costs half a second.
type wakeups struct {
	exchange *Exchange

	mu      sync.Mutex
	told    map[string]bool // devices that this connection is subscribed to
	refused time.Time       // when Asterisk wouldn't last; zero: it does
	due     *time.Timer
	last    time.Time
}

const (
	// wakeDelay gathers what happens at once: a call that ends changes several devices.
	wakeDelay = 20 * time.Millisecond
	// wakePause keeps a busy PBX from having its every change looked at.
	wakePause = 200 * time.Millisecond
	// watchedAtOnce bounds the devices in one request, whose address names them.
	watchedAtOnce = 50
	// refusedFor is how long nothing is subscribed to after Asterisk has refused.
	refusedFor = 10 * time.Second
)

// wake has the scheduler look, in a moment.
func (w *wakeups) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.due != nil {
		return
	}
	w.due = time.AfterFunc(max(wakeDelay, time.Until(w.last.Add(wakePause))), func() {
		w.mu.Lock()
		w.due, w.last = nil, time.Now()
		w.mu.Unlock()
		w.exchange.o.Freed()
	})
}

// close ends what is under way.
func (w *wakeups) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.due != nil {
		w.due.Stop()
	}
}

// renew subscribes to the queues that the rules name, after a connect anew. Phones and
// members are subscribed to when somebody waits for them. It waits for nothing.
func (w *wakeups) renew(ctx context.Context, connected bool) {
	if connected {
		w.mu.Lock()
		w.told, w.refused = nil, time.Time{}
		w.mu.Unlock()
	}
	var devices []string
	for _, queue := range listedQueues(w.exchange.o.Rules.Book(), w.exchange.o.Name) {
		devices = append(devices, "Queue:"+queue, "Queue:"+queue+"_avail") // a caller has left, a member is there
	}
	go w.watch(ctx, devices...)
}

// watch subscribes to devices, each once in a connection. Where Asterisk won't, it is
// asked again after a while, and the log says so once.
func (w *wakeups) watch(ctx context.Context, devices ...string) {
	w.mu.Lock()
	if w.told == nil {
		w.told = map[string]bool{}
	}
	fresh, told := map[string]bool{}, w.told
	for _, device := range devices {
		if !told[device] && time.Since(w.refused) >= refusedFor {
			told[device], fresh["deviceState:"+device] = true, true
		}
	}
	w.mu.Unlock()
	for sources := range slices.Chunk(slices.Sorted(maps.Keys(fresh)), watchedAtOnce) {
		err := w.exchange.client.Subscribe(ctx, sources...)
		w.mu.Lock()
		if err != nil {
			for _, source := range sources {
				delete(told, source[len("deviceState:"):])
			}
		}
		over := errors.Is(ctx.Err(), context.Canceled) // a gap, or the end: no refusal
		say := err != nil && !over && w.refused.IsZero()
		switch {
		case err == nil:
			w.refused = time.Time{}
		case !over:
			w.refused = time.Now()
		}
		w.mu.Unlock()
		if say {
			w.exchange.o.Log.Warn().Err(err).Msg("Asterisk won't tell when agents become free; asking again and again instead")
		}
	}
}
