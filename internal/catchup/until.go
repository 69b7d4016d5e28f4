package catchup

import (
	"context"
	"time"

	"callbackd/callback"
)

// patience is how long nobody is called for the sake of logs that can't be read.
const patience = time.Minute

// Until returns nil once every call that ended before moment is judged and
// committed, or once the logs couldn't be read for a minute. Else it returns
// lifetime's cause. For as long as lifetime lasts, the event stream is taken to
// be complete from moment on.
func (r *Reader) Until(lifetime context.Context, moment time.Time) error {
	r.memory.watched(lifetime, moment)
	began := time.Now()
	r.wait(1)
	defer r.wait(-1)
	for {
		r.mu.Lock()
		judged, since, changed := r.judged, r.since, r.changed
		r.mu.Unlock()
		if !judged.Before(moment) {
			return nil
		}
		ctx, cancel := lifetime, context.CancelFunc(func() {})
		if !since.IsZero() {
			ctx, cancel = context.WithDeadline(lifetime, later(since, began).Add(patience))
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
		late := ctx.Err() != nil
		cancel()
		switch {
		case lifetime.Err() != nil:
			return context.Cause(lifetime)
		case late:
			r.o.Log.Warn().Msg("the logs can't be read: callbacks are made without knowing what happened while callbackd was away")
			return nil
		}
	}
}

// Judged is until when all calls that ended are judged and stored, as far as the logs
// tell; zero before the first reading.
func (r *Reader) Judged() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.judged
}

// Connecting hears that the event stream has begun anew. Until Asterisk is listed (Until),
// or lifetime ends, its events wait, and what the logs tell waits with them.
func (r *Reader) Connecting(lifetime context.Context) { r.memory.connects(lifetime) }

// wait counts who waits, and has the logs looked at for them.
func (r *Reader) wait(more int) {
	r.mu.Lock()
	r.waiting += more
	r.mu.Unlock()
	r.poke()
}

// Saw hears of what the event stream tells, before a log can know of it: the
// verdicts, and which calls went out.
func (r *Reader) Saw(f callback.Finding) {
	if !r.memory.saw(f) {
		return
	}
	r.mu.Lock()
	idle := !time.Now().Before(r.busyTill)
	r.busyTill = time.Now().Add(busyFor)
	r.mu.Unlock()
	if idle {
		r.poke()
	}
}

// Took hears that what was seen of a call is committed, or never will be.
func (r *Reader) Took(call string) { r.memory.took(call) }

func (r *Reader) poke() {
	select {
	case r.poked <- struct{}{}:
	default:
	}
}

// tell wakes who waits in Until; mu is held.
func (r *Reader) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
