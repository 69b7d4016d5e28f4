package httpapi

import (
	"maps"
	"slices"
	"time"

	"callbackd/callback"
)

// Account is one tenant, as it stands now.
type Account struct {
	Name     string        `json:"name" example:"acme"`
	Mode     callback.Mode `json:"mode,omitempty" example:"live" doc:"shadow: everything is decided and recorded, nothing is dialled. Absent where no rules are in force."`
	Country  string        `json:"country,omitempty" example:"SE" doc:"How national numbers are read."`
	Timezone string        `json:"timezone,omitempty" example:"Europe/Stockholm" doc:"Used where a customer's own zone can't be told."`
	Frozen   *Switch       `json:"frozen,omitempty" doc:"Since when and by whom the account is frozen; absent: it isn't."`
	Rules    AccountRules  `json:"rules"`
	Tasks    OpenTasks     `json:"tasks"`
	Lines    int           `json:"lines,omitempty" example:"15" doc:"How many attempts may be under way at once."`
}

// AccountRules says in short how an account's rules stand.
type AccountRules struct {
	File     string     `json:"file,omitempty" example:"/etc/callbackd/rules/acme.yaml"`
	State    RulesState `json:"state" example:"in_force" doc:"in_force: the file's rules, as it stands. last_good: those of an earlier version, because the file is faulty or gone, or could not be stored. not_in_force: none."`
	Since    time.Time  `json:"in_force_since,omitzero" example:"2026-11-20T08:00:00Z"`
	Missing  bool       `json:"missing,omitempty" doc:"No file has the account any more."`
	Errors   int        `json:"errors" minimum:"0" example:"0" doc:"In the file as it is now."`
	Warnings int        `json:"warnings" minimum:"0" example:"1"`
	On       int        `json:"on" minimum:"0" example:"2" doc:"How many rules are on."`
	Off      int        `json:"off" minimum:"0" example:"1" doc:"How many are off: by the file, by a person, or because the account is frozen."`
}

// OpenTasks counts the open tasks of an account.
type OpenTasks struct {
	Scheduled int `json:"scheduled" minimum:"0" example:"12"`
	Dialing   int `json:"dialing" minimum:"0" example:"2"`
	Held      int `json:"held" minimum:"0" example:"0"`
	Missed    int `json:"missed" minimum:"0" example:"9" doc:"How many of all these come from missed calls and aren't cancelled yet: freezing cancels them, and no others."`
}

// roster is what there is to say about accounts, read at one moment.
type roster struct {
	book     *callback.Rulebook
	files    []RulesFile
	switches callback.Switches
	unlisted bool // refusals name none: whoever reads them may not list accounts
	// open counts the open tasks of each rule; nil where nobody tells of rules.
	open map[callback.RuleKey]int
}

// names lists every account that is known: in force, or from its file, or
// frozen and gone.
func (r roster) names() []string {
	known := map[string]bool{}
	for _, a := range r.book.Accounts() {
		known[a.Name] = true
	}
	for _, f := range r.files {
		if f.Account != "" {
			known[f.Account] = true
		}
	}
	for name := range r.switches.Frozen {
		known[name] = true
	}
	return keys(known)
}

// file finds the file of an account: the one of the rules in force, if there are
// several.
func (r roster) file(account string) (found RulesFile, ok bool) {
	for _, f := range r.files {
		if f.Account == account && (!ok || found.State == RulesNotInForce) {
			found, ok = f, true
		}
	}
	return found, ok
}

func (r roster) frozen(account string) *Switch {
	if s, ok := r.switches.Frozen[account]; ok {
		return switchOf(s)
	}
	return nil
}

// account tells how an account with these open tasks stands.
func (r roster) account(name string, open []callback.Task) Account {
	document := Account{Name: name, Frozen: r.frozen(name), Rules: AccountRules{State: RulesNotInForce}}
	if f, ok := r.file(name); ok {
		errs := Faulty(f.Problems)
		document.Rules = AccountRules{
			File: f.File, State: f.State, Since: f.Since, Missing: f.Missing, Errors: errs, Warnings: len(f.Problems) - errs,
		}
	}
	if a, ok := r.book.Account(name); ok {
		document.Mode, document.Country, document.Lines = a.Mode, a.Country, a.Lines
		if a.Location != nil {
			document.Timezone = a.Location.String()
		}
		for _, rule := range a.Rules {
			if r.rule(a, rule).On {
				document.Rules.On++
			} else {
				document.Rules.Off++
			}
		}
	}
	for _, t := range open {
		if t.Kind == callback.KindMissed && t.CancelReason == "" {
			document.Tasks.Missed++
		}
		switch t.State {
		case callback.TaskScheduled:
			document.Tasks.Scheduled++
		case callback.TaskDialing:
			document.Tasks.Dialing++
		case callback.TaskHeld:
			document.Tasks.Held++
		}
	}
	return document
}

// keys lists the names of a part of the rules file, in their order.
func keys[V any](part map[string]V) []string { return slices.Sorted(maps.Keys(part)) }
