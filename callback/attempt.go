package callback

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"
)

// Attempt is one try to connect an agent and the customer. The row exists
// before anything is asked of Asterisk: a task that is scheduled has exactly
// one attempt that is scheduled, with the settings it will use.
type Attempt struct {
	ID      int64
	TaskID  int64
	Ordinal int // which of the rule's intervals led to it, from 1
	Try     int // from 1; grows each time the same attempt comes back uncounted
	State   AttemptState
	Due     time.Time

	// MissedCallID is the newest missed call that the attempt is made from; 0
	// for tasks that somebody asked for.
	MissedCallID int64
	Number       string // the customer's, repeated here for the one-number mutex
	Account      string // repeated here for counting lines
	Settings     Settings
	Names        Names // set when claimed

	Agent       string // the phone that answered, "PJSIP/alice"
	Result      Result
	Reason      string // detail of the result, in words
	Cause       int    // Q.850 cause of the leg that ended it, 0 if none
	SIP         int    // SIP status of that leg, 0 if none
	TrunkFault  bool   // the customer leg ended the way a broken trunk ends it
	Counted     bool
	RecordingOK bool // the recording was seen when the attempt ended; what became of it, its entry says

	Claimed, AgentAnswered, CustomerSent, Bridged, Ended time.Time
}

// Settings is what an attempt says and shows, copied from the rule when the
// attempt is scheduled: an edit of the file changes the next attempt, not one
// that is already planned.
//
// The database keeps them as JSON, and refuses any other text for an attempt that is
// under way: what is added here, or in what it holds, leaves no trace where it is zero
// (omitempty, omitzero), else an attempt under way at an upgrade could never end.
type Settings struct {
	Rule   string `json:"rule"`
	Region string `json:"region"`
	PBX    string `json:"pbx"`
	Target Target `json:"target"`
	// PassedBy are the phones that didn't take the attempt the last time that it was
	// tried: others get the next try, as long as there are others.
	PassedBy         []string        `json:"passed_by,omitempty"`
	CallerID         string          `json:"caller_id"`
	DialingIntervals []time.Duration `json:"dialing_intervals"` // nanoseconds
	WaitForCustomer  time.Duration   `json:"wait_for_customer"` // nanoseconds
	AgentPrompt      string          `json:"agent_prompt,omitempty"`
	// The next ones are the rule's, see Rule.
	AgentAnnouncement *Speech            `json:"agent_announcement,omitempty"`
	AgentAccept       *Accept            `json:"agent_accept,omitempty"`
	CustomerAccept    *Accept            `json:"customer_accept,omitempty"`
	Voicemail         Voicemail          `json:"voicemail,omitzero"`
	StopKey           string             `json:"stop_key,omitempty"`
	MaxCall           time.Duration      `json:"max_call,omitempty"` // nanoseconds
	Language          string             `json:"language,omitempty"` // of what customer and agent hear
	Recording         *RecordingSettings `json:"recording,omitempty"`
	Treatments        Treatments         `json:"treatments,omitempty"`
}

// Names are what an attempt's parts are called in Asterisk. They are committed
// before the first request, so that whatever Asterisk holds after a crash can
// be told apart.
type Names struct {
	AgentChannel    string
	CustomerChannel string
	Bridge          string
	Recording       string // "" where nothing is recorded; folders separated by "/"
}

// NewNames makes the names of one attempt. prefix is the Stasis application:
// two daemons on one PBX have two. Asterisk matches ids in use by a
// case-insensitive prefix, so no id may begin with another: the random part
// comes last and has a fixed length.
func NewNames(prefix string) Names {
	key := NewKey()
	return Names{
		AgentChannel:    prefix + "-agent-" + key,
		CustomerChannel: prefix + "-customer-" + key,
		Bridge:          prefix + "-bridge-" + key,
	}
}

// recordingName files a recording under its account and month (UTC).
func recordingName(account string, now time.Time, n Names) string {
	key := n.Bridge[strings.LastIndexByte(n.Bridge, '-')+1:]
	return fmt.Sprintf("%s/%s/%s", account, now.UTC().Format("2006-01"), key)
}

// NewKey makes the random part of a name: 26 characters [a-z2-7], 130 bits.
func NewKey() string { return strings.ToLower(rand.Text()) }
