package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// printStory tells what happened to a task, for the admin who asks why.
func printStory(w io.Writer, s httpapi.TaskStory, c clock) error {
	p := &storyPrinter{printer{clock: c}}
	p.head(s)
	if len(s.MissedCalls) > 0 {
		p.title("Missed calls")
		for _, m := range s.MissedCalls {
			p.missedCall(m)
		}
	}
	if len(s.Attempts) > 0 {
		p.title("Attempts")
		for i, a := range s.Attempts {
			if i > 0 {
				p.line("")
			}
			p.attempt(a)
			p.recording(a, s.Recordings)
		}
	}
	p.title("History")
	p.history(s)
	return p.print(w)
}

type storyPrinter struct{ printer }

func (p *storyPrinter) head(s httpapi.TaskStory) {
	p.line("Task %d: call %s back, for %s", s.ID, s.Number, s.Account)
	t := &table{}
	t.row("State", p.state(s))
	if s.State.Open() && s.CancelReason != "" {
		t.row("Cancelled", s.CancelReason+"; over when the attempt under way has ended")
	}
	t.row("Target", s.Target.String())
	if !s.LostBy.IsZero() {
		t.row("Lost by", s.LostBy.String()+" on "+s.PBX)
	}
	if s.Rule != "" && s.Rule != callback.RequestsRule {
		t.row("Rule", s.Rule)
	}
	if !s.Asked.IsZero() {
		t.row("Asked for", p.asked(s))
	}
	if s.Wake.After(p.now) {
		t.row("Next look", fmt.Sprintf("%s, %s, or as soon as what it waits for changes", p.at(s.Wake), p.relative(s.Wake)))
	}
	if !s.GiveUp.IsZero() {
		t.row("Gives up", p.at(s.GiveUp)+", "+p.relative(s.GiveUp))
	}
	if would := shadowed(s); would != "" {
		t.row("Shadow", "nothing was dialled: "+would)
	}
	if s.Language != "" {
		t.row("Language", s.Language)
	}
	if s.Note != "" {
		t.row("Note", s.Note)
	}
	if s.Previous != 0 {
		t.row("Follows", "task "+strconv.FormatInt(s.Previous, 10))
	}
	p.table(t)
}

// asked says what was asked for, and when.
func (p *storyPrinter) asked(s httpapi.TaskStory) string {
	what := "a callback as soon as possible"
	if !s.At.IsZero() {
		what = "a callback at " + p.at(s.At)
	}
	return fmt.Sprintf("%s, on %s via %s", what, p.at(s.Asked), s.Source)
}

// state says in one sentence where the task stands.
func (p *storyPrinter) state(s httpapi.TaskStory) string {
	var current *httpapi.Attempt
	if n := len(s.Attempts); n > 0 && s.Attempts[n-1].State != callback.AttemptEnded {
		current = &s.Attempts[n-1]
	}
	attempt := "the next attempt"
	if current != nil {
		attempt = "attempt " + ordinal(*current)
	}
	switch {
	case s.State == callback.TaskScheduled && s.Due.After(p.now):
		return fmt.Sprintf("scheduled: %s at %s, %s", attempt, p.at(s.Due), p.relative(s.Due))
	case s.State == callback.TaskScheduled:
		return fmt.Sprintf("scheduled: %s has been due since %s, %s: %s", attempt, p.at(s.Due), p.relative(s.Due), s.WaitingFor)
	case s.State == callback.TaskDialing && current != nil:
		return fmt.Sprintf("dialing: %s, %s", attempt, progress[current.State])
	case s.State == callback.TaskHeld:
		return s.WaitingFor
	}
	state := fmt.Sprintf("%s %s", s.State, p.at(s.Updated))
	if s.Reason != "" {
		state += ": " + s.Reason
	}
	return state
}

// progress says how far a live attempt has come.
var progress = map[callback.AttemptState]string{
	callback.AttemptAgent:    "an agent is being called",
	callback.AttemptAgentUp:  "an agent is on the line",
	callback.AttemptCustomer: "the customer is being called",
	callback.AttemptBridged:  "agent and customer are talking",
}

// shadowed is what would have been dialled, were the account live.
func shadowed(s httpapi.TaskStory) string {
	if n := len(s.Attempts); n > 0 && s.State == callback.TaskCancelled && s.Reason == callback.CancelShadow {
		return s.Attempts[n-1].ResultReason
	}
	return ""
}

