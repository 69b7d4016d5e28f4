package catchup

import (
	"context"
	"sync"
	"time"

	"callbackd/callback"
	"callbackd/internal/witness"
)

// How much is remembered of what the event stream told.
const (
	remembered = 15 * time.Minute
	mostCalls  = 50_000
)

// memory is what the event stream told lately, for comparison with the logs.
type memory struct {
	rules *callback.Rules

	mu           sync.Mutex
	calls        map[string]seen // customers', by unique id
	wentOut      *recentIDs      // channels of trunks that somebody here dialled
	outbound     outbound        // agents'
	unseenInARow int             // calls that the logs told of last, and the event stream didn't
	untaken      map[string]bool // calls whose verdicts from the event stream aren't committed yet
	order        []string        // of calls, the oldest first
	begun        context.Context // the newest lifetime of the stream; nil before the first
	watching     context.Context // in whose lifetime the stream is complete; nil before the first
	from         time.Time       // from when on
	heard        time.Time       // when the events that waited for the list will have been heard
}

// seen is a customer's call of which the event stream told.
type seen struct {
	at      time.Time
	call    callback.LiveCall
	verdict callback.Verdict // without what isn't compared
	judged  bool             // there is a verdict
}

func newMemory(rules *callback.Rules) memory {
	return memory{rules: rules, calls: map[string]seen{}, wentOut: newRecentIDs(), outbound: newOutbound(), untaken: map[string]bool{}}
}

// connects notes a new lifetime of the event stream.
func (m *memory) connects(lifetime context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun = lifetime
}

// watched notes that the event stream is complete from a moment on, until lifetime ends.
// One that has ended says nothing: another may have begun.
func (m *memory) watched(lifetime context.Context, from time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if lifetime.Err() == nil {
		m.watching, m.from, m.heard = lifetime, from, time.Now().Add(witness.Settle)
	}
}

// saw remembers what f tells; false if that is nothing for the logs.
func (m *memory) saw(f callback.Finding) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch f := f.(type) {
	case callback.WentOut:
		m.wentOut.add(f.ID)
	case callback.Verdict:
		known := m.calls[f.CallID]
		f.Loss = callback.Loss{}
		m.put(f.CallID, seen{call: known.call, verdict: f, judged: true})
		m.untaken[f.CallID] = true
		return true
	case callback.CallBegan:
		if f.Outbound {
			m.outbound.began(f.LiveCall)
		}
	case callback.CallAnswered:
		m.outbound.answered(f.LiveCall)
	case callback.CallOver:
		if f.Outbound {
			m.outbound.over(f.LiveCall)
			return true
		}
		// Its verdict comes, unless it ended in a gap: then the log's has to do, with
		// the numbers that the events had.
		m.put(f.ID, seen{call: f.LiveCall})
		return true
	}
	return false
}

func (m *memory) put(id string, s seen) {
	s.at = time.Now()
	if _, known := m.calls[id]; !known {
		m.order = append(m.order, id)
	}
	m.calls[id] = s
	for len(m.order) > 0 && (len(m.order) > mostCalls || s.at.Sub(m.calls[m.order[0]].at) > remembered) {
		delete(m.calls, m.order[0])
		m.order = m.order[1:]
	}
}

// took notes that what was seen of a call is committed.
func (m *memory) took(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outbound.took(id)
	delete(m.untaken, id)
}

// holds reports whether what a log tells of a call has to wait: for events that wait
// themselves, and that it mustn't overtake; or for what the event stream told of the call
// to be committed. If callbackd died before that, with the logs left behind the call,
// nothing would know it.
func (m *memory) holds(f callback.Finding) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.begun != nil && m.begun != m.watching && m.begun.Err() == nil || time.Now().Before(m.heard) {
		return true
	}
	switch f := f.(type) {
	case callback.Verdict:
		return m.untaken[f.CallID]
	case callback.Dialled:
		live := m.outbound.find(f)
		return live != nil && live.uncommitted > 0
	}
	return false
}

// compare puts what a log tells of a call beside what the event stream told: taken is what
// is to be taken of it, nil for nothing, and the kind of d how the two disagree, "" if they
// don't.
func (m *memory) compare(f callback.Finding) (taken callback.Finding, d disagreement) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch f := f.(type) {
	case callback.Verdict:
		taken, d = m.compareVerdict(f)
	case callback.Dialled:
		taken, d = m.compareDialled(f)
	}
	return taken, d
}

func (m *memory) compareVerdict(v callback.Verdict) (callback.Finding, disagreement) {
	live, known := m.calls[v.CallID]
	switch {
	case m.wentOut.has(v.CallID), m.outbound.knows(v.CallID):
		return nil, disagreement{} // the CDR doesn't know the direction
	case !known:
		return v, m.unseen(v.CallID, v.Arrived)
	}
	m.unseenInARow = 0
	if !live.judged {
		return live.numbers(v), disagreement{}
	}
	account, other := m.rules.Book().AccountOf(v.PBX, live.verdict.Trunk, live.verdict.Dialled), live.verdict
	other.Talked = v.Talked
	switch talked, logged := live.verdict.Answered(account), other.Answered(account); {
	case talked && !logged: // who was in a bridge with a person was, whatever else lay in a gap
		return nil, disagreement{LiveAnswered, v.CallID}
	case live.verdict.Partial && !talked:
		return live.numbers(v), disagreement{}
	case logged && !talked:
		return nil, disagreement{LiveMissed, v.CallID}
	}
	return nil, disagreement{}
}

// numbers puts into a log's verdict what the events knew: a log has what the dialplan has
// made of the numbers, and one that is withheld like any other.
func (s seen) numbers(v callback.Verdict) callback.Verdict {
	if s.judged {
		v.Presentation = s.verdict.Presentation
	} else {
		v.Presentation = s.call.Presentation
	}
	if s.call.ID != "" && !s.call.Partial {
		v.Caller, v.Dialled = s.call.Number, s.call.Dialled
	}
	return v
}

// compareDialled takes what the stream didn't tell, for the call or its answer may lie in
// a gap. That changes nothing where it was told: what an agent's call ends isn't there.
func (m *memory) compareDialled(d callback.Dialled) (callback.Finding, disagreement) {
	live := m.outbound.find(d)
	if live == nil {
		return d, m.unseen(d.ID, d.Since)
	}
	m.unseenInARow = 0
	if live.isAnswered || d.Answered.IsZero() {
		return nil, disagreement{}
	}
	return d, disagreement{}
}

// manyUnseen is how many calls in a row that the event stream didn't tell of make logs
// another Asterisk's. A few are of a stream that has fallen silent, and isn't known to have.
const manyUnseen = 10

// unseen is how the two disagree on a call that the event stream didn't tell of.
func (m *memory) unseen(call string, began time.Time) (d disagreement) {
	if m.watching != nil && m.watching.Err() == nil && !began.Before(m.from) {
		m.unseenInARow++
		d = disagreement{LiveUnseen, call}
	}
	return d
}

// foreign reports whether the logs seem to be another Asterisk's.
func (m *memory) foreign() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.unseenInARow >= manyUnseen
}
