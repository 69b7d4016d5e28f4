package ari

import (
	"context"
	"errors"
	"time"
)

// Run keeps the client connected and gives everything that happens to handle, one event
// after the other in one order, from the goroutine that called Run. handle may take its
// time and may call the client's request methods; what arrives meanwhile waits in a
// bounded queue.
//
// Run returns nil when ctx ends (after the handler's current call; what then waits in the
// queue is not delivered, and the websocket is closed in an orderly way). It returns an
// error only if Asterisk refuses the username, the password or the user's rights (401,
// 403) before a connection ever succeeded; that error is an ErrUnauthorized. Everything
// else is tried again for ever, and each failure is one Disconnected event.
//
// A handler that doesn't return keeps Run from returning, but not the connection from
// being kept, or closed when ctx ends. One that panics ends Run as the end of ctx does; the
// panic then goes on to Run's caller.
//
// A client runs once at a time: a second Run beside the first gives an error at once. After
// it, it may run again; Connected.Restarted then begins anew.
func (c *Client) Run(ctx context.Context, handle func(Event)) (returned error) {
	if !c.running.CompareAndSwap(false, true) {
		return errors.New("ari: this client is running already")
	}
	defer c.running.Store(false)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	q := newQueue(c.options.QueueSize)
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		err = c.keepConnected(ctx, q)
		q.close()
	}()
	// Deferred, so that a handler that panics leaves no connection behind either.
	defer func() {
		cancel()
		<-ended
		returned = err
	}()
	q.deliver(ctx, handle)
	return nil
}

// keepConnected makes one connection after the other until ctx ends.
func (c *Client) keepConnected(ctx context.Context, q *queue) error {
	defer c.control.CloseIdleConnections()
	var (
		pauses   = backoff{max: max(c.options.MaxBackoff, minPause)}
		attempts = 0       // failed since the last connection
		startup  time.Time // of the Asterisk of the last connection; zero before the first
	)
	for q.waitForRoom(ctx) {
		var lived time.Duration
		s, err := c.connect(ctx, q)
		if err != nil {
			attempts++
			if startup.IsZero() && errors.Is(err, ErrUnauthorized) && ctx.Err() == nil {
				return err
			}
		} else {
			attempts = 0
			current := s.info.Status.StartupTime.Time
			began := time.Now()
			c.setSession(s)
			q.release(&Connected{
				Info:      s.info,
				Restarted: !startup.IsZero() && !current.Equal(startup),
			})
			startup = current
			err = s.supervise(ctx)
			c.setSession(nil)
			s.close(err)
			lived = time.Since(began)
		}
		if ctx.Err() != nil {
			return nil
		}
		pause := pauses.next(lived)
		q.add(&Disconnected{Err: err, Attempt: attempts, Next: pause})
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
	return nil
}