func (p *storyPrinter) missedCall(m httpapi.MissedCall) {
	dialled := ""
	if m.Dialled != "" {
		dialled = ", dialled " + m.Dialled
	}
	p.step(m.Arrived, "call %s came in on %s of %s from %s%s", m.CallID, m.Trunk, m.PBX, callerOf(m), dialled)
	decision := decisionOf(m)
	if m.Rule != "" {
		decision += fmt.Sprintf(", by rule %q", m.Rule)
	}
	p.step(m.Lost, "lost by %s after %s: %s", m.LostBy, span(m.Lost.Sub(m.Arrived)), decision)
	if meaning := m.Reason.Meaning(); meaning != "" {
		p.line("    %s", meaning)
	}
}

// ordinal is which of the planned attempts a is: "2 of 3", "2 of 3, try 4".
func ordinal(a httpapi.Attempt) string {
	text := fmt.Sprintf("%d of %d", a.Ordinal, len(a.Settings.DialingIntervals))
	if a.Try > 1 {
		text += fmt.Sprintf(", try %d", a.Try)
	}
	return text
}

func (p *storyPrinter) attempt(a httpapi.Attempt) {
	p.line("  %s: %s", ordinal(a), manner(a.Settings))
	for _, heard := range []string{agentHears(a.Settings.Heard), customerHears(a.Settings.Heard)} {
		if heard != "" {
			p.line("  %s", heard)
		}
	}
	if follows := treatments(a.Settings); follows != "" && (a.State != callback.AttemptEnded || a.Counted) {
		p.line("  treatments: %s", follows)
	}
	if a.State == callback.AttemptScheduled {
		p.step(a.Due, "planned, %s", p.due(a.Due))
	}
	agent := a.Agent
	if agent == "" {
		agent = "an agent"
	}
	p.step(a.Claimed, "agent leg: %s is called", a.Settings.Target)
	p.step(a.AgentAnswered, "agent leg: %s answers%s", agent, after(a.Claimed, a.AgentAnswered))
	p.step(a.CustomerSent, "customer leg: the customer is called")
	p.step(a.Bridged, "customer leg: the customer answers%s; they talk", after(a.CustomerSent, a.Bridged))
	p.step(a.Ended, "ended: %s", ending(a))
	if a.AgentChannel != "" {
		p.line("  in Asterisk: %s, %s, %s", a.AgentChannel, a.CustomerChannel, a.Bridge)
	}
}

// manner is whom an attempt calls, and how.
func manner(s httpapi.Settings) string {
	parts := []string{"to " + s.Target.String()}
	if s.CallerID != "" {
		parts = append(parts, "the customer sees "+s.CallerID)
	}
	parts = append(parts, "rings the customer for "+s.WaitForCustomer)
	return strings.Join(parts, ", ")
}

// treatments says what follows results that the file treats differently from
// the default.
func treatments(s httpapi.Settings) string {
	var parts []string
	for _, result := range callback.Results {
		t, ok := s.Treatments[result]
		var then string
		switch {
		case !ok:
			continue
		case t.Close:
			then = "the task is over"
		case t.In == "":
			then = "the next interval"
		case t.AtMost > 0:
			then = fmt.Sprintf("again in %s, and over with the %s", t.In, place(t.AtMost))
		default:
			then = "again in " + t.In
		}
		parts = append(parts, string(result)+": "+then)
	}
	return strings.Join(parts, "; ")
}

// after is how long a step took.
func after(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return " after " + span(to.Sub(from))
}

// ending is how an attempt ended: result, cause, and whether it counts.
func ending(a httpapi.Attempt) string {
	text := string(a.Result)
	if !a.Bridged.IsZero() {
		text += ", they talked for " + span(a.Ended.Sub(a.Bridged))
	}
	detail := a.ResultReason
	if detail == "" && a.Cause != 0 {
		detail = fmt.Sprintf("cause %d, SIP %d", a.Cause, a.SIP)
	}
	if meaning := causeNames[a.Cause]; meaning != "" {
		detail += fmt.Sprintf("; cause %d is %s", a.Cause, meaning)
	}
	if detail != "" {
		text += " (" + detail + ")"
	}
	if !a.Counted {
		text += "; doesn't count"
	}
	return text
}

func (p *storyPrinter) history(s httpapi.TaskStory) {
	number := map[int64]string{} // of an attempt, as the story tells it
	for _, a := range s.Attempts {
		number[a.ID] = ordinal(a)
	}
	t := &table{}
	for _, h := range s.History {
		who := "task"
		if h.AttemptID != 0 {
			who = "attempt " + number[h.AttemptID]
		}
		change := h.To
		if h.From != "" && h.From != h.To {
			change = h.From + " -> " + h.To
		}
		t.row(p.at(h.At), who, h.Input, change, h.Reason)
	}
	p.table(t)
}
