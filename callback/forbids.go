package callback

import (
	"errors"
	"fmt"
	"time"

	"callbackd/callback/hours"
)

// ground is what the database says at the moment of a decision. Decisions are
// pure functions of it, so that explaining one is making it.
type ground struct {
	now      time.Time
	switches Switches
	day      Legs // to the customer, in the last 24 hours
	month    Legs // to the customer, in the last 30 days
	account  Legs // to all customers of the account, in the last 24 hours
	calls    int  // live attempts that go out in the attempt's region

	blocked *DoNotCall // the customer's entry on the do-not-call list, nil if there is none
	trunk   trunkPause // of the attempt's region
	trying  int        // attempts of others that try a trunk which has failed

	rung time.Time // when another task's attempt to the customer ended in vain; zero: none has
	lost time.Time // of the missed call that the attempt is made from; zero where rung is, or there is none
}

// The windows of caps roll: how often a phone rang is counted back from now.
const (
	capDay   = 24 * time.Hour
	capMonth = 30 * capDay
)

// survey reads the ground for a customer of account, and, unless region is "",
// for an attempt that goes out in region. What nothing depends on stays zero:
// that of an account that isn't known, of a number that can't be read, and of
// what has no limit.
func survey(tx ReadTx, account *Account, number, region string, now time.Time) (g ground, err error) {
	g.now = now
	if g.switches, err = tx.Switches(); err != nil {
		return ground{}, fmt.Errorf("read what is switched off: %w", err)
	}
	if account == nil {
		return g, nil
	}
	legs := func(into *Legs, most int, number string, window time.Duration) {
		if err == nil && most > 0 {
			// The store keeps milliseconds: what was sent a whole window ago is over.
			*into, err = tx.CustomerLegs(account.Name, number, now.Add(time.Millisecond-window))
		}
	}
	if number != "" {
		if g.blocked, err = blocked(tx, account, number); err != nil {
			return ground{}, err
		}
		legs(&g.day, account.Callable.PerNumber.Day, number, capDay)
		legs(&g.month, account.Callable.PerNumber.Month, number, capMonth)
	}
	if region != "" {
		legs(&g.account, account.Callable.PerDay, "", capDay)
	}
	if err == nil && account.Regions[region].MaxCalls > 0 {
		g.calls, err = tx.RegionLines(account.Name, region)
	}
	if err == nil && region != "" {
		var faults []TrunkFault
		faults, err = tx.TrunkFaults(account.Name, region, faultsThatTell)
		g.trunk = pauseOf(faults, now)
	}
	if err != nil {
		return ground{}, fmt.Errorf("count the calls of account %s: %w", account.Name, err)
	}
	return g, nil
}

// surveyAttempt reads the ground for an attempt. One that is under way isn't in
// its own way.
func surveyAttempt(tx ReadTx, account *Account, attempt Attempt, now time.Time) (ground, error) {
	g, err := survey(tx, account, attempt.Number, attempt.Settings.Region, now)
	if err == nil && g.trunk.times > 0 {
		g.trying, err = tryingTrunk(tx, attempt, account.Regions[attempt.Settings.Region].PBX)
	}
	if err == nil {
		err = g.surveyOthers(tx, account, attempt)
	}
	if attempt.State.Live() {
		g.day.Count--
		g.month.Count--
		g.account.Count--
		g.calls--
	}
	return g, err
}

