package callback

import (
	"errors"
	"slices"
	"strings"
	"time"

	"callbackd/callback/hours"
)

// decision is what the rules say about one missed call: the row to store and,
// if it is to be called back, the plan of the first attempt, when to give up,
// and the limits that a new task must keep.
type decision struct {
	missed MissedCall
	plan   plan
	giveUp time.Time
	limits []limit
}

// plan is the next attempt of a task.
type plan struct {
	ordinal  int
	try      int
	due      time.Time
	notYet   time.Time // no earlier than that, also where something is due already
	settings Settings
	missedID int64
}

// limit is how many open tasks of kind missed some targets may have together.
type limit struct {
	targets []Target
	most    int
	reason  Reason // of a call that would exceed it
}

// minTalk is how long a conversation makes an answered call where no account
// says otherwise.
const minTalk = time.Second

// Answered reports whether the customer has talked to a person for as long as helps, by
// the account whose customer it is; nil if it is nobody's.
func (v Verdict) Answered(account *Account) bool {
	if account == nil {
		return v.Talked >= minTalk
	}
	return v.Talked >= account.MinTalk && v.Talked > 0
}

// lost is the missed call that a verdict makes, before anything is decided:
// whose it is, who lost it, and the customer's number where it can be read. Of a
// number that is withheld nothing is left.
func lost(book *Rulebook, v Verdict) (account *Account, m MissedCall) {
	m = MissedCall{
		PBX: v.PBX, CallID: v.CallID, Trunk: v.Trunk, Caller: asDelivered(v.Caller), Dialled: asDelivered(v.Dialled),
		Arrived: v.Arrived, Lost: v.Ended, Source: v.Source,
	}
	if v.Presentation == PresentationWithheld {
		m.Caller = ""
	}
	account = book.AccountOf(v.PBX, v.Trunk, v.Dialled)
	if account == nil {
		m.LostBy, m.Decision, m.Reason = new(Account).attribute(v.Loss), DecisionRefused, ReasonNoAccount
		return nil, m
	}
	m.LostBy = account.attribute(v.Loss)
	account.identify(&m)
	return account, m
}

// identify says whose customer called: it reads the number as this account does.
func (a *Account) identify(m *MissedCall) {
	number, err := ParseNumber(m.Caller, a.Country)
	m.Account, m.Number, m.Decision, m.Reason = a.Name, number, "", ""
	switch {
	case errors.Is(err, ErrAnonymous):
		m.Decision, m.Reason = DecisionRefused, ReasonAnonymous
	case err != nil:
		m.Decision, m.Reason = DecisionRefused, ReasonNumberInvalid
	}
}

// decide judges a missed call by an account's file, how the call went, and the
// ground. Of several reasons against it the first of these is told: the number
// (withheld, none, the account's own, another country, a prefix, on the do-not-call
// list, known from a log only), how the call went (ignored, a message left, too short), who lost it
// (unknown), the rule (none, frozen, disabled), the customer's hours (no zone), and
// last the limits (cap, area, queue), so that a reason that lasts comes before one
// that passes. Pure: m has all the times it needs.
func (a *Account) decide(m MissedCall, e evidence, g ground) decision {
	refuse := func(r Reason) decision {
		m.Decision, m.Reason = DecisionRefused, r
		return decision{missed: m}
	}
	if m.Decision == DecisionRefused {
		return decision{missed: m}
	}
	if why := callable(a, m.Number); why != "" {
		return refuse(why)
	}
	if g.blocked != nil {
		return refuse(ReasonDoNotCall)
	}
	if why := e.against(); why != "" {
		return refuse(why)
	}
	if m.LostBy.Kind != TargetScenario && !a.Lists(m.LostBy) {
		return refuse(ReasonTargetUnknown)
	}
	rule, why := a.ruleFor(m.LostBy, e.passedOn, g.switches)
	if why != "" {
		return refuse(why)
	}
	m.Rule = rule.Name
	zones, _ := rule.CustomerZones(a, m.Number)
	switch {
	case len(zones) == 0:
		return refuse(ReasonNoTimezone)
	case reached(g.day, a.Callable.PerNumber.Day), reached(g.month, a.Callable.PerNumber.Month):
		return refuse(ReasonCapReached)
	}
	m.Decision = DecisionTaskCreated
	d := decision{missed: m, plan: firstAttempt(a, rule, m), giveUp: rule.giveUp(m.Lost, zones)}
	d.limits = a.limitsOf(d.plan.settings.Target)
	return d
}

