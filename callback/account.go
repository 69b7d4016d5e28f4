package callback

import (
	"maps"
	"slices"
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
	Location *time.Location // used where neither the customer's own zone nor the rule's is known; nil: none
	Numbers  []string       // the account's own numbers: E.164, or a prefix ending in "*"
	Lines    int            // attempts at once
	MinTalk  time.Duration  // a conversation with a person that lasted this long is an answered call
	Callable Callable
	// MessageLeft says what a message on a voicemail box makes of a missed call.
	MessageLeft MessageLeft
	// LogOnlyNumbers says whether a number is used of which only a log knows.
	LogOnlyNumbers LogOnlyNumbers
	// AgentCalled says when a call that an agent makes by hand has helped the customer.
	AgentCalled AgentCalled
	Regions     map[string]Region
	Agents      map[string]Agent
	Groups      map[string]Group
	Areas       map[string]Area
	Queues      map[string]Queue
	// Scenarios are what rules and tasks refer to by name.
	Scenarios map[string]Scenario
	Rules     []Rule    // in the order of the file: the first enabled one that matches decides
	Requests  *Requests // nil: nobody can ask for a callback
	// Appointments are what customers may book, by the name that the file gives each.
	Appointments map[string]*AppointmentBook
}

// Mode says whether an account dials.
type Mode string

// The modes.
const (
	ModeLive   Mode = "live"   // dials
	ModeShadow Mode = "shadow" // sees, decides and records everything, and dials nothing
)

// MessageLeft says whether a customer who left a message still misses somebody.
type MessageLeft string

// What a message that was left may be.
const (
	MessageMissed  MessageLeft = "missed"  // the call is missed all the same
	MessageHandled MessageLeft = "handled" // somebody will listen to it
)

// LogOnlyNumbers says whether numbers of which only a log knows may be called: a log has
// a number that was withheld like any other.
type LogOnlyNumbers string

// What may be done with such numbers.
const (
	LogOnlyUse  LogOnlyNumbers = "use"
	LogOnlySkip LogOnlyNumbers = "skip"
)

// AgentCalled says when an agent who dials a customer by hand makes the callback
// unnecessary.
type AgentCalled string

// The moments.
const (
	WhenDialled  AgentCalled = "dialled"
	WhenAnswered AgentCalled = "answered"
)

// Callable says who may be called at all.
type Callable struct {
	Countries []string      // ISO 3166 alpha-2; empty: the account's own
	Refuse    []string      // beginnings of numbers, "+46900"
	PerNumber Caps          // attempts that reach out to a customer, whatever the reason; see NeverRang
	PerDay    int           // such attempts of the account in 24 hours; 0: no limit
	MinWait   time.Duration // calls that were shorter aren't called back; 0: all are
	Burst     Burst
}

// Burst is how many calls of one ring from neighbouring numbers are taken for fraud. The
// zero Burst is none.
type Burst struct {
	Calls  int
	Within time.Duration
}

// Caps bounds how often a customer's phone is made to ring; 0: no limit.
type Caps struct {
	Day   int // in 24 hours
	Month int // in 30 days
}

// Region is where an account's customers' calls come in and go out.
type Region struct {
	Name         string
	PBX          string
	Trunks       []string // channel technology and endpoint, "PJSIP/pstn": calls arriving there are customers' calls
	Dial         string   // dial string of the customer leg, with {number}
	NumberFormat NumberFormat
	MaxCalls     int    // attempts at once; 0: no limit
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

// Area is a part of the account whose queues share a limit.
type Area struct {
	Name string
	// MaxTasks is how many open tasks of kind missed there may be for queues of the area,
	// and how many of all kinds for one more to be asked for; 0: no limit.
	MaxTasks int
}

// Queue is an Asterisk queue of the same name.
type Queue struct {
	Name     string
	Area     string // "": none
	MaxTasks int    // as Area.MaxTasks, for this queue
	Ringing  Ringing
}

// Ringing says how many agent legs of callbackd may ring in a queue at once.
type Ringing string

// The ways.
const (
	// RingingOne is one, which also the zero Ringing is: right for queues that ring all
	// of their members, and for those without autofill.
	RingingOne Ringing = "one"
	// RingingEach is one for each member who is ready.
	RingingEach Ringing = "each"
)

// Scenario is an IVR menu or other dialplan that a call passes before it
// reaches a queue, an agent or a group.
type Scenario struct {
	Name     string
	Contexts []string // names of contexts, or beginnings ending in "*"
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
	if _, ok := a.Queues[name]; ok {
		return name
	}
	for _, listed := range sortedKeys(a.Queues) {
		if strings.EqualFold(listed, name) {
			return listed
		}
	}
	return name
}

// Lists reports whether the file lists t.
func (a *Account) Lists(t Target) bool {
	var ok bool
	switch t.Kind {
	case TargetQueue:
		_, ok = a.Queues[a.queueNamed(t.Name)]
	case TargetAgent:
		_, ok = a.Agents[t.Name]
	case TargetGroup:
		_, ok = a.Groups[t.Name]
	case TargetScenario:
		_, ok = a.Scenarios[t.Name]
	}
	return ok
}

// regionOf finds the region that trunk of pbx belongs to.
func (a *Account) regionOf(pbx, trunk string) (Region, bool) {
	for _, name := range sortedKeys(a.Regions) {
		r := a.Regions[name]
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

// sortedKeys gives the names in a part of the file in an order that is the same
// each time: what is decided must not depend on the order of a map.
func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
