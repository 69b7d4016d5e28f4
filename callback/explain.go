package callback

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"callbackd/callback/hours"
)

// Question is a customer's call of which somebody wants to know what would
// happen, were it missed.
type Question struct {
	Account string // "" if PBX, Trunk and Dialled tell it
	PBX     string // "" if Trunk tells it
	Trunk   string // "PJSIP/pstn"; "" if it doesn't matter
	Dialled string // as the trunk delivers it
	Caller  string // as the trunk delivers it
	LostBy  Target // as the file names it, or scenario:CONTEXT, or agent:PJSIP/alice
	Lost    time.Time
}

// ErrAmbiguous is a question that has several answers. Its text says what to add.
var ErrAmbiguous = errors.New("that depends")

// Explanation is what would become of a call, and why. Times are UTC but for
// those that say their zone.
type Explanation struct {
	Account  string    `json:"account,omitempty"` // "": nobody's
	Caller   string    `json:"caller"`
	Number   string    `json:"number,omitempty"`  // in E.164; "" where it can't be read
	Country  string    `json:"country,omitempty"` // of the number, ISO 3166 alpha-2; "" where it is of none
	Dialled  string    `json:"dialled,omitempty"`
	LostBy   Target    `json:"lost_by"`
	Lost     time.Time `json:"lost"`
	Decision Decision  `json:"decision"`
	Reason   Reason    `json:"reason,omitempty"` // of a refusal
	Why      string    `json:"why"`              // the decision in words
	Rule     string    `json:"rule,omitempty"`
	Task     int64     `json:"task,omitempty"` // the open task that it would merge into

	Zones     []string   `json:"zones,omitempty"`      // that the customer may live in
	ZonesFrom ZoneSource `json:"zones_from,omitempty"` // what told them: number, rule, account
	Schedule  string     `json:"schedule,omitempty"`
	GiveUp    *Moment    `json:"give_up,omitempty"` // when the task would expire
	// Attempts are those that would be made if nobody ever answered.
	Attempts []ExplainedAttempt `json:"attempts,omitempty"`
	// Notes say what holds up every call at present, and what is left out here.
	Notes []string `json:"notes,omitempty"`
}

// ExplainedAttempt is one attempt that would be made.
type ExplainedAttempt struct {
	Ordinal int    `json:"ordinal"` // which of the intervals leads to it, from 1
	Due     Moment `json:"due"`     // what the intervals say
	// Earliest is when everything but Asterisk permits it; absent if nobody
	// knows, or if the task has expired by then.
	Earliest *Moment `json:"earliest,omitempty"`
	// Waiting says what keeps it from being made when it is due.
	Waiting string `json:"waiting,omitempty"`

	Settings            // what it says and shows
	Rings      []string `json:"rings,omitempty"` // phones of an agent or a group; of a queue, Asterisk knows
	DialString string   `json:"dial_string"`
}

// Moment is a time as the clocks of those concerned show it.
type Moment struct {
	At       time.Time   `json:"at"`
	Customer []LocalTime `json:"customer"`          // in each zone that the customer may live in
	Account  *LocalTime  `json:"account,omitempty"` // absent if the account has no zone
}

// LocalTime is a time on the clock of a zone.
type LocalTime struct {
	Zone string    `json:"zone"`
	Time time.Time `json:"time"` // with the offset of the zone
}

// maxExplained bounds the attempts of an explanation: a treatment without a
// bound goes on until the task expires.
const maxExplained = 50

// Explain says what would become of a call, by the very functions that decide.
// It answers ErrNotFound for an account or a trunk that no file has, and
// ErrAmbiguous where it would have to guess.
func Explain(tx ReadTx, book *Rulebook, q Question) (Explanation, error) {
	account, m, err := book.asked(q)
	if err != nil {
		return Explanation{}, err
	}
	g, err := survey(tx, account, m.Number, "", m.Lost)
	if err != nil {
		return Explanation{}, err
	}
	d, task := decision{missed: m}, Task{}
	if account != nil {
		if d, task, err = settle(tx, account.decide(m, evidence{}, g)); err != nil {
			return Explanation{}, err
		}
	}
	x := Explanation{
		Account: d.missed.Account, Caller: m.Caller, Number: d.missed.Number, Dialled: m.Dialled, LostBy: d.missed.LostBy, Lost: m.Lost.UTC(),
		Decision: d.missed.Decision, Reason: d.missed.Reason, Why: account.why(d, g), Rule: d.missed.Rule, Task: d.missed.TaskID,
	}
	if country := countryOf(x.Number); x.Number != "" && country != ofNoCountry {
		x.Country = country
	}
	rule, ok := account.ruleOf(d.missed)
	if !ok {
		return x, nil
	}
	var zones hours.Zones
	zones, x.ZonesFrom = rule.CustomerZones(account, d.missed.Number)
	x.Schedule = rule.Schedule.Name
	for _, zone := range zones {
		x.Zones = append(x.Zones, zone.String())
	}
	if x.Decision == DecisionRefused {
		return x, nil
	}
	if d.plan.settings.Region == "" {
		return Explanation{}, fmt.Errorf("%w: rule %q calls back the way the call came in: name the trunk, %s", ErrAmbiguous, rule.Name, strings.Join(account.trunks(), " or "))
	}
	if !d.giveUp.IsZero() {
		x.GiveUp = account.moment(d.giveUp, zones)
	}
	x.Notes = account.notes(g, task)
	if task.State == TaskScheduled && task.Due.Before(d.plan.due) {
		d.plan.due = task.Due // a merge never moves it later
	}
	m = d.missed
	x.Attempts, err = (&rehearsal{
		tx: tx, book: book, account: account, newest: &m, plan: d.plan, zones: zones,
		task: Task{Account: m.Account, Kind: KindMissed, Number: m.Number, LostBy: m.LostBy, Rule: m.Rule, GiveUp: d.giveUp},
	}).attempts()
	x.Notes = append(x.Notes, notAll(x.Attempts)...)
	return x, err
}

