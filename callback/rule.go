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
	// AgentAnnouncement is spoken to the agent after the prompt; nil: nothing is. It may
	// say {number}, {queue} and {minutes}, see AnnouncementFields.
	AgentAnnouncement *Speech
	AgentAccept       *Accept // nil: an agent who has answered takes the callback
	CustomerAccept    *Accept // nil: a customer who has answered is connected
	Voicemail         Voicemail
	StopKey           string        // a key with which customers forbid further calls; "": none
	MaxCall           time.Duration // the longest conversation; 0 is MaxCall
	Language          string        // of what is played where the customer's own isn't known; "": none
	Recording         *RecordingSettings
	Location          *time.Location  // used where the customer's own zone can't be told; nil: the account's
	Schedule          *hours.Schedule // when customers may be called; never nil
	Treatments        Treatments      // what follows a result; with the product's own defaults
	GiveUpAfter       int             // days with an opening after which an open task expires
	// Owner is whose a callback is at first that says neither who calls nor whose it is; nil:
	// nobody's. Only of what is asked for.
	Owner *Owner
}

// RecordingSettings says that conversations are recorded, how, and how long
// recordings are kept.
type RecordingSettings struct {
	Keep     time.Duration `json:"keep"`               // nanoseconds
	Channels int           `json:"channels,omitempty"` // 1: both sides together; 2: the customer left, the agent right
	// Notice tells the customer, before the agent is heard. Where it can't be played,
	// nothing is recorded.
	Notice Sound `json:"notice,omitzero"`
}

// Accept is a key by which a person takes a call. Machines press none.
type Accept struct {
	Key    string        `json:"key"`    // 0 to 9, * or #
	Within time.Duration `json:"within"` // nanoseconds, counted from the end of what asks for the key
	Ask    Sound         `json:"ask,omitzero"`
}

// VoicemailAction is what is done where a machine seems to have answered.
type VoicemailAction string

// What may be done. Only the zero action and VoicemailConnect don't listen first: they
// keep nobody waiting, and mistake nobody for a machine.
const (
	VoicemailConnect VoicemailAction = "connect"
	VoicemailHangUp  VoicemailAction = "hang_up"
	VoicemailLeave   VoicemailAction = "leave" // a message
)

// Voicemail says what becomes of a call that a machine seems to have answered.
type Voicemail struct {
	Action  VoicemailAction `json:"action,omitempty"`
	Message Sound           `json:"message,omitzero"` // what VoicemailLeave leaves
}

// Listens reports whether the answer is listened to before anybody is connected.
func (v Voicemail) Listens() bool { return v.Action == VoicemailHangUp || v.Action == VoicemailLeave }

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
