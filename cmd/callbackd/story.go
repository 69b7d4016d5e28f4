package main

import (
	"fmt"
	"io"
	"strconv"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
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
	if s.Owner != nil {
		t.row("Owner", fmt.Sprintf("%s until %s (%s), then %s", s.Owner.Agent, p.at(s.Owner.Until), counted(s.Owner.Hours, "open hour"), s.Owner.Then))
	}
	if !s.LostBy.IsZero() {
		t.row("Lost by", s.LostBy.String()+" on "+s.PBX)
	}
	if s.Schedule != "" {
		t.row("Appointment", fmt.Sprintf("%s, at %s", s.Schedule, p.at(s.At)))
	}
	if s.Identification != "" {
		t.row("Identified by", s.Identification)
	}
	if !s.Late.IsZero() {
		t.row("Late", "the booked time passed, and the customer's phone hadn't rung by "+p.at(s.Late))
	}
	if s.Rule != "" && !callback.NamesOtherThanARule(s.Rule) {
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
		attempt = "attempt " + wording.Ordinal(*current)
	}
	switch {
	case s.State == callback.TaskScheduled && s.Due.After(p.now):
		return fmt.Sprintf("scheduled: %s at %s, %s", attempt, p.at(s.Due), p.relative(s.Due))
	case s.State == callback.TaskScheduled:
		return fmt.Sprintf("scheduled: %s has been due since %s, %s: %s", attempt, p.at(s.Due), p.relative(s.Due), s.WaitingFor)
	case s.State == callback.TaskDialing && current != nil:
		return fmt.Sprintf("dialing: %s, %s", attempt, wording.Progress[current.State])
	case s.State == callback.TaskHeld:
		return s.WaitingFor
	}
	state := fmt.Sprintf("%s %s", s.State, p.at(s.Updated))
	if s.Reason != "" {
		state += ": " + s.Reason
	}
	return state
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
	p.step(m.Arrived, "call %s came in on %s of %s from %s%s", m.CallID, m.Trunk, m.PBX, wording.CallerOf(m), dialled)
	decision := wording.DecisionOf(m)
	if m.Rule != "" {
		decision += fmt.Sprintf(", by rule %q", m.Rule)
	}
	p.step(m.Lost, "lost by %s after %s: %s", m.LostBy, wording.Span(m.Lost.Sub(m.Arrived)), decision)
	if meaning := m.Reason.Meaning(); meaning != "" {
		p.line("    %s", meaning)
	}
}

func (p *storyPrinter) attempt(a httpapi.Attempt) {
	p.line("  %s: %s", wording.Ordinal(a), wording.Manner(a.Settings))
	for _, heard := range []string{wording.AgentHears(a.Settings.Heard), wording.CustomerHears(a.Settings.Heard)} {
		if heard != "" {
			p.line("  %s", heard)
		}
	}
	if follows := wording.Treatments(a.Settings); follows != "" && (a.State != callback.AttemptEnded || a.Counted) {
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
	p.step(a.AgentAnswered, "agent leg: %s answers%s", agent, wording.After(a.Claimed, a.AgentAnswered))
	p.step(a.CustomerSent, "customer leg: the customer is called")
	p.step(a.Bridged, "customer leg: the customer answers%s; they talk", wording.After(a.CustomerSent, a.Bridged))
	p.step(a.Ended, "ended: %s", wording.Ending(a))
	if a.AgentChannel != "" {
		p.line("  in Asterisk: %s, %s, %s", a.AgentChannel, a.CustomerChannel, a.Bridge)
	}
}

func (p *storyPrinter) history(s httpapi.TaskStory) {
	number := map[int64]string{} // of an attempt, as the story tells it
	for _, a := range s.Attempts {
		number[a.ID] = wording.Ordinal(a)
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
