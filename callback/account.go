package callback

import (
	"strings"
	"time"
)

// Account is one tenant: what its admin wrote in rules/ACCOUNT.yaml, read,
// checked and with every default resolved. It is immutable; an edited file
// makes a new one.
type Account struct {
	Name     string
	Mode     Mode
	Country  string         // ISO 3166 alpha-2, for reading national numbers and for what may be called
	Location *time.Location // used where a customer's own zone can't be told
	Numbers  []string       // the account's own numbers: E.164, or a prefix ending in "*"
	Lines    int            // attempts at once
	MinTalk  time.Duration  // a conversation with a person that lasted this long is an answered call
	Regions  map[string]Region
	Agents   map[string]Agent
	Groups   map[string]Group
	Queues   map[string]Queue
	Rules    []Rule // in the order of the file: the first that matches decides
}

// Mode says whether an account dials.
type Mode string

// ModeLive dials.
const ModeLive Mode = "live"

// Region is where an account's customers' calls come in and go out.
type Region struct {
	Name         string
	PBX          string
	Trunks       []string // channel technology and endpoint, "PJSIP/pstn": calls arriving there are customers' calls
	Dial         string   // dial string of the customer leg, with {number}
	NumberFormat NumberFormat
	Formats      string // codec of agents and trunk, for our Local channels
	ToneZone     string // indications.conf zone of the ring tone that agents hear; "" is the PBX's own
}

// Agent is one person's phone.
type Agent struct {
	Name     string
	Endpoint string // "PJSIP/alice"
}

// Group is a ring group.
type Group struct {
	Name    string
	Members []string // names of agents
}

// Queue is an Asterisk queue of the same name.
type Queue struct{ Name string }

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
	Enabled          bool
	DialingIntervals []time.Duration // 0 is `immediately`; their number is the number of attempts
	Forward          Target          // who gets the agent leg; zero: whoever lost the call
	Region           string          // the way out; "": where the call came in
	CallerID         string          // E.164; used where the dialled number isn't one of the account's
	WaitForCustomer  time.Duration
	AgentPrompt      string // name in the sound library; "": none
	Recording        *RecordingSettings
}

// RecordingSettings says that conversations are recorded, and how long
// recordings are kept.
type RecordingSettings struct {
	Keep time.Duration `json:"keep"`
}

// Owns reports whether number (E.164) is one of the account's own.
func (a *Account) Owns(number string) bool {
	for _, own := range a.Numbers {
		if prefix, ok := strings.CutSuffix(own, "*"); ok && strings.HasPrefix(number, prefix) || own == number {
			return true
		}
	}
	return false
}

// Rule finds a rule by its name.
func (a *Account) Rule(name string) (Rule, bool) {
	for _, r := range a.Rules {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{}, false
}

// queueNamed gives the name under which the file lists a queue; Asterisk finds
// queues without regard to case.
func (a *Account) queueNamed(name string) string {
	for listed := range a.Queues {
		if strings.EqualFold(listed, name) {
			return listed
		}
	}
	return name
}

// Lists reports whether the file lists t as a queue, an agent or a group.
func (a *Account) Lists(t Target) bool {
	var ok bool
	switch t.Kind {
	case TargetQueue:
		_, ok = a.Queues[t.Name]
	case TargetAgent:
		_, ok = a.Agents[t.Name]
	case TargetGroup:
		_, ok = a.Groups[t.Name]
	}
	return ok
}

// regionOf finds the region that trunk of pbx belongs to.
func (a *Account) regionOf(pbx, trunk string) (Region, bool) {
	for _, r := range a.Regions {
		if r.PBX != pbx {
			continue
		}
		for _, t := range r.Trunks {
			if strings.EqualFold(t, trunk) {
				return r, true
			}
		}
	}
	return Region{}, false
}
