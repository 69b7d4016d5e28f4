package softphone

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// enough is how long a tone has to sound for Hears.
const enough = 200 * time.Millisecond

// NotHeardError says what was heard instead.
type NotHeardError struct {
	Call   string   // whose audio
	Wanted string   // "440 Hz for 200ms"
	Heard  Timeline // until then
	Cause  error    // of the context, or an *EndedError
}

func (e *NotHeardError) Error() string {
	return fmt.Sprintf("%s: did not hear %s: %v; heard: %v", e.Call, e.Wanted, e.Cause, e.Heard)
}

// Unwrap returns why the waiting ended.
func (e *NotHeardError) Unwrap() error { return e.Cause }

// Heard is everything that the other side was heard to say, as offsets from
// the call's beginning ([Times.Began]); [Call.At] makes times of them.
func (c *Call) Heard() Timeline {
	line, _ := c.media.ear.timeline(time.Now())
	return line
}

// At is the time of an offset in Heard.
func (c *Call) At(offset time.Duration) time.Time { return c.Times().Began.Add(offset) }

// Received says which packets came in.
func (c *Call) Received() Reception { return c.media.ear.received(time.Now()) }

// Hears waits until all of these tones have sounded at once for 200 ms without
// a break, at any time of the call, and returns when that began. Otherwise it
// is a *NotHeardError: ctx has ended, or the call.
func (c *Call) Hears(ctx context.Context, hz ...int) (time.Time, error) {
	return c.hears(ctx, time.Time{}, enough, hz)
}

// HearsFor is Hears for a sound of at least d.
func (c *Call) HearsFor(ctx context.Context, d time.Duration, hz ...int) (time.Time, error) {
	return c.hears(ctx, time.Time{}, d, hz)
}

// HearsAfter is Hears for what sounds after a moment: whether a tone comes
// back, or goes on. If it sounded then already, that moment is returned.
func (c *Call) HearsAfter(ctx context.Context, moment time.Time, hz ...int) (time.Time, error) {
	return c.hears(ctx, moment, enough, hz)
}

func (c *Call) hears(ctx context.Context, after time.Time, d time.Duration, hz []int) (time.Time, error) {
	began := c.Times().Began
	start := max(0, after.Sub(began))
	find := func(line Timeline) (time.Time, bool) {
		for _, s := range line {
			if from := max(s.From, start); s.Has(hz...) && s.To-from >= d {
				return began.Add(from), true
			}
		}
		return time.Time{}, false
	}
	return c.listenFor(ctx, fmt.Sprintf("%s for %v", hertz(hz), d), find)
}

// HearsSilence waits until packets have held silence for d, at any time of the
// call, and returns when that began.
func (c *Call) HearsSilence(ctx context.Context, d time.Duration) (time.Time, error) {
	return c.listenFor(ctx, fmt.Sprintf("silence for %v", d), c.stretch(Silence, d))
}

// HearsNothing waits until no packet at all has come for d, which must be more
// than 200 ms, and returns when that began.
func (c *Call) HearsNothing(ctx context.Context, d time.Duration) (time.Time, error) {
	for { // packets that don't come wake nobody up
		look, stop := context.WithTimeout(ctx, d)
		from, err := c.listenFor(look, fmt.Sprintf("no packets for %v", d), c.stretch(NoPacket, d))
		stop()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return from, err
		}
	}
}

// stretch finds the first segment of a kind that is at least d long.
func (c *Call) stretch(kind Kind, d time.Duration) func(Timeline) (time.Time, bool) {
	return func(line Timeline) (time.Time, bool) {
		for _, s := range line {
			if s.Kind == kind && s.Duration() >= d {
				return c.At(s.From), true
			}
		}
		return time.Time{}, false
	}
}

// listenFor waits until the timeline holds what find looks for.
func (c *Call) listenFor(ctx context.Context, wanted string, find func(Timeline) (time.Time, bool)) (time.Time, error) {
	for {
		over := false
		select {
		case <-c.done: // the timeline is complete
			over = true
		default:
		}
		line, more := c.media.ear.timeline(time.Now())
		if from, ok := find(line); ok {
			return from, nil
		}
		var cause error
		switch {
		case over:
			cause = c.endedError()
		case ctx.Err() != nil:
			cause = ctx.Err()
		}
		if cause != nil {
			return time.Time{}, &NotHeardError{Call: c.String(), Wanted: wanted, Heard: line, Cause: cause}
		}
		select {
		case <-more:
		case <-c.done:
		case <-ctx.Done():
		}
	}
}
