package wording

import (
	"fmt"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// Progress says how far a live attempt has come.
var Progress = map[callback.AttemptState]string{
	callback.AttemptAgent:    "an agent is being called",
	callback.AttemptAgentUp:  "an agent is on the line",
	callback.AttemptCustomer: "the customer is being called",
	callback.AttemptBridged:  "agent and customer are talking",
}

// Ordinal is which of the planned attempts a is: "2 of 3", "2 of 3, try 4".
func Ordinal(a httpapi.Attempt) string {
	text := fmt.Sprintf("%d of %d", a.Ordinal, len(a.Settings.DialingIntervals))
	if a.Try > 1 {
		text += fmt.Sprintf(", try %d", a.Try)
	}
	return text
}

// Manner is whom an attempt calls, and how.
func Manner(s httpapi.Settings) string {
	parts := []string{"to " + s.Target.String()}
	if s.CallerID != "" {
		parts = append(parts, "the customer sees "+s.CallerID)
	}
	parts = append(parts, "rings the customer for "+s.WaitForCustomer)
	return strings.Join(parts, ", ")
}

// Treatments says what follows results that the file treats differently from
// the default.
func Treatments(s httpapi.Settings) string {
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
			then = fmt.Sprintf("again in %s, and over with the %s", t.In, Place(t.AtMost))
		default:
			then = "again in " + t.In
		}
		parts = append(parts, string(result)+": "+then)
	}
	return strings.Join(parts, "; ")
}

// After is how long a step took.
func After(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return " after " + Span(to.Sub(from))
}

// Ending is how an attempt ended: result, cause, and whether it counts.
func Ending(a httpapi.Attempt) string {
	text := string(a.Result)
	if !a.Bridged.IsZero() {
		text += ", they talked for " + Span(a.Ended.Sub(a.Bridged))
	}
	detail := a.ResultReason
	if detail == "" && a.Cause != 0 {
		detail = fmt.Sprintf("cause %d, SIP %d", a.Cause, a.SIP)
	}
	if meaning := Cause(a.Cause); meaning != "" {
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
