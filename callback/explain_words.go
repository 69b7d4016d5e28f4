package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
)

// why says a decision in words that tell an admin what to look at.
func (a *Account) why(d decision, g ground) string {
	m := d.missed
	switch m.Decision {
	case DecisionTaskCreated:
		return fmt.Sprintf("rule %q calls back what %s loses", m.Rule, m.LostBy)
	case DecisionMerged:
		return fmt.Sprintf("rule %q calls back what %s loses, and the customer's open task %d takes it in", m.Rule, m.LostBy, m.TaskID)
	}
	switch m.Reason {
	case ReasonCallbackAsked:
		return "the caller asked for a callback in this call, or made, moved or cancelled an appointment: that is kept"
	case ReasonAnonymous:
		return "the caller's number is withheld"
	case ReasonNumberInvalid:
		return fmt.Sprintf("%q isn't a telephone number, read in %s", m.Caller, a.Country)
	case ReasonOwnNumber:
		return fmt.Sprintf("%s is one of the account's own numbers", m.Number)
	case ReasonCountryNotCallable:
		return fmt.Sprintf("%s is a number of %s; callable.countries are %s", m.Number, countryOf(m.Number), strings.Join(a.countries(), ", "))
	case ReasonPrefixRefused:
		return a.whyRefused(m.Number)
	case ReasonNoAccount:
		return fmt.Sprintf("several accounts share trunk %s, and %q is none of their numbers", m.Trunk, m.Dialled)
	case ReasonDoNotCall:
		return a.whyBlocked(g)
	case ReasonNumberLogOnly:
		return "nobody could ask whether the number is withheld, and log_only_numbers is skip"
	case ReasonIgnored:
		return "the dialplan says that the call isn't to be called back (CALLBACKD_MISSED=ignore)"
	case ReasonMessageLeft:
		return "the customer left a message, and message_left is handled"
	case ReasonTooShort:
		return fmt.Sprintf("the call was over after %s; callable.min_wait is %s",
			m.Lost.Sub(m.Arrived).Round(100*time.Millisecond), FormatDuration(a.Callable.MinWait))
	case ReasonAnsweredFirst:
		return fmt.Sprintf("a person answered first and passed the call on to %s, and no rule that is on and has after_transfer is about that", m.LostBy)
	case ReasonTargetUnknown:
		if m.LostBy.IsZero() {
			return "nobody knows who lost the call"
		}
		return fmt.Sprintf("%s isn't in the file", m.LostBy)
	case ReasonNoRule:
		return fmt.Sprintf("no rule is about calls that %s loses", m.LostBy)
	case ReasonAccountFrozen:
		return fmt.Sprintf("account %s is frozen %s", a.Name, a.since(g, g.switches.Frozen[a.Name]))
	case ReasonRuleDisabled:
		return a.whyOff(m.LostBy, g)
	case ReasonNoTimezone:
		return "the customer's time zone can't be told from the number, and neither rule nor account name one"
	case ReasonCapReached:
		return a.whyCapped(m, g)
	case ReasonAreaFull:
		area := a.Areas[a.Queues[d.plan.settings.Target.Name].Area]
		return fmt.Sprintf("area %s has its %d open tasks", area.Name, area.MaxTasks)
	case ReasonQueueFull:
		queue := a.Queues[d.plan.settings.Target.Name]
		return fmt.Sprintf("queue %s has its %d open tasks", queue.Name, queue.MaxTasks)
	}
	return string(m.Reason)
}

func (a *Account) countries() []string {
	if len(a.Callable.Countries) == 0 {
		return []string{a.Country}
	}
	return a.Callable.Countries
}

func countryOf(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return "no country"
	}
	return phonenumbers.GetRegionCodeForNumber(n)
}

func (a *Account) whyRefused(number string) string {
	i := slices.IndexFunc(a.Callable.Refuse, func(prefix string) bool { return strings.HasPrefix(number, prefix) })
	switch {
	case i >= 0:
		return fmt.Sprintf("%s begins with %s, which callable.refuse names", number, a.Callable.Refuse[i])
	case countryOf(number) == ofNoCountry:
		return fmt.Sprintf("%s belongs to a satellite or another network of no country: those are never called", number)
	}
	return fmt.Sprintf("%s is a premium-rate, shared-cost or other service number: those are never called", number)
}

// whyOff names the rules that are about a loss, all of which are off.
func (a *Account) whyOff(lostBy Target, g ground) string {
	var off []string
	for _, r := range a.Rules {
		if a.covers(r, lostBy) {
			off = append(off, a.off(g, r))
		}
	}
	return fmt.Sprintf("nothing that is on is about calls that %s loses: %s", lostBy, strings.Join(off, "; "))
}

func (a *Account) whyCapped(m MissedCall, g ground) string {
	rule, _ := a.ruleOf(m)
	zones, _ := rule.CustomerZones(a, m.Number)
	return a.capped(g, zones).reason
}

// notes says what holds up every call at present, and what becomes of a task
// that is there already.
func (a *Account) notes(g ground, task Task) (notes []string) {
	if stopped := g.switches.Stopped; stopped != nil {
		notes = append(notes, fmt.Sprintf("callbackd is stopped %s: nothing is dialled until it is resumed", a.since(g, *stopped)))
	}
	if a.Mode == ModeShadow {
		notes = append(notes, fmt.Sprintf("account %s is in shadow mode: all is decided and recorded, and nothing is dialled", a.Name))
	}
	switch task.State {
	case TaskHeld:
		notes = append(notes, fmt.Sprintf("nothing is dialled while task %d is %s", task.ID, task.WaitingFor))
	case TaskDialing:
		notes = append(notes, fmt.Sprintf("task %d is being dialled: what is said here holds if that attempt doesn't connect", task.ID))
	}
	return notes
}
