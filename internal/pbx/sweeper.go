package pbx

import (
	"context"
	"fmt"
	"time"

	"callbackd/ari"
)

// sweeper removes what is left over, however long that takes: it asks until
// Asterisk says that it is gone. It stops at a gap; after it everything is
// listed anew. Nobody waits for it, so that a channel that can't be ended keeps
// nobody from being called.
type sweeper struct{ exchange *Exchange }

const (
	sweepTry   = 5 * time.Second  // for one request
	sweepFirst = time.Second      // pause after the first failure, doubling
	sweepMost  = 30 * time.Second // longest pause
	sweepAlarm = 5                // failures after which somebody is told
)

// channel hangs a channel up.
func (s *sweeper) channel(lifetime context.Context, id string) {
	go s.sweep(lifetime, id, func(ctx context.Context) error { return s.exchange.client.Hangup(ctx, id, ari.HangupNormal) })
}

// bridge deletes a bridge.
func (s *sweeper) bridge(lifetime context.Context, id string) {
	go s.sweep(lifetime, id, func(ctx context.Context) error { return s.exchange.client.DestroyBridge(ctx, id) })
}

func (s *sweeper) sweep(lifetime context.Context, id string, remove func(context.Context) error) {
	pause := sweepFirst
	for try := 1; ; try++ {
		ctx, cancel := context.WithTimeout(lifetime, sweepTry)
		err := gone(remove(ctx))
		cancel()
		if err == nil || lifetime.Err() != nil {
			return
		}
		if try == sweepAlarm {
			s.exchange.alarm("leftover", fmt.Errorf("%s: %w", id, err))
		}
		select {
		case <-lifetime.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, sweepMost)
	}
}
