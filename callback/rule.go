package callback

import (
	"time"

	"callbackd/callback/hours"
)

// MissedIn says which losses a rule is about.
type MissedIn string

// The two kinds of rules.
const (
	MissedInScenario      MissedIn = "scenario"
	MissedInContactCenter MissedIn = "contact_center"
)

// Rule is what an admin wrote about one kind of missed call.
type Rule struct {
	Name             string
	MissedIn         MissedIn
	From             []Target // contact_center: who lost the call; empty: every queue, agent and group of the file
	Scenarios        []string // scenario: names of scenarios; empty: every context of no other rule
	AfterTransfer    bool     // also calls that a person answered and passed on, and that were lost then
	Enabled          bool
	DialingIntervals []time.Duration // 0 is `immediately`; their number is the number of attempts
	Forward          Target          // who gets the agent leg; zero: whoever lost the call
	Region           string          // the way out; "": where the call came in
	CallerID         string          // E.164; used where the dialled number isn't one of the account's
	WaitForCustomer  time.Duration
	AgentPrompt      string // name in the sound library; "": none
	Recording        *RecordingSettings
	Location         *time.Location  // used where the customer's own zone can't be told; nil: the account's
	Schedule         *hours.Schedule // when customers may be called; never nil
	Treatments       Treatments      // what follows a result; with the product's own defaults
	GiveUpAfter      int             // days with an opening after which an open task expires
}

// RecordingSettings says that conversations are recorded, and how long
// recordings are kept.
type RecordingSettings struct {
	Keep time.Duration `json:"keep"`
}

// Treatments says what follows a result that counts. A result that isn't in it
// has its default: number_invalid closes the task, any other takes the next
// dialing interval.
type Treatments map[Result]Treatment

// of is what follows result.
func (t Treatments) of(result Result) Treatment {
	treatment, written := t[result]
	if !written && result == ResultNumberInvalid {
		return Treatment{Close: true}
	}
	return treatment
}

// Treatment is what an outcome leads to. The zero Treatment is the next dialing
// interval.
type Treatment struct {
	// Close ends the task: exhausted, with the result as its reason.
	Close bool `json:"close,omitempty"`
	// In, if not 0, replaces the dialing interval and uses none up.
	In time.Duration `json:"in,omitempty"` // nanoseconds
	// AtMost is the number of such results after which the task is closed; 0
	// with In: no bound but give_up_after.
	AtMost int `json:"at_most,omitempty"`
}
