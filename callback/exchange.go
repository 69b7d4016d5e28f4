package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Exchange is one PBX as the half that dials sees it. internal/pbx implements
// it over ARI.
type Exchange interface {
	// Ready gives the lifetime in which attempts may be made: a context that
	// ends, with ErrGap as its cause, when the connection is lost. The error
	// says in words why there is none now.
	Ready() (lifetime context.Context, err error)
	// Admit asks whether target may get one more agent leg now. waiting says
	// in words what is in the way; "" is yes.
	Admit(ctx context.Context, target Target) (waiting string, err error)
	// Behind says in words why it isn't known yet who calls there and what happened
	// while callbackd, or its connection, was away; "" where that is known, and where
	// the PBX is away for so long that the others don't wait for it any more.
	Behind() string
	// Prefix begins the names of all channels and bridges of callbackd there.
	Prefix() string
	// Call gives the hold on an attempt's legs, whose names are committed, for
	// a lifetime that Ready or Reconcile gave; standing is what the PBX already
	// holds of it. From here on Admit counts it.
	Call(lifetime context.Context, a Attempt, standing Standing) Call
}

// Call is what an attempt asks of the PBX, one step after the other. Each step
// returns when it is done, or with
//   - a *LegEnded if a leg that it needs has ended,
//   - ErrGaveWay if the leg made room for a live caller,
//   - ErrGap if the connection was lost, so that nobody knows: the attempt then
//     stops without a word and reconciliation takes over,
//   - ctx's cause, or the PBX's refusal.
//
// A reply that is lost says nothing: a step believes what Asterisk's events say.
type Call interface {
	// RingAgent sends the agent leg and waits for an answer; agent is the
	// endpoint that answered, "PJSIP/alice", "" if it isn't known.
	RingAgent(ctx context.Context, leg AgentLeg) (agent string, err error)
	// Prepare makes the bridge.
	Prepare(ctx context.Context) error
	// Prompt plays a sound of the library to the agent, to its end or to limit.
	Prompt(ctx context.Context, sound string, limit time.Duration) error
	// RingTone lets the agent hear that it rings, and makes sure that the
	// agent is still there: the customer isn't called for nobody.
	RingTone(ctx context.Context, zone string) error
	// RingCustomer sends the customer leg and waits for an answer.
	RingCustomer(ctx context.Context, leg CustomerLeg) error
	// AwaitCustomer is RingCustomer for a leg that was sent before a gap.
	AwaitCustomer(ctx context.Context, patience time.Duration) error
	// Connect starts the recording, if the attempt has one, brings both into
	// the bridge and returns when both are there, with limit left to talk.
	Connect(ctx context.Context, limit time.Duration) error
	// Converse returns when the conversation is over: one side has gone, or
	// limit has passed.
	Converse(ctx context.Context, limit time.Duration) error
	// Close releases what is left: legs, bridge. It answers whether the
	// recording's file exists and holds audio. What can't be released in ctx
	// is released later. It is called once, last; not after ErrGap.
	Close(ctx context.Context) (recorded bool, err error)
}

// AgentLeg is how the agent is called.
type AgentLeg struct {
	Target   Target
	Number   string        // the customer's, shown on the agent's phone
	Formats  string        // codecs of the Local channel
	Patience time.Duration // how long to look for an agent
	Fuse     time.Duration // absolute timeout: nobody sits in silence because callbackd died
}

// CustomerLeg is how the customer is called.
type CustomerLeg struct {
	DialString string
	CallerID   string // E.164, "" leaves it to the trunk
	Patience   time.Duration
	Fuse       time.Duration
}

// Leg is one side of an attempt.
type Leg string

// The legs.
const (
	LegAgent    Leg = "agent"
	LegCustomer Leg = "customer"
)

// LegEnded is the end of a leg.
type LegEnded struct {
	Leg     Leg
	End     LegEnd
	Refused bool // agent: every phone that rang declined
}

func (e *LegEnded) Error() string {
	switch {
	case e.End.TimedOut:
		return fmt.Sprintf("%s leg: nobody answered in time", e.Leg)
	case e.End.NotSent:
		return fmt.Sprintf("%s leg: Asterisk could not send it: check the region's dial string and trunk", e.Leg)
	}
	return fmt.Sprintf("%s leg ended: cause %d, SIP %d", e.Leg, e.End.Cause, e.End.SIP)
}

// ErrGaveWay ends an attempt before the customer's leg is sent: for a live
// caller, because its customer is on the phone with us, or because its task was
// cancelled or something forbids it now; and before both talk where the account
// was frozen.
var ErrGaveWay = errors.New("the attempt gave way")

// ErrGap is a time in which events may have been missed.
var ErrGap = errors.New("the connection to Asterisk was lost")

// Standing is what a PBX still holds of an attempt after a gap.
type Standing struct {
	Agent      bool // the agent leg lives
	Customer   bool // the customer leg lives
	CustomerUp bool // and has been answered
	Bridged    bool // both are in the attempt's bridge
}
