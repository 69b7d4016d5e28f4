package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// call is an attempt's hold on its legs; it implements callback.Call. Events
// make its facts true from the exchange's goroutine, steps wait for them in the
// attempt's own.
type call struct {
	exchange *Exchange
	lifetime context.Context
	names    callback.Names
	target   callback.Target

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when a fact changes
	facts   facts
}

// facts are what is known of the legs. Those that Asterisk tells only ever
// become true.
type facts struct {
	looking    bool // for an agent: nobody has answered yet
	agentUp    bool
	agent      string // the endpoint that answered
	agentEnds  bool   // its end has begun
	agentGone  *callback.LegEnd
	phones     phones
	gaveWay    bool
	customerUp bool
	custGone   *callback.LegEnd
	inBridge   map[string]bool // ids of our channels that have been in our bridge
	finished   map[string]ari.PlaybackState
	recording  bool // it was started, or may have been
	recordDone bool
	tone       bool // the agent hears ringing, or may
	renewed    bool // the fuses of both legs
}

// Call implements callback.Exchange. For a lifetime that is over it gives a hold
// that no event reaches: its first step ends with ErrGap.
func (x *Exchange) Call(lifetime context.Context, a callback.Attempt, standing callback.Standing) callback.Call {
	c := &call{
		exchange: x, lifetime: lifetime, names: a.Names, target: a.Settings.Target, changed: make(chan struct{}),
		facts: facts{
			inBridge: map[string]bool{}, finished: map[string]ari.PlaybackState{}, phones: newPhones(),
			// From now on, not from the request on: the next admission counts it.
			looking: a.State == callback.AttemptAgent,
			agentUp: standing.Agent, customerUp: standing.CustomerUp,
			recording: standing.Bridged && a.Names.Recording != "", tone: standing.Agent && !standing.Bridged,
		},
	}
	if standing.Bridged {
		c.facts.inBridge[a.Names.AgentChannel], c.facts.inBridge[a.Names.CustomerChannel] = true, true
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lifetime != lifetime {
		return c
	}
	for _, id := range []string{a.Names.AgentChannel, a.Names.CustomerChannel, a.Names.Bridge, playback("prompt", a.Names.Bridge), playback("tone", a.Names.Bridge)} {
		x.calls[id] = c
	}
	if a.Names.Recording != "" {
		x.calls[a.Names.Recording] = c
	}
	return c
}

// set changes facts and wakes who waits for them.
func (c *call) set(change func(*facts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.facts)
	close(c.changed)
	c.changed = make(chan struct{})
}

// errTooLong is a fact that didn't come true in time.
var errTooLong = errors.New("Asterisk didn't say so in time")

// await waits until done answers true or an error, at most for limit.
func (c *call) await(ctx context.Context, limit time.Duration, done func(*facts) (bool, error)) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		c.mu.Lock()
		ok, err := done(&c.facts)
		changed := c.changed
		c.mu.Unlock()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			return errTooLong
		case <-changed:
		}
	}
}

func (f *facts) agentEnded() error {
	if f.agentGone == nil {
		return nil
	}
	return &callback.LegEnded{Leg: callback.LegAgent, End: *f.agentGone, Refused: f.phones.allRefused()}
}

func (f *facts) customerEnded() error {
	if f.custGone == nil {
		return nil
	}
	end := *f.custGone
	end.Answered = f.customerUp
	return &callback.LegEnded{Leg: callback.LegCustomer, End: end}
}

// What follows is called by the exchange's goroutine.

func (c *call) answered(channel string) {
	c.set(func(f *facts) {
		switch channel {
		case c.names.AgentChannel:
			f.agentUp, f.looking = true, false
		case c.names.CustomerChannel:
			f.customerUp = true
		}
	})
}

func (c *call) leaving(channel string) {
	if channel == c.names.AgentChannel {
		c.set(func(f *facts) { f.agentEnds = true })
	}
}

func (c *call) destroyed(channel string, end callback.LegEnd) {
	c.set(func(f *facts) {
		switch channel {
		case c.names.AgentChannel:
			f.agentGone, f.looking = &end, false
		case c.names.CustomerChannel:
			f.custGone = &end
		default:
			f.phones.ended(channel, end)
		}
	})
}

func (c *call) rang(channel, endpoint, status string) {
	c.set(func(f *facts) {
		if status == "ANSWER" {
			f.agent = endpoint
		}
		f.phones.rang(channel, endpoint)
	})
}

func (c *call) entered(bridge, channel string) {
	if bridge == c.names.Bridge {
		c.set(func(f *facts) { f.inBridge[channel] = true })
	}
}

func (c *call) played(id string, state ari.PlaybackState) {
	c.set(func(f *facts) { f.finished[id] = state })
}

func (c *call) recorded() { c.set(func(f *facts) { f.recordDone = true }) }

func (c *call) giveWay() { c.set(func(f *facts) { f.gaveWay = true }) }

func (c *call) looksFor(target callback.Target) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Asterisk finds queues without regard to case.
	return c.facts.looking && c.target.Kind == target.Kind && strings.EqualFold(c.target.Name, target.Name)
}

// fuse is the absolute timeout as Asterisk wants it, in seconds.
func fuse(d time.Duration) string { return fmt.Sprint(int(d.Round(time.Second).Seconds())) }
