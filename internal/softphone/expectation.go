package softphone

import (
	"context"
	"time"
)

// T is what the Must methods need of a *testing.T: they end the test where an
// expectation fails, and say what happened instead. Each waits for the phone's
// Patience.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// MustRing waits for the next incoming call and lets it ring.
func (p *Phone) MustRing(t T) *Call {
	t.Helper()
	ctx, stop := p.patience()
	defer stop()
	c, err := p.Incoming(ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := c.Ring(); err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// MustDial places a call, which lasts until it is hung up or the phone closed.
func (p *Phone) MustDial(t T, target string, from Caller) *Call {
	t.Helper()
	c, err := p.Dial(context.Background(), target, from)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// MustAnswer answers an incoming call.
func (c *Call) MustAnswer(t T) {
	t.Helper()
	if err := c.Answer(); err != nil {
		t.Fatalf("%v", err)
	}
}

// MustBeAnswered waits for the other side's answer.
func (c *Call) MustBeAnswered(t T) time.Time {
	t.Helper()
	ctx, stop := c.phone.patience()
	defer stop()
	at, err := c.Answered(ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return at
}

// MustHear waits until these tones are heard at once, as [Call.Hears] does.
func (c *Call) MustHear(t T, hz ...int) time.Time {
	t.Helper()
	ctx, stop := c.phone.patience()
	defer stop()
	at, err := c.Hears(ctx, hz...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return at
}

// MustEnd waits for the call's end.
func (c *Call) MustEnd(t T) End {
	t.Helper()
	ctx, stop := c.phone.patience()
	defer stop()
	end, err := c.Ended(ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return end
}

// MustHangup ends the call.
func (c *Call) MustHangup(t T) {
	t.Helper()
	if err := c.Hangup(); err != nil {
		t.Fatalf("%v", err)
	}
}

func (p *Phone) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), p.options.Patience)
}
