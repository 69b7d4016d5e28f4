package main

import (
	"io"
	"slices"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// printExplanation tells what would become of a call, for somebody who wants to
// know at two in the morning.
func printExplanation(w io.Writer, x httpapi.Explanation, c clock) error {
	p := &explanationPrinter{printer: printer{clock: c}}
	p.head(x)
	p.prospects(x.Attempts, x.Notes)
	return p.print(w)
}

type explanationPrinter struct {
	printer
	manner []string // of the attempt before
}

// prospects tells which attempts would be made, and what holds everything up.
func (p *explanationPrinter) prospects(attempts []httpapi.PlannedAttempt, notes []string) {
	if len(attempts) > 0 {
		p.title("Attempts, if the customer never answers")
		for i, a := range attempts {
			p.attempt(i, a)
		}
	}
	if len(notes) > 0 {
		p.title("Now")
		for _, note := range notes {
			p.line("  %s", note)
		}
	}
}

func (p *explanationPrinter) head(x httpapi.Explanation) {
	p.line("%s", wording.Verdict(x))
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
		lost = x.LostLocal.Time.Format(wording.WallClock) + " in " + x.LostLocal.Zone
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
		t.row("Time zone", wording.Zones(x.Zones, x.ZonesFrom))
	}
	if x.Schedule != "" {
		t.row("Schedule", x.Schedule)
	}
	if x.GiveUp != nil {
		t.row("Gives up", wording.Whenever(*x.GiveUp))
	}
	p.table(t)
}

func (p *explanationPrinter) attempt(i int, a httpapi.PlannedAttempt) {
	when, but := wording.Planned(a)
	p.line("  %d  %s", i+1, when)
	if but != "" {
		p.line("     %s", but)
	}
	if manner := wording.PlannedManner(a); !slices.Equal(manner, p.manner) {
		p.manner = manner
		for _, line := range manner {
			p.line("     %s", line)
		}
	}
}
