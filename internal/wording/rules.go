package wording

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// WrongWithFile is why a rules file isn't in force as it is.
func WrongWithFile(f httpapi.RulesFile) string {
	switch f.Absence {
	case httpapi.AbsentGone:
		return "is gone"
	case httpapi.AbsentOther:
		return "is about account " + f.Now + " now"
	case httpapi.AbsentUnlisted:
		return "can't be looked for"
	}
	if n := httpapi.Faulty(f.Problems); n > 0 {
		return "has " + Counted(n, "error")
	}
	return "can't be used"
}

// RulesStanding says in short how an account's rules stand.
func RulesStanding(r httpapi.AccountRules) string {
	var wrong []string
	if r.Errors > 0 {
		wrong = append(wrong, Counted(r.Errors, "error"))
	}
	if r.Warnings > 0 {
		wrong = append(wrong, Counted(r.Warnings, "warning"))
	}
	what := strings.Join(wrong, ", ")
	switch {
	case r.State == httpapi.RulesInForce && what == "":
		return "in force"
	case r.State == httpapi.RulesInForce:
		return "in force, " + what
	case r.State == httpapi.RulesLastGood && r.Missing:
		return "last good: no file has it"
	case r.State == httpapi.RulesLastGood:
		return "last good: the file has " + what
	case what == "":
		return "none in force"
	}
	return "none in force: " + what
}

// WhyOff says all that keeps a rule off; at writes a moment.
func WhyOff(r httpapi.Rule, at func(time.Time) string) string {
	var why []string
	frozen := slices.Contains(r.WhyOff, httpapi.OffFrozen)
	for _, reason := range r.WhyOff {
		switch {
		case reason == httpapi.OffDisabled:
			why = append(why, "the file says enabled: false")
		case reason == httpapi.OffFrozen:
			why = append(why, "the account is frozen")
		case r.Deactivated == nil, frozen && r.Deactivated.By == callback.ByFreezing:
		case r.Deactivated.By == callback.ByFreezing:
			why = append(why, "off since the account was frozen, "+at(r.Deactivated.Since)+": activate it")
		default:
			why = append(why, "deactivated "+at(r.Deactivated.Since)+" by "+r.Deactivated.By)
		}
	}
	return strings.Join(why, "; ")
}

// CalledBackBy says who calls what is asked for, and when.
func CalledBackBy(s httpapi.Section) string {
	return WhoCallsBack(s) + ": " + strings.Join(s.DialingIntervals, ", ") + " (" + s.Schedule + ")"
}

// WhoCallsBack says who calls what is asked for.
func WhoCallsBack(s httpapi.Section) string {
	switch {
	case s.Owner != nil:
		return fmt.Sprintf("%s for %s, then %s", s.Owner.Agent, Counted(s.Owner.Hours, "open hour"), s.Owner.Then)
	case s.Target.IsZero():
		return "whom each request names"
	}
	return s.Target.String()
}
