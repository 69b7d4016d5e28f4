package witness

import "time"

// queues knows what queue_log says of the calls that may still be alive, by the unique id
// of the channel that ran Queue(). For a call that came through a Local channel that is
// the id of the Local's second half; whoever asks knows them all.
type queues struct {
	calls   *recent[queueCall]
	current stretch
	before  stretch
}

// stretch is a piece of queue_log, with the earliest time in it.
type stretch struct {
	from     int64 // bytes read before it
	earliest time.Time
}

// past reports whether queue_log has been read beyond a moment: nothing in its last
// stretches is older. One line alone would prove nothing, for clocks are set.
func (q *queues) past(t time.Time) bool {
	return q.current.earliest.After(t) && q.before.earliest.After(t)
}

func (q *queues) reckon(t time.Time, at place) {
	if at.read-q.current.from >= together/2 {
		q.before, q.current = q.current, stretch{from: at.read}
	}
	if e := q.current.earliest; e.IsZero() || t.Before(e) {
		q.current.earliest = t
	}
}

// queueCall is what one channel lived through in queues.
type queueCall struct {
	visits []visit
	did    string // what the caller dialled, if the dialplan wrote it
}

// visit is a caller's stay in one queue.
type visit struct {
	queue     string
	entered   time.Time // zero where the line's epoch is absurd
	last      time.Time
	connected bool
	timed     bool // queue_log says how long they talked
	talked    int  // seconds
}

// mostVisits bounds a caller who goes round in queues.
const mostVisits = 50

// hear takes in the next line. Lines that say nothing about a call are passed over.
func (q *queues) hear(line []byte, at place) {
	e, ok := parseQueueEvent(line)
	if !ok {
		return
	}
	if !e.at.IsZero() {
		q.reckon(e.at, at)
	}
	c := q.calls.get(e.callID)
	if c == nil {
		c = q.calls.put(e.callID, at, queueCall{})
	}
	if e.kind == queueDialled {
		c.did = e.data
		return
	}
	v := c.stay(e)
	v.last = e.at
	switch e.kind {
	case queueConnected:
		v.connected = true
	case queueConversation:
		v.connected = true
		if e.talked >= 0 {
			v.timed = true
			v.talked += e.talked
		}
	}
}

// stay is the visit that an event belongs to: a new one for a caller who enters, or of
// whose entering nothing is known.
func (c *queueCall) stay(e queueEvent) *visit {
	if n := len(c.visits); e.kind != queueEntered && n > 0 && c.visits[n-1].queue == e.queue {
		return &c.visits[n-1]
	}
	if len(c.visits) == mostVisits {
		c.visits = c.visits[1:]
	}
	c.visits = append(c.visits, visit{queue: e.queue, entered: e.at})
	return &c.visits[len(c.visits)-1]
}
