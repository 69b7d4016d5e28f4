package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

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
	Offer      Offer         // when callers are offered one by phone
	Form       *Form         // where customers ask for one on the web; nil: nowhere
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
// settings of requests or appointments.
func (a *Account) ruleBy(name string) (Rule, bool) {
	if id, ok := strings.CutPrefix(name, appointmentsPrefix); ok {
		book, known := a.Appointments[id]
		if !known {
			return Rule{}, false
		}
		return book.Rule, true
	}
	if name != RequestsRule {
		return a.Rule(name)
	}
	if a.Requests == nil {
		return Rule{}, false
	}
	return a.Requests.Rule, true
}

// Calling lists everything by which customers are called: the rules in their order, and
// after them the settings of requests, if the account takes any, and of appointments.
func (a *Account) Calling() []Rule {
	calling := slices.Clone(a.Rules)
	if a.Requests != nil {
		calling = append(calling, a.Requests.Rule)
	}
	for _, id := range sortedKeys(a.Appointments) {
		calling = append(calling, a.Appointments[id].Rule)
	}
	return calling
}

// takesNoMore says in words that what decides about a task that somebody asked for isn't
// in the file any more.
func (a *Account) takesNoMore(rule string) string {
	if id, ok := strings.CutPrefix(rule, appointmentsPrefix); ok {
		return fmt.Sprintf("account %s takes no appointments %s any more: its file has none of that name", a.Name, id)
	}
	return fmt.Sprintf("account %s takes no requests any more: its file has no section requests", a.Name)
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
