package pbx

import (
	"context"
	"errors"
	"sync"
	"time"

	"callbackd/callback"
)

// detect has the detector hear something, and notes what it finds.
func (x *Exchange) detect(hear func() []callback.Finding) {
	x.detecting.Lock()
	defer x.detecting.Unlock()
	crowded := x.detector.CrowdedOut()
	for _, f := range hear() {
		x.found(f)
	}
	if n := x.detector.CrowdedOut() - crowded; n > 0 {
		x.o.Meter.Forgot(x.o.Name, n)
	}
}

// found does at once what a finding means for who is on the phone, and queues it
// for intake. It waits for nothing. The caller holds detecting.
func (x *Exchange) found(f callback.Finding) {
	n := noted{finding: f}
	switch f := f.(type) {
	case callback.WentOut:
		x.o.Logs.Saw(f)
		return
	case callback.CallBegan:
		x.onThePhone(f.LiveCall)
	case callback.CallOver:
		if !f.Outbound {
			f.Presentation = x.presentations.known(f.ID)
			n.finding = f
		}
	case callback.Verdict:
		n.asked = x.presentations.over(f.CallID)
		f = f.Rebased(time.Now())
		f.Presentation = n.asked.known()
		n.finding = f
	}
	x.o.Logs.Saw(n.finding)
	x.findings.put(n)
}

// take takes a finding in. A verdict waits for what Asterisk says of the number.
func (x *Exchange) take(ctx context.Context, n noted) error {
	v, over := n.finding.(callback.Verdict)
	if !over {
		return x.o.Take(ctx, n.finding)
	}
	if answer := n.asked.wait(); answer != v.Presentation {
		v.Presentation = answer
		x.o.Logs.Saw(v)
	}
	return x.o.Take(ctx, v)
}

// taken notes that a finding has been taken in. Only now is the customer off the
// phone: whoever was helped isn't called back in between.
func (x *Exchange) taken(f callback.Finding) {
	switch f := f.(type) {
	case callback.CallBegan:
		if f.Outbound {
			x.o.Logs.Took(f.ID)
		}
	case callback.CallAnswered:
		x.o.Logs.Took(f.ID)
	case callback.Verdict:
		x.o.Logs.Took(f.CallID)
		x.o.Presence.Over(f.PBX, f.CallID)
	case callback.CallOver:
		if f.Outbound {
			x.o.Presence.Over(f.PBX, f.ID)
		}
	}
}

// serveFindings takes each finding in until ctx ends, and what waits then once more.
func (x *Exchange) serveFindings(ctx context.Context) {
	for {
		n, ok := x.findings.first()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-x.findings.signal:
			}
			continue
		}
		err := x.take(context.WithoutCancel(ctx), n)
		switch {
		case errors.Is(err, callback.ErrRefused):
			// A fault of callbackd's own, which no other try mends; the calls
			// behind this one don't wait for it.
			x.o.Log.Error().Err(err).Str("alarm", "call_refused").Str("call", callID(n.finding)).Msg("the database refuses a call; please report it")
		case err != nil:
			x.o.Log.Error().Err(err).Str("call", callID(n.finding)).Msg("a call could not be stored; trying again")
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
			continue
		}
		x.findings.drop(func() { x.taken(n.finding) })
	}
}

// findingQueue holds what the detector found until intake has it, so that a slow
// disk never holds up the events of attempts. It has no bound: a finding is
// small, and none may be lost.
type findingQueue struct {
	mu      sync.Mutex
	waiting []noted
	signal  chan struct{}
}

// noted is a finding, and of a verdict what was asked about the call.
type noted struct {
	finding callback.Finding
	asked   *question
}

func (q *findingQueue) put(n noted) {
	q.mu.Lock()
	q.waiting = append(q.waiting, n)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

func (q *findingQueue) first() (noted, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return noted{}, false
	}
	return q.waiting[0], true
}

// drop ends the wait of the first; then is done in the same moment.
func (q *findingQueue) drop(then func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = q.waiting[1:]
	then()
}

// untaken tells then, before any of it is dropped, which calls are over and have a
// verdict that waits.
func (q *findingQueue) untaken(then func(ids []string)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var ids []string
	for _, n := range q.waiting {
		if v, over := n.finding.(callback.Verdict); over {
			ids = append(ids, v.CallID)
		}
	}
	then(ids)
}

// callID is the unique id of the call that a finding is about.
func callID(f callback.Finding) string {
	switch f := f.(type) {
	case callback.Verdict:
		return f.CallID
	case callback.CallBegan:
		return f.ID
	case callback.CallAnswered:
		return f.ID
	case callback.CallOver:
		return f.ID
	}
	return ""
}
