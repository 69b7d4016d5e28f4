package pbx

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// probe is half a Local channel that is never dialled: Asterisk reads functions of the
// dialplan on a channel, never without one. It exists only while somebody asks.
type probe struct {
	exchange *Exchange

	mu   sync.Mutex // held while it is made and removed, not while it is read
	id   string     // "" while there is none
	idle *time.Timer
}

// probeIdle is how long a probe outlives the last question.
const probeIdle = 5 * time.Second

// text reads a function. An Asterisk that is silent for readingLimit gives no answer.
func (p *probe) text(ctx context.Context, format string, args ...any) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, readingLimit, errSilent)
	defer cancel()
	function := fmt.Sprintf(format, args...)
	id, err := p.ensure(ctx)
	if err != nil {
		return "", err
	}
	value, err := p.exchange.client.ChannelVariable(ctx, id, function)
	if !errors.Is(err, ari.ErrNotFound) {
		return value, err
	}
	p.lost(id) // in a gap, or by somebody's hand: a new one, once
	if id, err = p.ensure(ctx); err != nil {
		return "", err
	}
	return p.exchange.client.ChannelVariable(ctx, id, function)
}

// number reads a function that answers with a number.
func (p *probe) number(ctx context.Context, format string, args ...any) (int, error) {
	value, err := p.text(ctx, format, args...)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("%s is %q on Asterisk %s: is the function's module loaded?", fmt.Sprintf(format, args...), value, p.exchange.o.Name)
	}
	return n, nil
}

func (p *probe) ensure(ctx context.Context) (id string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle == nil {
		p.idle = time.AfterFunc(probeIdle, p.close)
	} else {
		p.idle.Reset(probeIdle)
	}
	if p.id != "" {
		return p.id, nil
	}
	// Known before it is asked for: if the reply is lost, the next question
	// tells whether it is there.
	p.id = p.exchange.names.prefix + "-probe-" + callback.NewKey()
	_, err = p.exchange.client.CreateChannel(ctx, ari.OriginateRequest{
		ID: p.id, Endpoint: "Local/s@probe/n", AppArgs: "probe", Formats: []string{"ulaw"},
	})
	return p.id, err
}

func (p *probe) lost(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.id == id {
		p.id = ""
	}
}

// created hears of a new channel. A probe that isn't the one in use was asked
// for so long ago that it was given up: nobody will ever read it.
func (p *probe) created(id string) {
	if !p.exchange.names.probe(id) {
		return
	}
	// The lock is held while Asterisk is asked; the stream doesn't wait for that.
	go func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.id != id {
			p.exchange.sweepChannel(id)
		}
	}()
}

// destroyed hears of a channel's end.
func (p *probe) destroyed(id string) {
	if p.exchange.names.probe(id) {
		go p.lost(id) // likewise
	}
}

// close removes the probe.
func (p *probe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle != nil {
		p.idle.Stop()
		p.idle = nil
	}
	if p.id == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if gone(p.exchange.client.Hangup(ctx, p.id, ari.HangupNormal)) != nil {
		p.exchange.sweepChannel(p.id) // or the next start will
	}
	p.id = ""
}
