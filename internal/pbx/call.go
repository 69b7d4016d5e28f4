package pbx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// call is an attempt's hold on its legs; it implements callback.Call. Events
// make its facts true from the exchange's goroutine, steps wait for them in the
// attempt's own.
type call struct {
	exchange  *Exchange
	lifetime  context.Context
	names     callback.Names
	target    callback.Target
	account   string
	region    string
	formats   string // of the agent's leg
	language  string
	stopKey   string               // "": none
	stopped   chan struct{}        // closed when the customer has pressed it
	tellings  map[callback.Leg]int // sounds so far that Tell has played
	recording []part               // none where nothing is recorded

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when a fact changes
	facts   facts
}

// facts are what is known of the legs. Those that Asterisk tells only ever
// become true.
type facts struct {
	agentUp    bool
	agent      string // the endpoint that answered
	phone      string // its channel
	agentGone  *callback.LegEnd
	phones     phones
	gaveWay    bool
	customerUp bool
	custGone   *callback.LegEnd
	ends       map[string]bool   // ids of our legs whose end has begun
	keys       map[string]string // pressed on our legs since they answered
	inBridge   map[string]bool   // ids of our channels that have been in our bridge
	finished   map[string]ari.PlaybackState
	inDialplan bool     // the customer's leg was sent there, and isn't back
	astray     bool     // it is back, though it was in the bridge before
	said       []string // what the dialplan said when it sent it back
	resumed    bool     // what the customer was played before a gap may still play
	unrecorded bool     // the notice couldn't be played
	alone      bool     // the agent isn't needed any more
	stopTold   bool     // the stop key was pressed, and a step has said so
	recording  recordingFacts
	tone       bool // the agent hears ringing, or may
	renewed    bool // the fuses of both legs
}

// Call implements callback.Exchange. For a lifetime that is over it gives a hold
// that no event reaches: its first step ends with ErrGap.
func (x *Exchange) Call(lifetime context.Context, a callback.Attempt, standing callback.Standing) callback.Call {
	c := &call{
		exchange: x, lifetime: lifetime, names: a.Names, target: a.Settings.Target, recording: parts(a),
		account: a.Account, region: a.Settings.Region, language: a.Settings.Language, stopKey: a.Settings.StopKey, stopped: make(chan struct{}), tellings: map[callback.Leg]int{}, changed: make(chan struct{}),
		facts: facts{
			ends: map[string]bool{}, inBridge: map[string]bool{}, finished: map[string]ari.PlaybackState{}, keys: map[string]string{}, phones: newPhones(),
			agentUp: standing.Agent, customerUp: standing.CustomerUp, inDialplan: standing.InDialplan,
			resumed:   standing.CustomerUp && !standing.Bridged,
			recording: newRecordingFacts(standing), tone: standing.Agent && !standing.Bridged,
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
	ids := []string{a.Names.AgentChannel, a.Names.CustomerChannel, a.Names.Bridge}
	for _, id := range slices.Concat(ids, c.files(), c.snoops()) {
		x.calls[id] = c
	}
	if a.State == callback.AttemptAgent && !standing.Agent {
		x.gate.admits(c) // from now on, not from the request on: the next admission counts it
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

// now asks the facts why a step can't begin.
func (c *call) now(why func(*facts) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return why(&c.facts)
}

// is asks the facts whether something is so.
func (c *call) is(so func(*facts) bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return so(&c.facts)
}

func (f *facts) agentEnded() error {
	if f.agentGone == nil || f.alone {
		return nil
	}
	return f.agentFailed(*f.agentGone)
}

// agentFailed is the end of an agent's leg, with the phones that rang.
func (f *facts) agentFailed(end callback.LegEnd) error {
	return &callback.LegEnded{Leg: callback.LegAgent, End: end, Refused: f.phones.allRefused(), Phones: f.phones.rung()}
}

func (f *facts) gaveWayToLive() error {
	if !f.gaveWay {
		return nil
	}
	return fmt.Errorf("%w to a live caller", callback.ErrGaveWay)
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

// answered hears that a leg has come into the application: when it is answered, and
// when the dialplan sends it back.
func (c *call) answered(channel string, said []string) {
	c.set(func(f *facts) {
		delete(f.ends, channel)
		switch channel {
		case c.names.AgentChannel:
			f.agentUp = true
		case c.names.CustomerChannel:
			f.customerUp, f.inDialplan, f.said = true, false, said
			f.astray = f.inBridge[channel]
		default:
			f.recording.up[channel] = true
		}
	})
}

func (c *call) leaving(channel string) {
	c.set(func(f *facts) { f.ends[channel] = true })
}

// left hears that a leg isn't in the application any more: it ends, or it is in the
// dialplan.
func (c *call) left(channel string) {
	c.leaving(channel)
	if channel == c.names.CustomerChannel {
		c.set(func(f *facts) { f.inDialplan = true })
	}
}

func (c *call) destroyed(channel string, end callback.LegEnd) {
	c.set(func(f *facts) {
		switch channel {
		case c.names.AgentChannel:
			f.agentGone = &end
		case c.names.CustomerChannel:
			f.custGone = &end
		default:
			f.phones.ended(channel, end)
			f.recording.over[channel] = true
		}
	})
}

func (c *call) rang(channel, endpoint, status string) {
	c.set(func(f *facts) {
		if status == "ANSWER" {
			f.agent, f.phone = endpoint, channel
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

func (c *call) giveWay() { c.set(func(f *facts) { f.gaveWay = true }) }

// fuse is the absolute timeout as Asterisk wants it, in seconds.
func fuse(d time.Duration) string { return fmt.Sprint(int(d.Round(time.Second).Seconds())) }
