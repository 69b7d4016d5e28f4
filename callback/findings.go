package callback

import "time"

// A Finding is what an event of Asterisk lets the detector know about a call with a
// customer: that it has begun (CallBegan), that a person answered it (CallAnswered), that
// it is over (CallOver), and what became of it (Verdict). Of calls that somebody here has
// made over a trunk for whatever purpose, it is that they went out (WentOut). A log tells of
// a call that an agent made when all of it is over (Dialled).
type Finding interface{ finding() }

// LiveCall is a call with a customer that is going on, without callbackd's doing: the
// customer has called, or an agent has dialled the customer by hand.
type LiveCall struct {
	PBX      string
	ID       string // unique id of the trunk's channel
	Trunk    string // "PJSIP/pstn"
	Number   string // the customer's, as the trunk delivered it or the dial string has it
	Dialled  string // inbound: as the trunk delivered it
	Outbound bool
	Agent    string    // outbound: endpoint of whoever dialled, "PJSIP/alice"; "" if it isn't known
	Since    time.Time // by Asterisk's clock
	// Partial says that the beginning wasn't seen: Number and Dialled are what the
	// dialplan has made of them since.
	Partial bool
	// Presentation says whether the number of an inbound call may be used, as far as it
	// is known yet.
	Presentation Presentation
}

// CallBegan is a call that is there from now on.
type CallBegan struct{ LiveCall }

// CallAnswered is a call that an agent dialled and somebody at the other end answered.
type CallAnswered struct{ LiveCall }

// CallOver is the end of a call. An inbound one has a Verdict right after it, unless it
// ended in a gap.
type CallOver struct{ LiveCall }

// WentOut is a channel of a trunk that somebody here dialled: an agent, a program, a
// customer's call that goes on outside. It is no customer's call, whatever a log makes of
// it, which doesn't know the direction.
type WentOut struct{ PBX, ID string }

// Dialled is a call that an agent has made to a customer by hand, as a log tells of it when
// it is over.
type Dialled struct {
	LiveCall           // ID is that of the agent's channel: the log doesn't know the trunk's
	Answered time.Time // zero if the customer didn't
	Ended    time.Time
}

// moment is when that became of the call; zero if it didn't.
func (d Dialled) moment(of AgentCalled) time.Time {
	if of == WhenAnswered {
		return d.Answered
	}
	return d.Since
}

func (Dialled) finding()      {}
func (WentOut) finding()      {}
func (CallBegan) finding()    {}
func (CallAnswered) finding() {}
func (CallOver) finding()     {}
func (Verdict) finding()      {}

// Verdict is what became of one customer's call.
type Verdict struct {
	PBX     string
	CallID  string
	Trunk   string // "PJSIP/pstn"
	Caller  string // as the trunk delivered it, from the call's first event
	Dialled string
	Arrived time.Time     // at most a week before Ended, whatever Asterisk's clock said
	Ended   time.Time     // by Asterisk's clock
	Talked  time.Duration // with persons, in sum; never negative
	// Loss is who lost it. Of a call that was answered: who lost it after a person had
	// passed it on; without queue and endpoints where nobody did.
	Loss Loss

	Presentation Presentation // whether the caller's number may be used
	// Partial says that not all of the call was seen: a part of it lay in a gap, or its
	// end didn't come.
	Partial bool
	// MessageLeft says that the caller left a message in a voicemail box. Only where an
	// account asks for it is this looked at.
	MessageLeft bool
	Source      Source
}

// Presentation says whether a caller lets the number be shown.
type Presentation string

// The presentations. A number that is withheld arrives like any other.
const (
	PresentationUnknown  Presentation = "" // nobody could be asked: the call is known from a log, or was over too soon
	PresentationAllowed  Presentation = "allowed"
	PresentationWithheld Presentation = "withheld"
)

// Source says where a call was seen.
type Source string

// The sources.
const (
	SourceEvents Source = "events" // Asterisk's event stream
	SourceLogs   Source = "logs"   // queue_log and CDR, read afterwards
)

// Rebased is the verdict with its end at now and everything else as long before
// that as Asterisk's clock said: for a call that ended this moment, so that a
// clock of Asterisk's that is wrong moves no callback.
func (v Verdict) Rebased(now time.Time) Verdict {
	v.Arrived, v.Ended = now.Add(v.Arrived.Sub(v.Ended)), now
	return v
}
