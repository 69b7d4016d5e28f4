package callback

import "time"

// Task is one promise to call one customer back.
type Task struct {
	ID       int64
	Account  string
	Kind     Kind
	Number   string // the customer, E.164
	State    TaskState
	Reason   string // why it ended: a Result for exhausted, a cancel reason for cancelled
	Target   Target // who gets the agent leg
	Region   string // the way out of the planned attempt
	LostBy   Target // who lost the newest call; zero for requests
	Rule     string // the rule that decided
	PBX      string // where the newest call came in
	Arrived  time.Time
	Due      time.Time
	Previous int64 // the finished task that this one follows, 0 for none

	// CancelReason is set while an attempt is under way and somebody has
	// cancelled the task: see TaskCancel.
	CancelReason string
	// WaitingFor says in words why a due task isn't being dialled right now.
	WaitingFor string
	// HeldBy is who holds a held task: a person, or ByOneRing; "" unless held.
	HeldBy string
	// Wake is when the scheduler looks at a scheduled task next: Due, or later
	// where what it waits for is known to take until then. The store sets it:
	// to Due with every change of the task, later by SetWaiting, back by Rouse.
	Wake time.Time
	// GiveUp is when a task that is still open expires; zero: never.
	GiveUp time.Time
	// Attempts counts the attempts that reached out to the customer.
	Attempts int
	// Source and Note belong to tasks that somebody asked for.
	Source, Note, Language string
	// At is the time that was asked for; zero: as soon as possible. Asked is when that
	// was, the last time; zero: nobody did.
	At, Asked time.Time
	// Identification is the digits by which the customer said who it is; "": none were
	// asked for. Late is when it was seen that the booked time of an appointment had
	// passed without the customer's phone ringing; zero: it hasn't.
	Identification string
	Late           time.Time
	// Owner is the agent to whom it belongs until OwnerUntil, and who is its target so long;
	// zero: it belongs to nobody, or was handed over.
	Owner      Owner
	OwnerUntil time.Time

	Created, Updated time.Time
}

// Kind says where a task comes from.
type Kind string

// The kinds of task.
const (
	KindMissed      Kind = "missed"      // from missed calls
	KindRequest     Kind = "request"     // asked for, at once or for a time
	KindAppointment Kind = "appointment" // a booked slot
)

// Why a task was cancelled.
const (
	CancelByPerson       = "cancelled_by_person"
	CancelByCustomer     = "cancelled_by_customer"
	CancelCustomerCalled = "customer_called"
	CancelAgentCalled    = "agent_called"     // an agent dialled the customer by hand
	CancelRuleDisabled   = "rule_disabled"    // by the file, or by a person
	CancelOriginDeleted  = "origin_deleted"   // the rule, or who lost the call, is gone from the file
	CancelAccountFrozen  = "account_frozen"   // by a person
	CancelAccountRemoved = "account_removed"  // by a person, after its file
	CancelDoNotCall      = "do_not_call"      // the number is on the account's do-not-call list
	CancelCallbackAsked  = "callback_asked"   // the customer asked for one by phone, in the call that was missed
	CancelCalledBack     = "called_back"      // another callback of the customer connected
	CancelClosed         = "closed_by_person" // it is done, in another way than by a callback
	CancelShadow         = "shadow"           // it would have been dialled, were the account live
)

// ByOneRing holds tasks that look like one-ring fraud.
const ByOneRing = "one_ring"

// ExpiredGaveUp is why a task expired: the rule's give_up_after has passed.
const ExpiredGaveUp = "give_up_after"
