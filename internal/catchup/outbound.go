package catchup

import (
	"slices"
	"time"

	"callbackd/callback"
)

// outbound is which calls agents have made to customers, as the event stream told, by
// the unique id of the trunk's channel. The logs have them by that of the agent's.
type outbound struct {
	byID  map[string]*made
	lines map[line][]*made
	ended []*made // those that are remembered though they are over, the first to end first
}

type made struct {
	call        callback.LiveCall
	isAnswered  bool
	uncommitted int       // how much of what the stream told of it isn't committed yet
	ended       time.Time // when it was told to be over; zero as long as it goes on
}

// line is what a log and the event stream call alike in an agent's call.
type line struct{ trunk, number string }

func newOutbound() outbound {
	return outbound{byID: map[string]*made{}, lines: map[line][]*made{}}
}

func (o *outbound) began(c callback.LiveCall) {
	if m := o.byID[c.ID]; m != nil { // an id that has come back
		o.forget(m)
	}
	m := &made{call: c, uncommitted: 1}
	to := line{c.Trunk, c.Number}
	o.byID[c.ID], o.lines[to] = m, append(o.lines[to], m)
}

func (o *outbound) answered(c callback.LiveCall) {
	if m := o.byID[c.ID]; m != nil {
		m.isAnswered = true
		m.uncommitted++
	}
}

// took notes that something of a call is committed.
func (o *outbound) took(id string) {
	if m := o.byID[id]; m != nil {
		m.uncommitted--
	}
}

// over notes the end of a call, and forgets those that ended long ago, or first, should
// there be too many.
func (o *outbound) over(c callback.LiveCall) {
	for len(o.ended) > 0 && (len(o.byID) > mostCalls || time.Since(o.ended[0].ended) > remembered) {
		o.forget(o.ended[0])
		o.ended = o.ended[1:]
	}
	if m := o.byID[c.ID]; m != nil && m.ended.IsZero() {
		m.ended = time.Now()
		o.ended = append(o.ended, m)
	}
}

func (o *outbound) forget(m *made) {
	if o.byID[m.call.ID] != m {
		return // another has its id by now
	}
	delete(o.byID, m.call.ID)
	to := line{m.call.Trunk, m.call.Number}
	o.lines[to] = slices.DeleteFunc(o.lines[to], func(other *made) bool { return other == m })
	if len(o.lines[to]) == 0 {
		delete(o.lines, to)
	}
}

// knows reports whether a trunk's channel is one that an agent has dialled.
func (o *outbound) knows(id string) bool { return o.byID[id] != nil }

// clockSlack is how far apart the stamps of one moment may be in the events and in a log.
const clockSlack = 3 * time.Second

// find finds the call that a log tells of, nil if there is none. The log says when the
// agent began to call, the stream when the trunk was dialled: of several that an impatient
// agent made it is the nearest.
func (o *outbound) find(d callback.Dialled) (found *made) {
	from, to := d.Since.Add(-clockSlack), d.Ended.Add(clockSlack)
	for _, m := range o.lines[line{d.Trunk, d.Number}] {
		began := m.call.Since
		if began.Before(from) || began.After(to) {
			continue
		}
		if found == nil || began.Sub(d.Since).Abs() < found.call.Since.Sub(d.Since).Abs() {
			found = m
		}
	}
	return found
}
