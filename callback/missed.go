package callback

import "time"

// MissedCall is one customer's call that reached nobody, with what was decided
// about it. PBX and CallID are its key: the same call seen twice, live and in
// a log, is one missed call.
type MissedCall struct {
	ID       int64
	PBX      string
	CallID   string // Asterisk's unique id of the customer's channel
	Trunk    string // "PJSIP/pstn"
	Caller   string // as the trunk delivered it
	Dialled  string // as the trunk delivered it
	LostBy   Target
	Arrived  time.Time // the channel was created
	Lost     time.Time // the channel was destroyed
	Account  string    // "" where nobody's
	Number   string    // the caller in E.164, "" where it can't be read
	Decision Decision
	Reason   Reason // why it was refused; "" for task_created and merged
	Rule     string
	TaskID   int64 // 0 if refused
	Source   Source
	Recorded time.Time
}

// Decision is what was decided about a missed call.
type Decision string

// The decisions.
const (
	DecisionTaskCreated Decision = "task_created"
	DecisionMerged      Decision = "merged"
	DecisionRefused     Decision = "refused"
)

// Decisions lists all decisions.
var Decisions = []Decision{DecisionTaskCreated, DecisionMerged, DecisionRefused}
