package callback_test

import (
	"context"
	"sync/atomic"
	"time"

	"callbackd/callback"
)

// allBusy is what an Exchange says whose agents all talk.
const allBusy = "all agents of support are busy"

// logsBeingRead is what an Exchange that is behind says.
const logsBeingRead = "the logs of Asterisk pbx2 are being read"

// pbx is an Exchange.
type pbx struct {
	callback.Exchange
	lifetime context.Context
	away     error
	behind   atomic.Bool
	busy     atomic.Bool   // Admit says allBusy
	refusing atomic.Bool   // agents refuse, as with refuses
	waiting  string        // what Admit says
	answer   bool          // agents do
	refuses  bool          // agents do
	talks    time.Duration // customers answer, and talk for so long; 0: they don't
	deaf     bool          // phones don't stop ringing when they are told to
	asked    atomic.Int64
	rung     atomic.Int64
	under    atomic.Int64 // agents' phones that ring

	// If set, says how the leg of a customer ends; else nobody answers.
	ends func(dialString string) callback.LegEnd

	// If set, says why nothing is said about a target.
	silent func(callback.Admission) error

	// If set, happen when an attempt is about to start, when the agent is about to
	// hear that it rings, and when the customer is called.
	begins, rings, dials func()
}

func happen(f func()) {
	if f != nil {
		f()
	}
}

func (p *pbx) Ready() (context.Context, error) { return p.lifetime, p.away }
func (p *pbx) Prefix() string                  { return "callbackd" }
func (p *pbx) Behind() string {
	if p.behind.Load() {
		return logsBeingRead
	}
	return ""
}
func (p *pbx) Admit(_ context.Context, a callback.Admission) (string, error) {
	p.asked.Add(1)
	if p.silent != nil {
		return "", p.silent(a)
	}
	if p.busy.Load() {
		return allBusy, nil
	}
	return p.waiting, nil
}

func (p *pbx) Call(context.Context, callback.Attempt, callback.Standing) callback.Call {
	happen(p.begins)
	return &ringing{pbx: p}
}

type ringing struct {
	callback.Call
	pbx *pbx
}

func (c *ringing) RingAgent(ctx context.Context, _ callback.AgentLeg) (string, error) {
	c.pbx.rung.Add(1)
	c.pbx.under.Add(1)
	defer c.pbx.under.Add(-1)
	if c.pbx.refuses || c.pbx.refusing.Load() {
		return "", &callback.LegEnded{Leg: callback.LegAgent, Refused: true}
	}
	if c.pbx.answer {
		select {
		case <-time.After(5 * time.Second):
			return "PJSIP/alice", nil
		case <-c.pbx.lifetime.Done():
			return "", context.Cause(c.pbx.lifetime)
		}
	}
	<-ctx.Done()
	if c.pbx.deaf {
		<-c.pbx.lifetime.Done()
	}
	return "", context.Cause(ctx)
}

func (c *ringing) Prepare(context.Context) error          { return nil }
func (c *ringing) RingTone(context.Context, string) error { happen(c.pbx.rings); return nil }

// RingCustomer finds that the customer doesn't answer, or what the test says.
func (c *ringing) RingCustomer(_ context.Context, leg callback.CustomerLeg) error {
	happen(c.pbx.dials)
	if c.pbx.talks > 0 {
		return nil
	}
	end := callback.LegEnd{TimedOut: true}
	if c.pbx.ends != nil {
		end = c.pbx.ends(leg.DialString)
	}
	return &callback.LegEnded{Leg: callback.LegCustomer, End: end}
}

func (c *ringing) StopKey() <-chan struct{}                             { return nil }
func (c *ringing) Connect(context.Context, time.Duration) (bool, error) { return true, nil }

func (c *ringing) Converse(ctx context.Context, _ time.Duration) error {
	select {
	case <-time.After(c.pbx.talks):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *ringing) Close(context.Context) (callback.RecordingFound, error) {
	return callback.RecordingFound{}, nil
}
