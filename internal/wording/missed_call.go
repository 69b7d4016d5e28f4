package wording

import (
	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// CallerOf is who called: as a number if it is one, else as the trunk said.
func CallerOf(m httpapi.MissedCall) string {
	if m.Number != "" {
		return m.Number
	}
	return m.Caller
}

// DecisionOf says what was decided, why if the call was refused, and if it is known
// from Asterisk's logs alone.
func DecisionOf(m httpapi.MissedCall) string {
	decision := string(m.Decision)
	if m.Decision == callback.DecisionRefused {
		decision += ": " + string(m.Reason)
	}
	if m.Source == callback.SourceLogs {
		decision += " (from the logs)"
	}
	return decision
}
