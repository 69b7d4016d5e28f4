package aritest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Queue is how a queue of app_queue works.
type Queue struct {
	Members  []string      // their interfaces, such as PJSIP/alice; each an AgentPhone
	RingAll  bool          // everybody who is ready at once, else the first
	Autofill bool          // several callers at once, else only the one who waits longest
	WrapUp   time.Duration // rest of a member after a call
}

// queue is a Queue at work.
type queue struct {
	Queue
	name    string
	entries []*entry
	paused  map[string]bool
	over    map[string]time.Time // when a member's last call of this queue ended
}

// entry is a caller, or a leg of ours, who waits.
type entry struct {
	call     *Call
	priority int
	sequence int
	rings    bool // members, already
}

const (
	queueTick    = time.Second      // app_queue looks once a second whose turn it is
	queueTimeout = 15 * time.Second // for which a member rings
	ringStep     = 10 * time.Millisecond
	ourPriority  = -10 // callbackd.conf's
)

// SetQueue makes a queue, or changes it. Its functions of the dialplan answer from then on,
// and Local channels to it in callbackd.conf's context wait in it.
func (s *Server) SetQueue(name string, q Queue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.queue(name); known != nil {
		known.Queue = q
		return
	}
	s.queues = append(s.queues, &queue{Queue: q, name: name, paused: map[string]bool{}, over: map[string]time.Time{}})
}

// Pause pauses a member of a queue, or ends that.
func (s *Server) Pause(name, member string, paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue(name).paused[member] = paused
	s.memberMoved(s.device(member))
}

// queue finds a queue as Asterisk does, without regard to case.
func (s *Server) queue(name string) *queue {
	for _, q := range s.queues {
		if strings.EqualFold(q.name, name) {
			return q
		}
	}
	return nil
}

// Caller has a caller who isn't ours join a queue, and gives the call: Hangup gives up,
// Done is closed when it is over.
func (s *Server) Caller(name, number string) *Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.callIn(number)
	s.execute(c.channel, "Queue", name+",,,,")
	s.spawn(func() { s.waitIn(name, c, 0) })
	return c
}

// QueueState is who is in a queue.
type QueueState struct {
	Live    int      // callers who wait
	Looking int      // legs of callbackd.conf's context for which no phone rings
	Ready   []string // members whom the queue would ring, and whose phones have no call
}

// QueueState gives the truth about a queue, without the time that Asterisk's own functions
// take to learn it.
func (s *Server) QueueState(name string) (state QueueState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queue(name)
	for _, e := range q.waiting() {
		switch {
		case e.priority != ourPriority:
			state.Live++
		case !e.rings:
			state.Looking++
		}
	}
	state.Ready = slices.DeleteFunc(q.ready(s), func(member string) bool { return s.hasCall(s.device(member)) })
	return state
}

// WaitIn puts a Local channel into a queue, as callbackd.conf's context does, until it is
// answered or gone.
func (c *Call) WaitIn(name string) {
	c.Execute("Queue", name+",rC")
	c.s.waitIn(name, c, ourPriority)
}

// Served says whether the caller talks with a member.
func (c *Call) Served() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return !c.channel.ended && c.second().state == "Up"
}

// waitsFor gives the script of a Local channel that goes into a queue.
func (s *Server) waitsFor(endpoint string) func(*Call) {
	place, is := strings.CutSuffix(endpoint, "@callbackd-agent/n")
	q := s.queue(strings.TrimPrefix(place, "Local/"))
	if !is || q == nil {
		return nil
	}
	return func(c *Call) { c.WaitIn(q.name) }
}