// surveyOthers reads what other callbacks of the customer have come to.
func (g *ground) surveyOthers(tx ReadTx, account *Account, attempt Attempt) (err error) {
	if g.rung, err = tx.LastRung(account.Name, attempt.Number, attempt.TaskID); err != nil || g.rung.IsZero() || attempt.MissedCallID == 0 {
		return err
	}
	missed, err := tx.MissedCall(attempt.MissedCallID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	g.lost = missed.Lost
	return err
}

// forbids says what keeps the attempt of a task from being made. What an attempt
// says and shows was copied when it was planned; what forbids isn't copied: it is
// read when the call is lost, and again at each dialling. Pure.
//
// Not in here is what only Asterisk or the moment of the claim can tell: lines,
// the number's other attempts, whether the target is free.
func (a *Account) forbids(g ground, task Task, attempt Attempt) obstacle {
	rule, known := a.ruleBy(attempt.Settings.Rule)
	region, reachable := a.Regions[attempt.Settings.Region]
	switch {
	case g.switches.Stopped != nil:
		return byPerson("callbackd is stopped %s", a.since(g, *g.switches.Stopped))
	case !known && task.askedFor():
		return byPerson("%s", a.takesNoMore(attempt.Settings.Rule))
	case !known:
		return byPerson("rule %q isn't in the file of account %s any more", attempt.Settings.Rule, a.Name)
	case !a.listsOrigin(task):
		return byPerson("%s, which lost the call, isn't in the file of account %s any more", task.LostBy, a.Name)
	case task.askedFor() && !a.Lists(task.Target):
		return byPerson("%s isn't in the file of account %s any more: give the task another target", task.Target, a.Name)
	case !reachable:
		return byPerson("region %q isn't in the file of account %s", attempt.Settings.Region, a.Name)
	}
	if off := a.off(g, rule); off != "" {
		return byPerson("%s", off)
	}
	if why := callable(a, attempt.Number); why != "" {
		return byPerson("the number may not be called any more: %s", why)
	}
	if g.blocked != nil {
		return byPerson("%s", a.whyBlocked(g))
	}
	zones, _ := rule.CustomerZones(a, attempt.Number)
	if len(zones) == 0 {
		return byPerson("nobody can tell the customer's time zone: name a timezone in the rules file")
	}
	if o := rule.closed(g, zones); o.stands() {
		return o
	}
	if o := a.capped(g, zones); o.stands() {
		return o
	}
	if o := task.breather(g, attempt, zones); o.stands() {
		return o
	}
	if o := a.paused(g, region); o.stands() {
		return o
	}
	if region.MaxCalls > 0 && g.calls >= region.MaxCalls {
		reason := fmt.Sprintf("all %d calls of region %s are in use", region.MaxCalls, region.Name)
		return obstacle{reason: reason, of: refusal{account: a.Name, region: region.Name}}
	}
	return obstacle{}
}

// off says in words who has switched a rule off, or its account.
func (a *Account) off(g ground, rule Rule) string {
	if frozen, ok := g.switches.Frozen[a.Name]; ok {
		return fmt.Sprintf("account %s is frozen %s", a.Name, a.since(g, frozen))
	}
	if !rule.Enabled {
		return fmt.Sprintf("rule %q is disabled", rule.Name)
	}
	if off, ok := g.switches.Off[RuleKey{a.Name, rule.Name}]; ok {
		return fmt.Sprintf("rule %q is deactivated %s", rule.Name, a.since(g, off))
	}
	return ""
}

// closed says until when the rule's schedule keeps a customer in these zones
// from being called.
func (r Rule) closed(g ground, zones hours.Zones) obstacle {
	if r.Schedule.Open(g.now, zones) {
		return obstacle{}
	}
	opens, _, ok := r.Schedule.Opening(g.now, zones)
	if !ok {
		return byPerson("schedule %s doesn't open any more", r.Schedule.Name)
	}
	reason := fmt.Sprintf("closed by schedule %s until %s", r.Schedule.Name, spoken(opens, g.now, zones[0]))
	if len(zones) > 1 {
		reason += fmt.Sprintf(", one of the %d zones that the number may lie in", len(zones))
	}
	return obstacle{reason: reason, until: opens}
}

// capped says whether the customer, or the account, has been called as often as
// callable allows, and when the next call may be made. Of several caps the one
// that holds longest is told. Attempts under way use a cap up, too; but whether
// their customers will be called isn't known before they end.
func (a *Account) capped(g ground, zones hours.Zones) (told obstacle) {
	for _, limit := range []struct {
		most   int
		legs   Legs
		window time.Duration
		format string
		about  string // of attempts whose customers may yet be called
		of     refusal
	}{
		{
			a.Callable.PerNumber.Day, g.day, capDay,
			"the customer has been called%s %d times in 24 hours, as often as callable.per_number allows", ", or is about to be,", refusal{},
		},
		{
			a.Callable.PerNumber.Month, g.month, capMonth,
			"the customer has been called%s %d times in 30 days, as often as callable.per_number allows", ", or is about to be,", refusal{},
		},
		{
			a.Callable.PerDay, g.account, capDay,
			"account " + a.Name + " has made%s %d calls in 24 hours, as many as callable.per_day allows", ", or is about to make,", refusal{account: a.Name},
		},
	} {
		if !reached(limit.legs, limit.most) {
			continue
		}
		about, free := "", time.Time{}
		if limit.legs.Sent < limit.legs.Count {
			about = limit.about
		}
		if limit.legs.Sent >= limit.most {
			free = limit.legs.Oldest.Add(limit.window)
		}
		if told.stands() && !free.After(told.until) {
			continue
		}
		told = obstacle{reason: fmt.Sprintf(limit.format, about, limit.legs.Count), until: free}
		if free.IsZero() {
			told.of = limit.of
		} else {
			told.reason += ", until " + spoken(free, g.now, zones[0])
		}
	}
	return told
}

// reached reports whether most is used up; 0 is no limit.
func reached(legs Legs, most int) bool { return most > 0 && legs.Count >= most }

// since says since when, and by whom, something is switched off.
func (a *Account) since(g ground, s Switch) string {
	return fmt.Sprintf("since %s by %s", spoken(s.Since, g.now, a.zone()), s.By)
}

// zone is the one in which an account's people are told of times.
func (a *Account) zone() *time.Location {
	if a.Location == nil {
		return time.UTC
	}
	return a.Location
}

// spoken writes a time as people say it: the weekday is enough for the days
// ahead, else it has its date.
func spoken(t, now time.Time, zone *time.Location) string {
	layout := "Mon 2006-01-02 15:04"
	if ahead := t.Sub(now); ahead >= 0 && ahead < 6*24*time.Hour {
		layout = "Mon 15:04"
	}
	return t.In(zone).Format(layout) + " in " + zone.String()
}