// ruleFor finds the rule that decides about a loss: the first that covers it and
// is on. About a call that a person had answered and passed on, only one with
// after_transfer decides: else the customer has talked to somebody, and that is it.
func (a *Account) ruleFor(lostBy Target, passedOn bool, s Switches) (Rule, Reason) {
	why := ReasonNoRule
	for _, r := range a.Rules {
		if !a.covers(r, lostBy) || passedOn && !r.AfterTransfer {
			continue
		}
		off := a.ruleOff(r, s)
		if off == "" {
			return r, ""
		}
		why = off
	}
	if passedOn {
		why = ReasonAnsweredFirst
	}
	return Rule{}, why
}

// ruleOff says why a rule isn't on, "" if it is: a rule is on if the file says
// so and nobody has switched it off.
func (a *Account) ruleOff(r Rule, s Switches) Reason {
	_, frozen := s.Frozen[a.Name]
	_, deactivated := s.Off[RuleKey{a.Name, r.Name}]
	switch {
	case frozen:
		return ReasonAccountFrozen
	case !r.Enabled, deactivated:
		return ReasonRuleDisabled
	}
	return ""
}

// covers reports whether a rule is about what lostBy loses. One that names no
// scenarios is about every context that belongs to no other rule, whether that
// is on or not.
func (a *Account) covers(r Rule, lostBy Target) bool {
	switch {
	case lostBy.IsZero():
		return false
	case (lostBy.Kind == TargetScenario) != (r.MissedIn == MissedInScenario):
		return false
	case r.MissedIn == MissedInContactCenter:
		return len(r.From) == 0 || slices.Contains(r.From, lostBy)
	case len(r.Scenarios) > 0:
		return slices.Contains(r.Scenarios, lostBy.Name)
	}
	return !slices.ContainsFunc(a.Rules, func(other Rule) bool { return slices.Contains(other.Scenarios, lostBy.Name) })
}

// limitsOf lists the limits on the tasks of target.
func (a *Account) limitsOf(target Target) (limits []limit) {
	queue, ok := a.Queues[target.Name]
	if target.Kind != TargetQueue || !ok {
		return nil
	}
	if area := a.Areas[queue.Area]; area.MaxTasks > 0 {
		l := limit{most: area.MaxTasks, reason: ReasonAreaFull}
		for _, name := range sortedKeys(a.Queues) {
			if a.Queues[name].Area == queue.Area {
				l.targets = append(l.targets, Target{TargetQueue, name})
			}
		}
		limits = append(limits, l)
	}
	if queue.MaxTasks > 0 {
		limits = append(limits, limit{targets: []Target{target}, most: queue.MaxTasks, reason: ReasonQueueFull})
	}
	return limits
}

// giveUp is when a task whose newest call was lost at lost expires; zero: never.
// Where a schedule has fewer days with an opening ahead, each day counts: else a
// task that is never dialled would never end.
func (r Rule) giveUp(lost time.Time, zones hours.Zones) time.Time {
	if r.GiveUpAfter == 0 {
		return time.Time{}
	}
	deadline, ok := r.Schedule.DaysLater(lost, r.GiveUpAfter, zones)
	if !ok {
		return lost.Add(time.Duration(r.GiveUpAfter) * 24 * time.Hour)
	}
	return deadline
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
		AgentPrompt: rule.AgentPrompt, AgentAnnouncement: rule.AgentAnnouncement, AgentAccept: rule.AgentAccept,
		CustomerAccept: rule.CustomerAccept, Voicemail: rule.Voicemail, StopKey: rule.StopKey, MaxCall: rule.MaxCall,
		Language: rule.Language, Recording: rule.Recording, Treatments: rule.Treatments,
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
