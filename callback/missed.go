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

// Reason says why a missed call isn't called back. The words are the same in
// the database, the log and the API.
type Reason string

// The reasons.
const (
	ReasonAnonymous          Reason = "anonymous"            // the number is withheld
	ReasonNumberInvalid      Reason = "number_invalid"       // not a number that exists
	ReasonCountryNotCallable Reason = "country_not_callable" // not in a country that the account calls
	ReasonPrefixRefused      Reason = "prefix_refused"       // premium rate, satellite or the like, or one that the account refuses
	ReasonOwnNumber          Reason = "own_number"           // the account's own
	ReasonNoAccount          Reason = "no_account"           // several accounts share the trunk and none owns the dialled number
	ReasonNoRule             Reason = "no_rule"              // no rule is about such a loss
	ReasonRuleDisabled       Reason = "rule_disabled"        // only disabled rules are
	ReasonTargetUnknown      Reason = "target_unknown"       // the file doesn't list who lost the call
	ReasonAccountFrozen      Reason = "account_frozen"       // by a person
	ReasonNoTimezone         Reason = "no_timezone"          // nobody can tell when it is day where the customer is
	ReasonCapReached         Reason = "cap_reached"          // the customer has been called as often as callable.per_number allows
	ReasonAreaFull           Reason = "area_full"            // as many open tasks as the area may have
	ReasonQueueFull          Reason = "queue_full"           // as many open tasks as the queue may have

	ReasonNumberLogOnly Reason = "number_log_only" // only a log knows the number, and log_only_numbers is skip
	ReasonTooShort      Reason = "too_short"       // it took less than callable.min_wait
	ReasonIgnored       Reason = "ignored"         // the dialplan said CALLBACKD_MISSED=ignore
	ReasonMessageLeft   Reason = "message_left"    // the customer left a message, and message_left is handled
	ReasonAnsweredFirst Reason = "answered_first"  // a person answered and passed it on; no rule with after_transfer is about that
)

// Reasons lists all reasons.
var Reasons = []Reason{ReasonAnonymous, ReasonNumberInvalid, ReasonCountryNotCallable, ReasonPrefixRefused, ReasonOwnNumber, ReasonNoAccount, ReasonNoRule, ReasonRuleDisabled, ReasonTargetUnknown, ReasonAccountFrozen, ReasonNoTimezone, ReasonCapReached, ReasonAreaFull, ReasonQueueFull, ReasonNumberLogOnly, ReasonTooShort, ReasonIgnored, ReasonMessageLeft, ReasonAnsweredFirst}