// waitIn keeps a call in a queue until it is answered or gone.
func (s *Server) waitIn(name string, c *Call, priority int) {
	s.mu.Lock()
	q := s.queue(name)
	e := &entry{call: c, priority: priority, sequence: s.next()}
	q.entries = append(q.entries, e)
	slices.SortStableFunc(q.entries, func(a, b *entry) int {
		return cmp.Or(b.priority-a.priority, a.sequence-b.sequence)
	})
	s.queuesMoved()
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		q.entries = slices.DeleteFunc(q.entries, func(other *entry) bool { return other == e })
		s.queuesMoved()
	}()
	for c.Wait(0) {
		legs := s.ringMembers(q, e)
		for began := time.Now(); len(legs) > 0 && time.Since(began) < queueTimeout; {
			if !c.Wait(ringStep) || c.Served() {
				return
			}
			legs = slices.DeleteFunc(legs, func(leg *Call) bool { return !leg.Wait(0) })
		}
		s.mu.Lock()
		e.rings = false
		for _, leg := range legs {
			s.cancelLeg(leg, 0)
		}
		s.mu.Unlock()
		c.Wait(queueTick)
	}
}

// ringMembers rings whom it is an entry's turn to have, and gives their legs.
func (s *Server) ringMembers(q *queue, e *entry) (legs []*Call) {
	s.mu.Lock()
	ready, ahead := q.ready(s), q.waiting()
	ahead = ahead[:max(0, slices.Index(ahead, e))]
	if !q.Autofill && len(ahead) > 0 {
		ready = nil
	}
	// Who rings somebody already needs nobody else.
	ahead = slices.DeleteFunc(ahead, func(other *entry) bool { return other.rings })
	if len(ahead) >= len(ready) {
		ready = nil
	}
	if len(ready) > 1 && !q.RingAll {
		ready = ready[:1]
	}
	e.rings = len(ready) > 0
	s.mu.Unlock()
	for _, member := range ready {
		leg := e.call.Dial(member)
		s.mu.Lock()
		if script := s.phone(member); script != nil {
			s.spawn(func() { script(leg) })
		}
		s.mu.Unlock()
		legs = append(legs, leg)
	}
	return legs
}

// waiting lists the entries that nobody has answered.
func (q *queue) waiting() []*entry {
	return slices.DeleteFunc(slices.Clone(q.entries), func(e *entry) bool {
		return e.call.channel.ended || e.call.second().state == "Up"
	})
}

// ready lists the members whom the queue would ring.
func (q *queue) ready(s *Server) (list []string) {
	for _, member := range q.Members {
		if s.deviceState(s.device(member)) == "NOT_INUSE" && !q.paused[member] && time.Since(q.over[member]) >= q.WrapUp {
			list = append(list, member)
		}
	}
	return list
}

// queuesMoved tells the states of the queues' own devices that are others now: whether
// somebody waits. A queue where nobody has ever waited has none.
func (s *Server) queuesMoved() {
	for _, q := range s.queues {
		switch known := s.devices["Queue:"+q.name]; {
		case len(q.waiting()) > 0:
			s.deviceMoved("Queue:"+q.name, "RINGING")
		case known != "":
			s.deviceMoved("Queue:"+q.name, "NOT_INUSE")
		}
	}
}

// memberMoved tells whether the queues of a member have anybody who is ready, when its
// device or its pause has changed; that its rest is over is never told.
func (s *Server) memberMoved(device string) {
	for _, q := range s.queues {
		if !slices.ContainsFunc(q.Members, func(member string) bool { return s.device(member) == device }) {
			continue
		}
		state := "INUSE"
		if len(q.ready(s)) > 0 {
			state = "NOT_INUSE"
		}
		s.deviceMoved("Queue:"+q.name+"_avail", state)
	}
}

// queueFunction gives what app_queue's functions say; known is false for a queue that
// doesn't exist.
func (s *Server) queueFunction(function, argument string) (value string, known bool) {
	arguments := strings.Split(argument, ",")
	q := s.queue(arguments[0])
	if q == nil {
		return "", false
	}
	switch function {
	case "QUEUE_EXISTS":
		return "1", true
	case "QUEUE_WAITING_COUNT":
		return fmt.Sprint(len(q.waiting())), true
	case "QUEUE_MEMBER_LIST":
		return strings.Join(q.Members, ","), true
	case "QUEUE_MEMBER":
		switch {
		case len(arguments) == 2 && arguments[1] == "ready":
			return fmt.Sprint(len(q.ready(s))), true
		case len(arguments) == 3 && arguments[1] == "paused":
			if q.paused[arguments[2]] {
				return "1", true
			}
			return "0", true
		}
	}
	return "", false
}
