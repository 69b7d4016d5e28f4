package pbx

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
)

// findingQueue hands what the detector found from the event stream to intake, so that a slow
// disk never holds up the events of attempts. It has no bound: a finding is
// small, and none may be lost.
type findingQueue struct {
	mu      sync.Mutex
	waiting []callback.Finding
	signal  chan struct{}
}

func (q *findingQueue) put(f callback.Finding) {
	q.mu.Lock()
	q.waiting = append(q.waiting, f)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

func (q *findingQueue) first() (callback.Finding, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil, false
	}
	return q.waiting[0], true
}

func (q *findingQueue) drop() {
	q.mu.Lock()
	q.waiting = q.waiting[1:]
	q.mu.Unlock()
}

// serve takes each finding in until ctx ends, and what waits then once more.
func (q *findingQueue) serve(ctx context.Context, take func(context.Context, callback.Finding) error, log zerolog.Logger) {
	for {
		f, ok := q.first()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-q.signal:
			}
			continue
		}
		err := take(context.WithoutCancel(ctx), f)
		if err == nil {
			q.drop()
			continue
		}
		if errors.Is(err, callback.ErrRefused) {
			// A fault of callbackd's own, which no other try mends; the calls
			// behind this one don't wait for it.
			log.Error().Err(err).Str("alarm", "call_refused").Str("call", callOf(f)).Msg("the database refuses a call; please report it")
			q.drop()
			continue
		}
		log.Error().Err(err).Str("call", callOf(f)).Msg("a call could not be stored; trying again")
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// callOf is the unique id of the call that a finding is about.
func callOf(f callback.Finding) string {
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
