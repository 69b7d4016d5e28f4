package pbx

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// leg is an agent leg of ours from the moment in which it is let in until it is answered
// or gone from Asterisk. Seconds may pass before it is sent: its announcement is spoken.
type leg struct {
	call   *call
	target callback.Target
	phones []string // of agents and groups: it takes all of them, all the time
	since  time.Time
	sent   bool // or about to be: Asterisk may count it in its queue
	// queued: Asterisk has said that it is in its queue, and counts it there.
	queued  bool
	dialled map[string]dialled // by channel
}

// dialled is a phone that a leg makes ring.
type dialled struct {
	phone string
	rings time.Time // since when; zero: its network hasn't said so yet
}

// settle is ten times what it takes from a phone's ringing, as events tell it, until the
// functions of the dialplan say that its device is in use. Until then the phone counts as
// taken by the leg.
const settle = 100 * time.Millisecond

// legs are the agent legs of ours that nobody has answered. Events tell of them, in
// the stream's goroutine; whoever admits reads them.
type legs struct {
	mu       sync.Mutex
	changed  chan struct{}   // closed and replaced when a leg has changed
	admitted map[string]*leg // by the agent's channel
	ringing  map[string]*leg // by a phone's channel
	settled  map[string]time.Time
}

func newLegs() legs {
	return legs{
		changed: make(chan struct{}), admitted: map[string]*leg{}, ringing: map[string]*leg{}, settled: map[string]time.Time{},
	}
}

// of reports whether the leg is in a queue, or on its way there. Asterisk finds queues
// without regard to case.
func (l *leg) of(queue string) bool {
	return l.target.Kind == callback.TargetQueue && strings.EqualFold(l.target.Name, queue)
}

// looks reports whether the leg may take any member of its queue: no phone rings for it.
func (l *leg) looks() bool { return l.target.Kind == callback.TargetQueue && len(l.dialled) == 0 }

// takes lists the phones that serve nobody else, whatever their devices say: those of
// an agent or a group, and those that have hardly begun to ring.
func (l *leg) takes(now time.Time) []string {
	phones := slices.Clone(l.phones)
	for _, d := range l.dialled {
		if d.rings.IsZero() || now.Sub(d.rings) < settle {
			phones = append(phones, d.phone)
		}
	}
	return phones
}

// rung lists the phones that the leg makes ring, or will.
func (l *leg) rung() []string {
	phones := slices.Clone(l.phones)
	for _, d := range l.dialled {
		phones = append(phones, d.phone)
	}
	return phones
}

// change changes the legs and wakes who waits for that.
func (s *legs) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

// admit adds a leg.
func (s *legs) admit(c *call, phones []string) {
	l := &leg{call: c, target: c.target, phones: phones, since: time.Now(), dialled: map[string]dialled{}}
	s.change(func() { s.admitted[c.names.AgentChannel] = l })
}

// send notes that a leg is sent now.
func (s *legs) send(agentChannel string) {
	if l := s.find(s.admitted, agentChannel); l != nil {
		s.change(func() { l.sent = true })
	}
}

// drop forgets a leg; those of its phones that rang when it was answered are in use.
func (s *legs) drop(agentChannel string) (was bool) {
	l := s.find(s.admitted, agentChannel)
	if l == nil {
		return false
	}
	s.change(func() {
		delete(s.admitted, agentChannel)
		for channel, d := range l.dialled {
			delete(s.ringing, channel)
			s.settled[d.phone] = time.Now().Add(settle)
		}
	})
	return true
}

// find gives the leg itself, of which only change may read or write what changes.
func (s *legs) find(by map[string]*leg, channel string) *leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return by[channel]
}

// reset forgets everything, in a gap.
func (s *legs) reset() {
	s.change(func() { clear(s.admitted); clear(s.ringing); clear(s.settled) })
}

