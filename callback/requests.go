package callback

import "time"

// Requests says which callbacks that somebody asks for an account takes, and how they
// are made.
type Requests struct {
	// Rule has what attempts say and show, and when they are made: the very settings
	// that rules have. Its name is RequestsRule and it is always enabled; Forward is who
	// gets the agent leg where a request doesn't say, zero: each request has to. It
	// names a region.
	Rule
	Duplicates Duplicates
	Ahead      time.Duration // how far ahead a time may lie
}

// RequestsRule is what the settings of requests are called where tasks, attempts and
// their history name the rule that decided. No rule of a file can be called so.
const RequestsRule = "requests:"

// Duplicates says what becomes of a request while the customer's open one is for the
// same target: at once like it, or for a time on the same day.
type Duplicates string

// What may become of it.
const (
	DuplicatesMerge  Duplicates = "merge"  // into the open one, the earlier time of both holds
	DuplicatesRefuse Duplicates = "refuse" // with the open one's id
	DuplicatesAllow  Duplicates = "allow"  // it is another task
)

// Via is who or what asks for a callback.
type Via string

// The ways to ask.
const (
	ViaIVR   Via = "ivr"
	ViaWeb   Via = "web"
	ViaAgent Via = "agent"
	ViaAdmin Via = "admin"
	ViaAPI   Via = "api"
)

// Vias lists all ways to ask.
var Vias = []Via{ViaIVR, ViaWeb, ViaAgent, ViaAdmin, ViaAPI}

// ruleBy finds what decides about the attempts of a task: a rule by its name, or the
// settings of requests.
func (a *Account) ruleBy(name string) (Rule, bool) {
	if name != RequestsRule {
		return a.Rule(name)
	}
	if a.Requests == nil {
		return Rule{}, false
	}
	return a.Requests.Rule, true
}

// Calling lists everything by which customers are called: the rules in their order, and
// after them the settings of requests, if the account takes any.
func (a *Account) Calling() []Rule {
	if a.Requests == nil {
		return a.Rules
	}
	return append(a.Rules[:len(a.Rules):len(a.Rules)], a.Requests.Rule)
}

// askedFor reports whether somebody asked for the task: nobody lost its call.
func (t Task) askedFor() bool { return t.Kind != KindMissed }

// atOnce reports whether the customer was promised to be called as soon as possible, so
// that whoever talks to the customer before that keeps the promise.
func (t Task) atOnce() bool { return t.Kind == KindMissed || t.Kind == KindRequest && t.At.IsZero() }

// nextSettings is what the attempt of a task says and shows that is planned now. ok is
// false where nobody knows, because the missed call that it is made from is gone.
func (a *Account) nextSettings(rule Rule, task Task, newest *MissedCall) (s Settings, ok bool) {
	switch {
	case task.askedFor():
		return a.settingsAsked(rule, task.Target, task.Language), true
	case newest != nil:
		return a.settings(rule, *newest), true
	}
	return Settings{}, false
}

// settingsAsked copies what an attempt says and shows where somebody asked for it.
func (a *Account) settingsAsked(rule Rule, target Target, language string) Settings {
	rule.Forward = target
	if language != "" {
		rule.Language = language
	}
	return a.settings(rule, MissedCall{})
}