// notAll says that attempts are left out.
func notAll(listed []ExplainedAttempt) []string {
	if len(listed) < maxExplained {
		return nil
	}
	return []string{fmt.Sprintf("only the first %d attempts are listed", maxExplained)}
}

// asked finds whose call a question is about, and makes the missed call of it.
func (b *Rulebook) asked(q Question) (*Account, MissedCall, error) {
	m := MissedCall{
		PBX: q.PBX, Trunk: q.Trunk, Caller: q.Caller, Dialled: q.Dialled, LostBy: q.LostBy, Arrived: q.Lost, Lost: q.Lost,
		Decision: DecisionRefused, Reason: ReasonNoAccount,
	}
	candidates, err := b.accountsAsked(q)
	if err != nil {
		return nil, m, err
	}
	if err := findWayIn(&m, candidates); err != nil {
		return nil, m, err
	}
	account := candidates[0]
	if len(candidates) > 1 {
		if account = b.AccountOf(m.PBX, m.Trunk, m.Dialled); account == nil {
			return nil, m, nil
		}
	}
	m.LostBy = account.restate(m.LostBy)
	account.identify(&m)
	return account, m, nil
}

// accountsAsked finds whose call it can be: by the account's name, else by the
// trunk, else by the number that was dialled. It lists one account or more.
func (b *Rulebook) accountsAsked(q Question) ([]*Account, error) {
	all := b.Accounts()
	switch {
	case q.Account != "":
		account, ok := b.Account(q.Account)
		if !ok {
			return nil, fmt.Errorf("account %q has no rules file: %w", q.Account, ErrNotFound)
		}
		return []*Account{account}, nil
	case q.Trunk != "":
		sharing := slices.DeleteFunc(all, func(a *Account) bool { return len(a.waysIn(q.PBX, q.Trunk)) == 0 })
		if len(sharing) == 0 {
			return nil, fmt.Errorf("no rules file has trunk %s: %w", q.Trunk, ErrNotFound)
		}
		return sharing, nil
	}
	for _, a := range all {
		if dialled, err := ParseNumber(q.Dialled, a.Country); err == nil && a.Owns(dialled) {
			return []*Account{a}, nil
		}
	}
	if len(all) == 1 {
		return all, nil
	}
	return nil, fmt.Errorf("%w: the dialled number %q is nobody's: name the account or the trunk", ErrAmbiguous, q.Dialled)
}

// findWayIn fills in the PBX and the trunk that a question leaves out, if there
// is only one. Which of several doesn't matter where the rule names a region.
func findWayIn(m *MissedCall, accounts []*Account) error {
	ways := map[string]Region{}
	for _, a := range accounts {
		for _, r := range a.waysIn(m.PBX, m.Trunk) {
			ways[r.PBX] = r
		}
	}
	pbxs := sortedKeys(ways)
	switch {
	case m.Trunk == "" && len(accounts[0].waysIn(m.PBX, "")) == 1:
		only := ways[pbxs[0]]
		m.PBX, m.Trunk = only.PBX, only.Trunks[0]
	case m.Trunk == "":
	case len(pbxs) == 0:
		return fmt.Errorf("account %s has no trunk %s: %w", accounts[0].Name, m.Trunk, ErrNotFound)
	case len(pbxs) > 1:
		return fmt.Errorf("%w: trunk %s is on several PBXs: name one of %s", ErrAmbiguous, m.Trunk, strings.Join(pbxs, ", "))
	default:
		m.PBX = pbxs[0]
	}
	return nil
}

// waysIn lists the regions of a PBX that have a trunk; "" is any.
func (a *Account) waysIn(pbx, trunk string) (regions []Region) {
	for _, name := range sortedKeys(a.Regions) {
		r := a.Regions[name]
		if pbx != "" && r.PBX != pbx {
			continue
		}
		if _, ok := a.regionOf(r.PBX, trunk); ok || trunk == "" {
			regions = append(regions, r)
		}
	}
	return regions
}

// restate names who lost a call as the file does now: what it didn't list at the
// time, and is known by Asterisk's name, it may list by now.
func (a *Account) restate(t Target) Target {
	switch {
	case t.Kind == TargetQueue:
		return a.attribute(Loss{Queue: t.Name})
	case a.Lists(t):
		return t
	case t.Kind == TargetScenario:
		return a.attribute(Loss{Contexts: []string{t.Name}})
	case t.Kind == TargetAgent && strings.Contains(t.Name, "/"):
		return a.attribute(Loss{Endpoints: []string{t.Name}})
	}
	return t
}

// ruleOf is the rule that decided about a call.
func (a *Account) ruleOf(m MissedCall) (Rule, bool) {
	if a == nil || m.Rule == "" {
		return Rule{}, false
	}
	return a.Rule(m.Rule)
}

func (a *Account) trunks() (list []string) {
	for _, name := range sortedKeys(a.Regions) {
		list = append(list, a.Regions[name].Trunks...)
	}
	return list
}

// moment tells a time by all clocks concerned.
func (a *Account) moment(at time.Time, zones hours.Zones) *Moment {
	m := &Moment{At: at.UTC()}
	for _, zone := range zones {
		m.Customer = append(m.Customer, LocalTime{zone.String(), at.In(zone)})
	}
	if a.Location != nil {
		m.Account = &LocalTime{a.Location.String(), at.In(a.Location)}
	}
	return m
}
