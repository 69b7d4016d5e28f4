package wording

import (
	"fmt"
	"slices"
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// Verdict is what would become of a call, in one sentence.
func Verdict(x httpapi.Explanation) string {
	if x.Decision == callback.DecisionRefused {
		return fmt.Sprintf("Not called back: %s (%s).", x.Why, x.Reason)
	}
	return fmt.Sprintf("Called back: %s.", x.Why)
}

// RequestVerdict is what would become of a request, in one sentence.
func RequestVerdict(x httpapi.ExplainedRequest) string {
	switch {
	case !x.Taken:
		return fmt.Sprintf("Not promised: %s (%s).", x.Why, x.Reason)
	case x.TaskID != 0:
		return fmt.Sprintf("Promised: the customer's open task %d takes it in.", x.TaskID)
	}
	return "Promised: a task of its own."
}

// Zones says in which zones the customer may live, and what told them.
func Zones(list []string, from callback.ZoneSource) string {
	zones := strings.Join(list, ", ")
	told := map[callback.ZoneSource]string{
		callback.ZonesFromNumber:  "told by the number",
		callback.ZonesFromRule:    "the rule's, for the number doesn't tell",
		callback.ZonesFromAccount: "the account's, for the number doesn't tell",
	}[from]
	if len(list) > 1 {
		told += "; it has to be open in all of them"
	}
	if told == "" {
		return zones
	}
	return zones + " (" + told + ")"
}

// WallClock is how a moment is written where its zone is named; shortClock how
// it is repeated on another clock.
const (
	WallClock  = "Mon 2006-01-02 15:04:05"
	shortClock = "Mon 15:04"
)

// clocksShown bounds the customer's clocks in a line.
const clocksShown = 3

// wallClocks writes a moment by the account's clock, and by the customer's: ""
// where they show the same.
func wallClocks(m httpapi.Moment) (account, customer string) {
	if m.Account == nil {
		if len(m.Customer) == 0 {
			return m.At.UTC().Format(WallClock) + " UTC", ""
		}
		account = m.Customer[0].Time.Format(WallClock) + " in " + m.Customer[0].Zone
		if len(m.Customer) == 1 {
			return account, ""
		}
		return account, customersClocks(m.Customer)
	}
	account = m.Account.Time.Format(WallClock) + " in " + m.Account.Zone
	other := slices.ContainsFunc(m.Customer, func(c httpapi.LocalTime) bool {
		return c.Time.Format(WallClock) != m.Account.Time.Format(WallClock)
	})
	switch {
	case other:
		return account, customersClocks(m.Customer)
	case len(m.Customer) == 1 && m.Customer[0].Zone == m.Account.Zone:
		return account, ""
	}
	return account + ", and where the customer is", ""
}

// customersClocks writes what the customer's clock may show; of many zones the
// first and the last.
func customersClocks(all []httpapi.LocalTime) string {
	earliestFirst := slices.SortedStableFunc(slices.Values(all), func(a, b httpapi.LocalTime) int {
		return strings.Compare(a.Time.Format(wallTime), b.Time.Format(wallTime))
	})
	shown := make([]string, len(all))
	for i, c := range earliestFirst {
		shown[i] = c.Time.Format(shortClock) + " in " + c.Zone
	}
	if len(shown) > clocksShown {
		return shown[0] + " to " + shown[len(shown)-1]
	}
	return strings.Join(shown, ", ")
}

// wallTime sorts as clocks do.
const wallTime = "2006-01-02T15:04:05"

// Whenever is wallClocks on one line.
func Whenever(m httpapi.Moment) string {
	account, customer := wallClocks(m)
	if customer == "" {
		return account
	}
	return account + " (the customer's clock: " + customer + ")"
}

// Planned says when an attempt would be made, and what keeps it from being made when it
// is due; "" is nothing.
func Planned(a httpapi.PlannedAttempt) (when, but string) {
	due, _ := wallClocks(a.Due)
	switch {
	case a.Earliest == nil:
		return "not made, as things are: due " + due + ", but " + a.Waiting, ""
	case a.Waiting == "":
		return Whenever(*a.Earliest), ""
	}
	return Whenever(*a.Earliest), "due " + due + ", but " + a.Waiting
}

// PlannedManner is who rings, what the customer sees, and what both hear, a line each.
func PlannedManner(a httpapi.PlannedAttempt) []string {
	rings := a.Target.String()
	if len(a.Rings) > 0 {
		rings += " (" + strings.Join(a.Rings, ", ") + ")"
	}
	rings += " rings on " + a.PBX
	caller := "what the trunk says"
	if a.CallerID != "" {
		caller = a.CallerID
	}
	dials := "no dial string: the number can't be dialled in region " + a.Region
	if a.DialString != "" {
		dials = "the customer is dialled as " + a.DialString + " (region " + a.Region + ")"
	}
	dials += ", sees " + caller + ", and is rung for " + a.WaitForCustomer
	return slices.DeleteFunc([]string{rings, AgentHears(a.Heard), dials, CustomerHears(a.Heard)}, func(line string) bool { return line == "" })
}