// observe takes from an event what concerns a leg. It reports whether another leg may now
// be let in.
func (s *legs) observe(event ari.Event) (moved bool) {
	switch e := event.(type) {
	case *ari.ChannelDialplan:
		if l := s.find(s.admitted, strings.TrimSuffix(e.Channel.ID, otherHalf)); l != nil && e.App == "Queue" {
			s.change(func() { l.queued = true })
		}
	case *ari.Dial:
		if e.Caller == nil || !strings.HasSuffix(e.Caller.ID, otherHalf) {
			return false
		}
		if l := s.find(s.admitted, strings.TrimSuffix(e.Caller.ID, otherHalf)); l != nil {
			s.change(func() { moved = s.rang(l, e) })
		}
	case *ari.StasisStart:
		return s.drop(e.Channel.ID)
	case *ari.ChannelDestroyed:
		if l := s.find(s.ringing, e.Channel.ID); l != nil {
			s.change(func() { s.stopped(l, e.Channel.ID) })
			return true
		}
		return s.drop(e.Channel.ID)
	}
	return moved
}

// rang notes the progress of a phone, and reports whether it has just begun to ring.
func (s *legs) rang(l *leg, e *ari.Dial) bool {
	d, known := l.dialled[e.Peer.ID]
	if !known && e.Status == "" {
		d.phone, s.ringing[e.Peer.ID] = callback.EndpointOf(e.Peer.Name), l
		l.dialled[e.Peer.ID] = d
	}
	begins := d.phone != "" && d.rings.IsZero() && slices.Contains([]string{"RINGING", "PROGRESS", "ANSWER"}, e.Status)
	if begins {
		d.rings = time.Now()
		l.dialled[e.Peer.ID] = d
	}
	return begins
}

// stopped notes the end of a phone's call. Dial() rings each phone once, Queue() may again.
func (s *legs) stopped(l *leg, channel string) {
	phone := l.dialled[channel].phone
	delete(l.dialled, channel)
	delete(s.ringing, channel)
	l.phones = slices.DeleteFunc(slices.Clone(l.phones), func(other string) bool { return phoneOf(other) == phone })
}

// copied is the leg as it is now, for whoever reads it without the lock.
func (l *leg) copied() leg {
	c := *l
	c.dialled = maps.Clone(l.dialled)
	return c
}

// all gives copies of the legs as they are now.
func (s *legs) all() []leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]leg, 0, len(s.admitted))
	for _, l := range s.admitted {
		list = append(list, l.copied())
	}
	return list
}

// one gives a copy of the leg as it is now; false if it is gone.
func (s *legs) one(agentChannel string) (leg, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.admitted[agentChannel]
	if !ok {
		return leg{}, false
	}
	return l.copied(), true
}

// in lists the legs of a queue.
func (s *legs) in(queue string) (list []leg) {
	for _, l := range s.all() {
		if l.of(queue) {
			list = append(list, l)
		}
	}
	return list
}

// engaged is what the legs of ours are about to have.
type engaged struct {
	looking map[string]int  // legs that look for any member, by queue in lower case
	taken   map[string]bool // phones that serve nobody else
	direct  map[string]bool // those of them that legs to agents and groups ring by name
}

// engaged says which phones, by the names that they are compared by, serve nobody else,
// and how many legs look for one.
func (s *legs) engaged(name func(endpoint string) string) engaged {
	now := time.Now()
	e := engaged{looking: map[string]int{}, taken: map[string]bool{}, direct: map[string]bool{}}
	for _, l := range s.all() {
		for _, phone := range l.takes(now) {
			e.taken[name(phone)] = true
		}
		for _, phone := range l.phones {
			e.direct[name(phone)] = true
		}
		if l.looks() {
			e.looking[strings.ToLower(l.target.Name)]++
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for phone, until := range s.settled {
		if now.Before(until) {
			e.taken[name(phone)] = true
		} else {
			delete(s.settled, phone)
		}
	}
	return e
}

// arrive waits until Asterisk has said of each leg that was sent to a queue that it is
// in it, or gone: false if that takes longer than limit. Until then nobody knows whether
// it is counted among those who wait.
func (s *legs) arrive(ctx context.Context, queue string, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		s.mu.Lock()
		changed, there := s.changed, true
		for _, l := range s.admitted {
			there = there && (l.queued || !l.sent || !l.of(queue))
		}
		s.mu.Unlock()
		if there {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}
