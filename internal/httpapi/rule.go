package httpapi

import (
	"callbackd/callback"
)

// Rule is what an admin wrote about one kind of missed call, and whether it is on.
type Rule struct {
	Name    string      `json:"name" example:"lost in the contact center"`
	On      bool        `json:"on" doc:"Whether missed calls are called back by it: enabled in the file, deactivated by nobody, and the account isn't frozen."`
	WhyOff  []OffReason `json:"why_off" nullable:"false" example:"[\"deactivated\"]" doc:"All that keeps it off. disabled: the file says enabled: false. deactivated: by a person, or when the account was frozen; it has to be activated. frozen: the account is; it has to be unfrozen first."`
	Enabled bool        `json:"enabled" doc:"What the file says."`
	// Deactivated stays through edits of the file and restarts.
	Deactivated *Switch `json:"deactivated,omitempty" doc:"Since when and by whom it is switched off by hand."`

	MissedIn         callback.MissedIn `json:"missed_in" example:"contact_center"`
	From             []callback.Target `json:"from,omitempty" nullable:"false" example:"[\"queue:support\"]" doc:"Who lost the call; absent: every queue, agent and group of the file."`
	Scenarios        []string          `json:"scenarios,omitempty" nullable:"false" example:"[\"main-menu\"]" doc:"Absent, for a rule about scenarios: every context that belongs to no other rule."`
	AfterTransfer    bool              `json:"after_transfer" doc:"Whether it is also about calls that a person answered and passed on, and that were lost then."`
	DialingIntervals []string          `json:"dialing_intervals" nullable:"false" example:"[\"immediately\",\"5m\",\"30m\"]"`
	Target           callback.Target   `json:"target,omitzero" example:"queue:support" doc:"Who gets the agent leg; absent: who lost the call."`
	Schedule         string            `json:"schedule,omitempty" example:"office" doc:"The hours in which customers may be called."`
	GiveUpAfter      int               `json:"give_up_after_days,omitempty" example:"3" doc:"Days with an opening after which an open task expires."`
	OpenTasks        int               `json:"open_tasks" minimum:"0" example:"12" doc:"How many open tasks are dialled by it: switching it off cancels them."`
}

// OffReason is something that keeps a rule off.
type OffReason string

// The reasons.
const (
	OffDisabled    OffReason = "disabled"
	OffDeactivated OffReason = "deactivated"
	OffFrozen      OffReason = "frozen"
)

// OffReasons lists all reasons.
var OffReasons = []OffReason{OffDisabled, OffDeactivated, OffFrozen}

// rule tells how a rule of an account in force stands.
func (r roster) rule(account *callback.Account, rule callback.Rule) Rule {
	document := Rule{
		Name: rule.Name, Enabled: rule.Enabled, WhyOff: []OffReason{},
		MissedIn: rule.MissedIn, From: rule.From, Scenarios: rule.Scenarios, AfterTransfer: rule.AfterTransfer,
		DialingIntervals: writeIntervals(rule.DialingIntervals), Target: rule.Forward, GiveUpAfter: rule.GiveUpAfter,
		OpenTasks: r.open[callback.RuleKey{Account: account.Name, Rule: rule.Name}],
	}
	if rule.Schedule != nil {
		document.Schedule = rule.Schedule.Name
	}
	if !rule.Enabled {
		document.WhyOff = append(document.WhyOff, OffDisabled)
	}
	if off, ok := r.switches.Off[callback.RuleKey{Account: account.Name, Rule: rule.Name}]; ok {
		document.Deactivated = switchOf(off)
		document.WhyOff = append(document.WhyOff, OffDeactivated)
	}
	if r.frozen(account.Name) != nil {
		document.WhyOff = append(document.WhyOff, OffFrozen)
	}
	document.On = len(document.WhyOff) == 0
	return document
}
