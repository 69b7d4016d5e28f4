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
	// Admit asks whether a target may get one more agent leg now. waiting says
	// in words what is in the way; "" is yes. The error is an ErrUnavailable where the PBX
	// doesn't answer; any other concerns this target alone.
	Admit(ctx context.Context, a Admission) (waiting string, err error)
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

// Admission is what an attempt is about to ask of the PBX.
type Admission struct {
	Target   Target
	Phones   []string // of agents and groups, as in AgentLeg
	PassedBy []string // those that didn't take the last try: they ring where no other is free
	Ringing  Ringing  // of queues
	// What it needs of the dialplan beside its agent leg.
	Listens       bool // whether a machine has answered: see Voicemail
	LeavesMessage bool
}

// Call is what an attempt asks of the PBX, one step after the other. Each step
// returns when it is done, or with
//   - a *LegEnded if a leg that it needs has ended,
//   - ErrGaveWay if the leg made room for a live caller,
//   - ErrStopKey, once, if the customer has pressed the stop key; Converse doesn't mind,
//   - ErrGap if the connection was lost, so that nobody knows: the attempt then
//     stops without a word and reconciliation takes over,
//   - ctx's cause, or the PBX's refusal.
//
// A reply that is lost says nothing: a step believes what Asterisk's events say.
type Call interface {
	// StopKey is closed when the customer, who has answered, presses the stop key. After
	// Close, or the lifetime's end, it isn't any more.
	StopKey() <-chan struct{}
	// Speak has what will be told spoken: no program runs while somebody listens.
	Speak(ctx context.Context, speech Speech) error
	// RingAgent sends the agent leg and waits for an answer; agent is the
	// endpoint that answered, "PJSIP/alice", "" if it isn't known.
	RingAgent(ctx context.Context, leg AgentLeg) (agent string, err error)
	// Prepare makes the bridge.
	Prepare(ctx context.Context) error
	// Tell plays sounds to one side, one after the other, each to its end or for
	// SoundLimit. With accept it returns when the key was pressed, at any time since
	// that side answered, which cuts the sounds short; or with a *NotAccepted, when it
	// wasn't for accept.Within after the last of them. What can't be played is left out.
	Tell(ctx context.Context, leg Leg, sounds []Sound, accept *Accept) error
	// RingTone lets the agent hear that it rings, and makes sure that the
	// agent is still there: the customer isn't called for nobody.
	RingTone(ctx context.Context, zone string) error
	// RingCustomer sends the customer leg and waits for an answer.
	RingCustomer(ctx context.Context, leg CustomerLeg) error
	// AwaitCustomer is RingCustomer for a leg that was sent before a gap.
	AwaitCustomer(ctx context.Context, patience time.Duration) error
	// Listen finds out whether a machine has answered. In doubt it is a person.
	Listen(ctx context.Context) (machine bool, err error)
	// LeaveMessage lets the agent go, waits until the machine that has answered is
	// silent, and plays a message to it.
	LeaveMessage(ctx context.Context, message Sound) error
	// Notice tells the customer that the conversation is recorded. Where it can't be
	// played, the conversation isn't recorded.
	Notice(ctx context.Context, notice Sound) error
	// Connect starts the recording, if the attempt has one whose notice was played,
	// brings both into the bridge and returns when both are there, with limit left to
	// talk. It answers whether there are, or may be, files of a recording.
	Connect(ctx context.Context, limit time.Duration) (recorded bool, err error)
	// Converse returns when the conversation is over: one side has gone, or
	// limit has passed.
	Converse(ctx context.Context, limit time.Duration) error
	// Close releases what is left: legs, bridge. It answers what became of the
	// recording, by its file. What can't be released in ctx is released later.
	// It is called once, last; not after ErrGap.
	Close(ctx context.Context) (RecordingFound, error)
}

// AgentLeg is how the agent is called.
type AgentLeg struct {
	Target   Target
	Phones   []string      // endpoints of the agents, of which those ring that were let in; none where the target is a queue, which finds its own
	Number   string        // the customer's, shown on the agent's phone
	Formats  string        // codecs of the Local channel
	Patience time.Duration // how long to look for an agent
	Fuse     time.Duration // absolute timeout: nobody sits in silence because callbackd died
}

// CustomerLeg is how the customer is called.
type CustomerLeg struct {
	DialString string
	CallerID   string // E.164, "" leaves it to the trunk
	Listens    bool   // the answer will be listened to
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
	Refused bool     // agent: every phone that rang declined
	Phones  []string // agent: endpoints of the phones that rang in vain
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

// NotAccepted is a person who didn't press the key that was asked for.
type NotAccepted struct {
	Leg Leg
	Key string
}

func (e *NotAccepted) Error() string { return fmt.Sprintf("the %s didn't press %s", e.Leg, e.Key) }

// ErrGaveWay ends an attempt before the customer's leg is sent: for a live
// caller, because its customer is on the phone with us, or because its task was
// cancelled or something forbids it now; and before both talk where the account
// was frozen.
var ErrGaveWay = errors.New("the attempt gave way")

// ErrStopKey is a customer who wants no further calls.
var ErrStopKey = errors.New("the customer pressed the stop key")

// ErrUnavailable is a PBX that doesn't answer, or not soon.
var ErrUnavailable = errors.New("the PBX doesn't answer")

// ErrGap is a time in which events may have been missed.
var ErrGap = errors.New("the connection to Asterisk was lost")

// Standing is what a PBX still holds of an attempt after a gap.
type Standing struct {
	Agent      bool // the agent leg lives
	Customer   bool // the customer leg lives
	CustomerUp bool // and has been answered
	InDialplan bool // and was sent into the dialplan, from where it comes back by itself
	Bridged    bool // both are in the attempt's bridge
}
