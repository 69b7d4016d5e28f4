package callgen

import (
	"strings"
	"time"

	"callbackd/callback"
)

// Call is what really happened to a customer's call.
type Call struct {
	ID      string // of its channel
	Trunk   string
	Number  string
	Dialled string

	Arrived, Ended time.Time
	Talked         time.Duration // with persons, in sum
	// LostBy is who lost it, in the words of the account's file: "queue:support". Of a
	// call that was answered, it is who lost it after that; "" nobody.
	LostBy string
	// Said is what the dialplan said of who lost it, at last: "group:sales", "ignore".
	Said string
	// MessageLeft says whether the customer left a message.
	MessageLeft bool

	story   story
	channel *channel
	gone    bool
	tried   string // whom the dialplan tried last, since the last conversation
	before  string // and before it
	place   string // the scenario that it passed last
	since   time.Duration
	with    int
}

// enough is a conversation that counts.
const enough = time.Second

// Answered reports whether a person has talked with the customer.
func (c *Call) Answered() bool { return c.Talked >= enough }

// Script is the story in words, for whoever reads a failure.
func (c *Call) Script() string { return c.story.tell() }

// tries notes that the dialplan tries to reach somebody; once the caller is gone it
// reaches nobody.
func (c *Call) tries(party string, gone bool) {
	if c != nil && party != "" && !gone && !c.gone {
		c.tried = party
	}
}

// says notes the dialplan's own word, which counts to the very end of the call.
func (c *Call) says(value string) {
	if c == nil {
		return
	}
	c.Said = value
	if value != "ignore" && !strings.Contains(value, ":") {
		c.Said = "" // a word that means nothing
	}
}

// enters notes a context of the dialplan.
func (c *Call) enters(context string) {
	if scenario, listed := scenarios[context]; listed && !c.gone {
		c.place = scenario
	}
}

// meets and parts are the two ends of a conversation with a person.
func (c *Call) meets(now time.Duration) {
	if c == nil {
		return
	}
	if c.with++; c.with == 1 {
		c.since = now
	}
}

func (c *Call) parts(now time.Duration) {
	if c == nil || c.with == 0 {
		return
	}
	if c.with--; c.with == 0 {
		c.Talked += now - c.since
		if c.tried != "" {
			c.before, c.tried = c.tried, ""
		}
	}
}

// settle says who lost the call, when it is over.
func (c *Call) settle() {
	if !c.Answered() && c.tried == "" {
		c.tried = c.before
	}
	switch {
	case c.tried == "" && c.Answered():
	case c.Said != "" && c.Said != "ignore":
		c.LostBy = c.Said
	case c.tried != "":
		c.LostBy = c.tried
	default:
		c.LostBy = "scenario:" + c.place
	}
}

// Outbound is a call that an agent made by hand.
type Outbound struct {
	ID       string // of the trunk's channel
	Number   string // as dialled
	Agent    string // "PJSIP/alice"
	Answered bool
}

// Moment is one step of the PBX: an event, or a change of which no event tells.
type Moment struct {
	Event   callback.CallEvent // nil: no event tells
	at      time.Duration
	channel callback.CallChannel // as it is from now on
	over    bool                 // the channel is gone
	bridge  *callback.LiveBridge
}
