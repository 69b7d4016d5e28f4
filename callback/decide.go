package callback

import (
	"errors"
	"strings"
	"time"
)

// decision is what the rules say about one missed call: the row to store and,
// if it is to be called back, the plan of the first attempt.
type decision struct {
	missed MissedCall
	plan   plan
}

// plan is the next attempt of a task.
type plan struct {
	ordinal  int
	try      int
	due      time.Time
	settings Settings
	missedID int64
}

// minTalk is how long a conversation makes an answered call where no account
// says otherwise.
const minTalk = time.Second

// answered reports whether the customer has talked to a person.
func (v Verdict) answered(account *Account) bool {
	if account == nil {
		return v.Talked >= minTalk
	}
	return v.Talked >= account.MinTalk && v.Talked > 0
}

// decide judges a missed call by the rulebook. It is pure: the verdict has all
// the times it needs.
func decide(book *Rulebook, v Verdict) decision {
	m := MissedCall{
		PBX: v.PBX, CallID: v.CallID, Trunk: v.Trunk, Caller: v.Caller, Dialled: v.Dialled,
		Arrived: v.Arrived, Lost: v.Ended,
		LostBy:   Target{Kind: TargetQueue, Name: v.Loss.Queue},
		Decision: DecisionRefused,
	}
	refuse := func(r Reason) decision {
		m.Reason = r
		return decision{missed: m}
	}
	account := book.AccountOf(v.PBX, v.Trunk, v.Dialled)
	if account == nil {
		return refuse(ReasonNoAccount)
	}
	m.Account, m.LostBy.Name = account.Name, account.queueNamed(v.Loss.Queue)
	number, err := ParseNumber(v.Caller, account.Country)
	switch {
	case errors.Is(err, ErrAnonymous):
		return refuse(ReasonAnonymous)
	case err != nil:
		return refuse(ReasonNumberInvalid)
	}
	m.Number = number
	if why := callable(account, number); why != "" {
		return refuse(why)
	}
	if !account.Lists(m.LostBy) {
		return refuse(ReasonTargetUnknown)
	}
	rule, why := account.ruleFor(m.LostBy)
	if why != "" {
		return refuse(why)
	}
	m.Rule, m.Decision = rule.Name, DecisionTaskCreated
	return decision{missed: m, plan: firstAttempt(account, rule, m)}
}

// ruleFor finds the rule that decides about a loss: the first enabled one that
// matches.
func (a *Account) ruleFor(lostBy Target) (Rule, Reason) {
	why := ReasonNoRule
	for _, r := range a.Rules {
		if !r.covers(lostBy) {
			continue
		}
		if r.Enabled {
			return r, ""
		}
		why = ReasonRuleDisabled
	}
	return Rule{}, why
}

func (r Rule) covers(lostBy Target) bool {
	if r.MissedIn != MissedInContactCenter {
		return false
	}
	if len(r.From) == 0 {
		return true
	}
	for _, from := range r.From {
		if from == lostBy {
			return true
		}
	}
	return false
}

// firstAttempt plans the attempt that follows a loss: the first interval runs
// from the missed call.
func firstAttempt(account *Account, rule Rule, m MissedCall) plan {
	return plan{
		ordinal: 1, try: 1,
		due:      m.Lost.Add(rule.DialingIntervals[0]),
		settings: account.settings(rule, m),
		missedID: m.ID,
	}
}

// settings copies what an attempt says and shows from the rule.
func (a *Account) settings(rule Rule, m MissedCall) Settings {
	s := Settings{
		Rule: rule.Name, Target: rule.Forward, Region: rule.Region, CallerID: rule.CallerID,
		DialingIntervals: rule.DialingIntervals, WaitForCustomer: rule.WaitForCustomer,
		AgentPrompt: rule.AgentPrompt, Recording: rule.Recording,
	}
	if s.Target.IsZero() {
		s.Target = m.LostBy
	}
	if s.Region == "" {
		if r, ok := a.regionOf(m.PBX, m.Trunk); ok {
			s.Region = r.Name
		}
	}
	s.PBX = a.Regions[s.Region].PBX
	if dialled, err := ParseNumber(strings.TrimSpace(m.Dialled), a.Country); err == nil && a.Owns(dialled) {
		s.CallerID = dialled
	}
	return s
}
