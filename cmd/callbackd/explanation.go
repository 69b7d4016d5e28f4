package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// printExplanation tells what would become of a call, for somebody who wants to
// know at two in the morning.
func printExplanation(w io.Writer, x httpapi.Explanation, c clock) error {
	p := &explanationPrinter{printer: printer{clock: c}}
	p.head(x)
	if len(x.Attempts) > 0 {
		p.title("Attempts, if the customer never answers")
		for i, a := range x.Attempts {
			p.attempt(i, a)
		}
	}
	if len(x.Notes) > 0 {
		p.title("Now")
		for _, note := range x.Notes {
			p.line("  %s", note)
		}
	}
	return p.print(w)
}

type explanationPrinter struct {
	printer
	manner string // of the attempt before
}

func (p *explanationPrinter) head(x httpapi.Explanation) {
	p.line("%s", verdict(x))
	t := &table{}
	caller := x.Number
	switch {
	case caller == "":
		caller = x.Caller
	case x.Caller != x.Number:
		caller += ", which the trunk delivers as " + x.Caller
	}
	t.row("Caller", caller)
	if x.Country != "" {
		t.row("Country", x.Country)
	}
	if x.Account != "" {
		t.row("Account", x.Account)
	}
	lost := p.at(x.Lost)
	if x.LostLocal != nil {
		lost = x.LostLocal.Time.Format(wallClock) + " in " + x.LostLocal.Zone
	}
	if !x.LostBy.IsZero() {
		lost += ", by " + x.LostBy.String()
	}
	t.row("Lost", lost)
	if x.Dialled != "" {
		t.row("Dialled", x.Dialled)
	}
	if x.Rule != "" {
		t.row("Rule", x.Rule)
	}
	if len(x.Zones) > 0 {
		t.row("Time zone", zonesTold(x))
	}
	if x.Schedule != "" {
		t.row("Schedule", x.Schedule)
	}
	if x.GiveUp != nil {
		t.row("Gives up", whenever(*x.GiveUp))
	}
	p.table(t)
}

// verdict is the answer in one sentence.
func verdict(x httpapi.Explanation) string {
	if x.Decision == callback.DecisionRefused {
		return fmt.Sprintf("Not called back: %s (%s).", x.Why, x.Reason)
	}
	return fmt.Sprintf("Called back: %s.", x.Why)
}

// zonesTold says in which zones the customer may live, and what told them.
func zonesTold(x httpapi.Explanation) string {
	zones := strings.Join(x.Zones, ", ")
	told := map[callback.ZoneSource]string{
		callback.ZonesFromNumber:  "told by the number",
		callback.ZonesFromRule:    "the rule's, for the number doesn't tell",
		callback.ZonesFromAccount: "the account's, for the number doesn't tell",
	}[x.ZonesFrom]
	if len(x.Zones) > 1 {
		told += "; it has to be open in all of them"
	}
	if told == "" {
		return zones
	}
	return zones + " (" + told + ")"
}

// wallClock is how a moment is written where its zone is named; shortClock how
// it is repeated on another clock.
const (
	wallClock  = "Mon 2006-01-02 15:04:05"
	shortClock = "Mon 15:04"
)

// clocksShown bounds the customer's clocks in a line.
const clocksShown = 3

// wallClocks writes a moment by the account's clock, and by the customer's: ""
// where they show the same.
func wallClocks(m httpapi.Moment) (account, customer string) {
	if m.Account == nil {
		if len(m.Customer) == 0 {
			return m.At.UTC().Format(wallClock) + " UTC", ""
		}
		account = m.Customer[0].Time.Format(wallClock) + " in " + m.Customer[0].Zone
		if len(m.Customer) == 1 {
			return account, ""
		}
		return account, customersClocks(m.Customer)
	}
	account = m.Account.Time.Format(wallClock) + " in " + m.Account.Zone
	other := slices.ContainsFunc(m.Customer, func(c httpapi.LocalTime) bool {
		return c.Time.Format(wallClock) != m.Account.Time.Format(wallClock)
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

// whenever is wallClocks on one line.
func whenever(m httpapi.Moment) string {
	account, customer := wallClocks(m)
	if customer == "" {
		return account
	}
	return account + " (the customer's clock: " + customer + ")"
}

func (p *explanationPrinter) attempt(i int, a httpapi.PlannedAttempt) {
	due, _ := wallClocks(a.Due)
	switch {
	case a.Earliest == nil:
		p.line("  %d  not made, as things are: due %s, but %s", i+1, due, a.Waiting)
	case a.Waiting == "":
		p.line("  %d  %s", i+1, whenever(*a.Earliest))
	default:
		p.line("  %d  %s", i+1, whenever(*a.Earliest))
		p.line("     due %s, but %s", due, a.Waiting)
	}
	if manner := mannerOf(a); manner != p.manner {
		p.manner = manner
		for line := range strings.SplitSeq(manner, "\n") {
			p.line("     %s", line)
		}
	}
}

// mannerOf is who rings, what the customer sees, and what both hear.
func mannerOf(a httpapi.PlannedAttempt) string {
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
	lines := slices.DeleteFunc([]string{rings, agentHears(a.Heard), dials, customerHears(a.Heard)}, func(line string) bool { return line == "" })
	return strings.Join(lines, "\n")
}
