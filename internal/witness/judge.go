package witness

import (
	"strings"
	"time"

	"callbackd/callback"
)

// evidence is everything that the logs say beside a call's own rows.
type evidence struct {
	trunk  func(endpoint string) bool
	halves *recent[half]
	queues *recent[queueCall]
	silent bool // there is no queue_log

	application string // callbackd's own, into which callers are handed over
}

// hearing is the judging of one call: what of the evidence belongs to it.
type hearing struct {
	*evidence
	call   *caller
	within map[string]bool // Local channels that were followed: two may call each other
	ids    []string        // of the call and of the Locals on its way
	visits []visit         // of all of them, in the order of the ids
	doubt  Doubt
}

// Doubt says what the logs should have told about a call and don't (yet).
type Doubt string

// The doubts.
const (
	NoDoubt        Doubt = ""
	DoubtLocal     Doubt = "local"     // the row of a Local channel that answered is missing: taken for a person, but not for one whom an agent called
	DoubtQueueLog  Doubt = "queue_log" // queue_log has nothing about a queue that the CDR calls answered: taken for answered
	DoubtQueueTalk Doubt = "talk"      // queue_log has the beginning of a conversation, not its end: the CDR's time is taken
)

// answer is what a row says about who was reached.
type answer int

const (
	nobody  answer = iota
	unknown        // it depends on rows that aren't there
	person
)

func (e *evidence) hear(c *caller) *hearing {
	h := &hearing{evidence: e, call: c, within: map[string]bool{}, ids: []string{c.id}}
	h.gather(c.rows)
	for _, id := range h.ids {
		if q := e.queues.get(id); q != nil {
			h.visits = append(h.visits, q.visits...)
		}
	}
	return h
}

// gather finds the Local channels on the way.
func (h *hearing) gather(rows []row) {
	for i := range rows {
		name := secondHalf(rows[i].peer)
		if name == "" || h.within[name] {
			continue
		}
		h.within[name] = true
		if behind := h.half(name); behind != nil {
			h.ids = append(h.ids, behind.id)
			h.gather(behind.rows)
		}
	}
}

// half is the dialplan behind a Local channel, if it ran while the call lived: names of
// channels begin anew when Asterisk does.
func (h *hearing) half(name string) *half {
	behind := h.halves.get(name)
	if behind == nil || behind.created.Before(h.call.arrived.Add(-clockSlack)) || behind.created.After(h.call.ended().Add(clockSlack)) {
		return nil
	}
	return behind
}

// clockSlack is how far apart two stamps of the same moment may be.
const clockSlack = 3 * time.Second

// talked is how long the call talked with persons. Both logs cut to whole seconds, so that
// half a second is added to what they say: a conversation of 0 s isn't none.
func (h *hearing) talked() time.Duration {
	seconds, reached := h.reached(h.call.rows, map[string]bool{})
	if reached == nobody {
		return 0
	}
	talked := time.Duration(seconds)*time.Second + time.Second/2
	return min(talked, max(h.call.ended().Sub(h.call.arrived), time.Second/2))
}

// reached adds up what rows say: the seconds of conversation, and whether there was any.
func (h *hearing) reached(rows []row, seen map[string]bool) (seconds int, best answer) {
	queues := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		if !r.answered || r.peer == "" {
			continue
		}
		before := h.doubt
		talked, who := h.peer(r, seen)
		if r.app == "queue" {
			queue := strings.ToLower(firstArgument(r.data))
			if talked, who = h.inQueue(queue, talked, who); who != unknown && h.doubt == DoubtLocal {
				h.doubt = before // queue_log knows
			}
			if queues[queue] {
				talked = 0 // queue_log's time is of the whole visit
			}
			queues[queue] = queues[queue] || who != nobody
		}
		if who == nobody {
			continue
		}
		seconds += talked
		best = max(best, who)
	}
	return seconds, best
}

// peer judges the other channel of a row.
func (h *hearing) peer(r *row, seen map[string]bool) (seconds int, who answer) {
	name := secondHalf(r.peer)
	switch {
	case name != "":
		if seen[name] {
			return 0, nobody
		}
		behind := h.half(name)
		if behind == nil {
			h.doubt = DoubtLocal
			return r.talked, unknown
		}
		seen[name] = true
		seconds, who = h.reached(behind.rows, seen)
		delete(seen, name)
		if who == nobody && runs(behind.rows, "agentrequest") {
			return r.talked, unknown // no row names the agent
		}
		return min(seconds, r.talked), who
	case !callback.PersonalTechnology(r.peer):
		return 0, nobody
	case h.trunk(callback.EndpointOf(r.peer)) && !dials[r.app]:
		return 0, nobody // another customer, in the same conference
	}
	return r.talked, person
}

// inQueue says what queue_log knows of a conversation that began in a queue. It alone can
// tell an agent who heard an announcement, or whose Gosub the caller didn't wait for.
func (h *hearing) inQueue(queue string, seconds int, who answer) (int, answer) {
	if who == nobody || h.silent {
		return seconds, who
	}
	var connected, timed bool
	talked := 0
	for _, v := range h.visits {
		if !strings.EqualFold(v.queue, queue) {
			continue
		}
		connected, timed = connected || v.connected, timed || v.timed
		talked += v.talked
	}
	switch {
	case len(h.visits) == 0:
		h.doubt = DoubtQueueLog
		return seconds, who
	case timed && talked == 0, !connected:
		return 0, nobody
	case timed:
		return talked, person
	}
	if h.doubt == NoDoubt {
		h.doubt = DoubtQueueTalk
	}
	return seconds, who
}

func runs(rows []row, app string) bool {
	for i := range rows {
		if rows[i].app == app {
			return true
		}
	}
	return false
}
