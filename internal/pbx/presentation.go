package pbx

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// presentations asks Asterisk about each call that comes in whether the caller lets
// the number be shown. Nothing else tells: a number that is withheld arrives in every
// event like any other. Where there is no answer it asks again while the call lives,
// now and then and not for ever.
type presentations struct {
	exchange *Exchange
	asked    map[string]*question // of the calls that are alive; under detecting

	mu      sync.Mutex
	waiting []*question
	askers  int
}

// question is about one call.
type question struct {
	call     string
	lifetime context.Context
	over     chan struct{} // closed when the call is: there is nobody to ask about any more
	tries    int           // the askers', one after the other
	answered chan struct{}
	answer   callback.Presentation // once answered
}

// mostAskers bounds how many requests are on their way at once; attempts need the
// connections too.
const mostAskers = 4

// askAgainAfter is how long to wait for a better answer than an error.
var askAgainAfter = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}

// ask has Asterisk asked about a call, and tells what is known already. What was asked
// before a gap and lost its answer there is asked again. The caller holds detecting.
func (p *presentations) ask(call string) (known callback.Presentation) {
	lifetime := p.exchange.currentLifetime()
	if lifetime == nil {
		return callback.PresentationUnknown // the next connect asks
	}
	q := p.asked[call]
	if known = q.known(); known != callback.PresentationUnknown || q != nil && q.lifetime == lifetime {
		return known
	}
	q = &question{call: call, lifetime: lifetime, over: make(chan struct{}), answered: make(chan struct{})}
	p.asked[call] = q
	p.put(q)
	return callback.PresentationUnknown
}

func (p *presentations) put(q *question) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, q)
	if p.askers < mostAskers {
		p.askers++
		p.exchange.working.Go(p.serve)
	}
}

// over gives the question about a call that is over; nil if there was none. The caller
// holds detecting.
func (p *presentations) over(call string) *question {
	q := p.asked[call]
	if q != nil {
		delete(p.asked, call)
		close(q.over)
	}
	return q
}

// keep forgets the calls that aren't alive any more. The caller holds detecting.
func (p *presentations) keep(alive []callback.LiveCall) {
	kept := make(map[string]bool, len(alive))
	for _, c := range alive {
		kept[c.ID] = true
	}
	for call := range p.asked {
		if !kept[call] {
			p.over(call)
		}
	}
}

// known is what is known about a call that is alive. The caller holds detecting.
func (p *presentations) known(call string) callback.Presentation { return p.asked[call].known() }

// serve asks what waits to be asked.
func (p *presentations) serve() {
	for {
		p.mu.Lock()
		if len(p.waiting) == 0 {
			p.askers--
			p.mu.Unlock()
			return
		}
		q := p.waiting[0]
		p.waiting = p.waiting[1:]
		p.mu.Unlock()
		if q.isOver() { // its turn came too late
			close(q.answered)
			continue
		}
		answer, err := p.find(q)
		if err != nil && q.tries < len(askAgainAfter) {
			p.exchange.working.Go(func() { p.later(q) })
			continue
		}
		q.answer = answer
		close(q.answered)
		if answer == callback.PresentationWithheld {
			p.exchange.o.Presence.Over(p.exchange.o.Name, q.call)
		}
	}
}

// later asks once more in a while; when nobody can be asked about any more, the question
// has no answer.
func (p *presentations) later(q *question) {
	timer := time.NewTimer(askAgainAfter[q.tries])
	defer timer.Stop()
	q.tries++
	select {
	case <-q.over:
		close(q.answered)
	case <-q.lifetime.Done():
		close(q.answered)
	case <-timer.C:
		p.put(q)
	}
}

// find asks once. An error is worth another try.
func (p *presentations) find(q *question) (callback.Presentation, error) {
	value, err := p.exchange.client.ChannelVariable(q.lifetime, q.call, "CALLERID(num-pres)")
	switch {
	case err != nil:
		p.exchange.o.Log.Debug().Err(err).Str("call", q.call).Msg("whether the caller's number may be shown isn't known")
		if errors.Is(err, ari.ErrNotFound) { // a call that was over too soon
			err = nil
		}
		return callback.PresentationUnknown, err
	case strings.HasPrefix(value, "prohib"):
		return callback.PresentationWithheld, nil
	case strings.HasPrefix(value, "allowed"):
		return callback.PresentationAllowed, nil
	}
	return callback.PresentationUnknown, nil
}

func (q *question) isOver() bool {
	select {
	case <-q.over:
		return true
	default:
		return false
	}
}

// known is the answer, as far as there is one.
func (q *question) known() callback.Presentation {
	if q == nil {
		return callback.PresentationUnknown
	}
	select {
	case <-q.answered:
		return q.answer
	default:
		return callback.PresentationUnknown
	}
}

// wait waits for the answer.
func (q *question) wait() callback.Presentation {
	if q != nil {
		<-q.answered
	}
	return q.known()
}
