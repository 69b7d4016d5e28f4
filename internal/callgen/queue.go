package callgen

import (
	"fmt"
	"time"
)

// Queue puts the caller into a queue.
type Queue struct {
	By       By
	Name     string
	Options  string // "c": go on when the agent has hung up
	Timeout  time.Duration
	Rounds   [][]Peer // whom it rings, one round after the other; the last is repeated
	Ring     time.Duration
	Retry    time.Duration
	Refuses  bool          // FULL, JOINEMPTY: the caller doesn't come in
	Leaves   time.Duration // LEAVEEMPTY, withdrawn: the caller is sent out after this time; 0: never
	Key      time.Duration // the caller presses the exit key after this time; 0: never
	Exit     *Goto         // where the exit key leads
	Announce time.Duration // the agent hears a sound before the caller
	Pickup   *Pickup
}

// What ends the wait in a queue, besides an answer and a hang-up.
type (
	keyPressed struct{}
	sentOut    struct{}
)

func (q Queue) run(t *thread) {
	t.begins(q.By, "Queue", fmt.Sprintf("%s,%s,,,%d", q.Name, q.Options, q.Timeout/time.Second))
	t.call.tries("queue:"+q.Name, t.gone)
	t.lag()
	if q.Refuses {
		t.sleep(noticed)
		return
	}
	t.remind(q.Key, keyPressed{})
	t.remind(q.Leaves, sentOut{})
	until := t.w.now + q.Timeout
	for round := 0; t.w.now < until && !t.gone; round++ {
		if l := q.round(t, q.Rounds[min(round, len(q.Rounds)-1)], until); l != nil {
			q.connect(t, l)
			return
		}
		if t.redirect != nil || t.over {
			break
		}
		if q.idles(t, min(until, t.w.now+q.Retry)) {
			break
		}
	}
	t.over = false
	if t.redirect != nil && !t.gone {
		t.w.announce(t.ch) // at the new place, still with the queue
	}
}

// remind tells the thread something after a while.
func (t *thread) remind(after time.Duration, message any) {
	if after > 0 {
		t.w.after(after, func() { t.post(message) })
	}
}

// round rings some members; it returns who answered.
func (q Queue) round(t *thread, members []Peer, until time.Duration) *leg {
	t.ring(members, true)
	t.pickup(q.Pickup)
	l := t.await(min(until, t.w.now+q.Ring), func(m any) bool { return q.leaves(t, m) })
	t.rings = nil
	return l
}

// idles waits for the next round; it reports whether there is none.
func (q Queue) idles(t *thread, until time.Duration) bool {
	for !t.gone {
		switch m := t.receive(until).(type) {
		case nil:
			return false
		case hangup:
			t.hungUp()
		default:
			if q.leaves(t, m) {
				return true
			}
		}
	}
	return true
}

// leaves hears that the caller leaves the queue, by a key or because Asterisk says so.
func (q Queue) leaves(t *thread, message any) bool {
	switch message.(type) {
	case keyPressed:
		if q.Exit == nil {
			return false
		}
		t.goes(q.Exit)
	case sentOut:
		t.over = true
	default:
		return false
	}
	return true
}

// connect is what happens from the answer on.
func (q Queue) connect(t *thread, l *leg) {
	if q.Announce > 0 {
		t.sleep(q.Announce) // a caller who hangs up is noticed at the end of the sound
		t.pending()
		if t.gone {
			t.drop(l)
			return
		}
	}
	t.answer()
	t.lag()
	t.talk(l)
	t.over = q.Options != "c" && t.redirect == nil
}
