package callgen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// Recording is what a PBX did for a while, and what really happened meanwhile.
type Recording struct {
	Moments  []Moment
	Calls    []*Call
	Outbound []*Outbound
}

// Play lets calls customers call, about atOnce of them at a time, among colleagues who
// call each other and customers, callbackd's own legs, and strangers' channels.
func Play(seed uint64, calls, atOnce int) *Recording {
	w := newWorld(seed)
	a := author{w.random}
	const callLasts = 30 * time.Second
	gap := callLasts / time.Duration(atOnce)
	for i := range calls {
		s := a.story(int(seed%100)*10_000 + i)
		w.after(a.between(0, time.Duration(calls)*gap), func() { w.calls = append(w.calls, w.customer(s)) })
	}
	for i := range calls / 5 {
		w.after(a.between(0, time.Duration(calls)*gap), func() { w.noise(a, i) })
	}
	return w.record()
}

// Wait lets callers wait in one ringall queue, whose members never answer, until they give
// up. Members are rung for ring at a time.
func Wait(callers, members int, ring, patience time.Duration) *Recording {
	w := newWorld(0)
	var round []Peer
	for i := range members {
		round = append(round, Peer{Phone: fmt.Sprintf("agent%d", i), Does: Reaction{Kind: Ignores}})
	}
	for i := range callers {
		w.after(time.Duration(i)*time.Millisecond, func() {
			w.calls = append(w.calls, w.customer(story{
				trunk: Trunks[0], number: fmt.Sprintf("+46701%06d", i), dialled: "+46855500010", patience: patience,
				steps: []Step{Queue{Name: "support", Timeout: patience + time.Minute, Ring: ring, Retry: time.Second, Rounds: [][]Peer{round}}},
			}))
		})
	}
	return w.record()
}

// record lets everything happen and says what did.
func (w *world) record() *Recording {
	w.run()
	for _, c := range w.calls {
		c.settle()
	}
	return &Recording{Moments: w.moments, Calls: w.calls, Outbound: w.out}
}

// customer lets a customer call.
func (w *world) customer(s story) *Call {
	ch := w.open(s.trunk, "Ring", "from-pstn", s.dialled, s.number)
	c := &Call{
		ID: ch.id, Trunk: s.trunk, Number: s.number, Dialled: s.dialled, Arrived: w.at(), story: s, channel: ch,
	}
	c.enters(ch.context)
	t := &thread{ch: ch, call: c}
	w.spawn(t, func() { t.live(s.steps, s.afterwards) })
	w.hangsUpAfter(t, s.patience)
	return c
}

// hangsUpAfter lets the caller hang up in d; never in the first words of a conversation.
func (w *world) hangsUpAfter(t *thread, d time.Duration) {
	w.after(d, func() {
		switch {
		case t.call.with > 0 && w.now-t.call.since < 2*enough:
			w.hangsUpAfter(t, 2*enough)
		case !t.gone:
			t.post(hangup{})
		}
	})
}

// Events are the events of the recording, in order.
func (r *Recording) Events() []callback.CallEvent {
	var events []callback.CallEvent
	for _, m := range r.Moments {
		if m.Event != nil {
			events = append(events, m.Event)
		}
	}
	return events
}

// Listing is what Asterisk has at a moment, as GET /channels and GET /bridges list it.
type Listing struct {
	Channels []callback.CallChannel
	Created  map[string]time.Time
	Bridges  []callback.LiveBridge
}

// ListingAt is what Asterisk has after the first n moments.
func (r *Recording) ListingAt(n int) Listing {
	l := Listing{Created: map[string]time.Time{}}
	channels, bridges := map[string]callback.CallChannel{}, map[string]callback.LiveBridge{}
	for _, m := range r.Moments[:n] {
		if created, is := m.Event.(callback.ChannelCreated); is {
			l.Created[m.channel.ID] = created.At
		}
		if m.channel.ID != "" {
			channels[m.channel.ID] = m.channel
		}
		if m.over {
			delete(channels, m.channel.ID)
			delete(l.Created, m.channel.ID)
		}
		if m.bridge != nil {
			bridges[m.bridge.ID] = *m.bridge
			if len(m.bridge.Channels) == 0 {
				delete(bridges, m.bridge.ID)
			}
		}
	}
	for _, c := range channels {
		l.Channels = append(l.Channels, c)
	}
	for _, b := range bridges {
		l.Bridges = append(l.Bridges, b)
	}
	slices.SortFunc(l.Channels, func(a, b callback.CallChannel) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Bridges, func(a, b callback.LiveBridge) int { return strings.Compare(a.ID, b.ID) })
	return l
}

// Spans says of each channel between which of the moments it was there, both included.
func (r *Recording) Spans() map[string][2]int {
	spans := map[string][2]int{}
	for i, m := range r.Moments {
		span, known := spans[m.channel.ID]
		if !known {
			span[0] = i
		}
		span[1] = i
		spans[m.channel.ID] = span
	}
	return spans
}
