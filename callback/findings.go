package callback

import "time"

// A Finding is what an event of Asterisk lets the detector know about a call with a
// customer: that it has begun (CallBegan), that a person answered it (CallAnswered), that
// it is over (CallOver), and what became of it (Verdict).
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
}

// CallBegan is a call that is there from now on.
type CallBegan struct{ LiveCall }

// CallAnswered is a call that an agent dialled and somebody at the other end answered.
type CallAnswered struct{ LiveCall }

// CallOver is the end of a call. An inbound one has a Verdict right after it.
type CallOver struct{ LiveCall }

func (CallBegan) finding()    {}
func (CallAnswered) finding() {}
func (CallOver) finding()     {}
func (Verdict) finding()      {}
