package pbx

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
)

// verdictQueue hands verdicts from the event stream to intake, so that a slow
// disk never holds up the events of attempts. It has no bound: a verdict is
// small, and none may be lost.
type verdictQueue struct {
	mu      sync.Mutex
	waiting []callback.Verdict
	signal  chan struct{}
}

func (q *verdictQueue) put(v callback.Verdict) {
	q.mu.Lock()
	q.waiting = append(q.waiting, v)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

func (q *verdictQueue) first() (callback.Verdict, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return callback.Verdict{}, false
	}
	return q.waiting[0], true
}

func (q *verdictQueue) drop() {
	q.mu.Lock()
	q.waiting = q.waiting[1:]
	q.mu.Unlock()
}

// serve takes each verdict in until ctx ends, and what waits then once more.
func (q *verdictQueue) serve(ctx context.Context, take func(context.Context, callback.Verdict) error, log zerolog.Logger) {
	for {
		v, ok := q.first()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-q.signal:
			}
			continue
		}
		err := take(context.WithoutCancel(ctx), v)
		if err == nil {
			q.drop()
			continue
		}
		if errors.Is(err, callback.ErrRefused) {
			// A fault of callbackd's own, which no other try mends; the calls
			// behind this one don't wait for it.
			log.Error().Err(err).Str("alarm", "call_refused").Str("call", v.CallID).Msg("the database refuses a call; please report it")
			q.drop()
			continue
		}
		log.Error().Err(err).Str("call", v.CallID).Msg("a call could not be stored; trying again")
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}
