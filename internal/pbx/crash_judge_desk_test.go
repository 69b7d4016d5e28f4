package pbx_test

import (
	"slices"
	"time"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/reload"
)

// What people have switched off and written into the rules file, judged by when
// that was committed.

// ruling is what holds at a moment.
type ruling struct {
	stopped, frozen, off bool
	account              *callback.Account // nil before the first
}

// ruled tells what held at a moment; it isn't sure in a millisecond in which
// something was turned, for the database doesn't keep time more exactly.
func (r *crashRun) ruled(at time.Time) (now ruling, sure bool) {
	at, sure = at.Truncate(time.Millisecond), true
	now.account = r.first
	for _, t := range r.turns {
		switch turned := t.at.Truncate(time.Millisecond); {
		case turned.After(at):
			return now, sure
		case turned.Equal(at):
			sure = false
		}
		switch t.what {
		case "stopped":
			now.stopped = t.off
		case "frozen":
			now.frozen = t.off
		case "off":
			now.off = t.off
		case "rules":
			now.account = t.account
		}
	}
	return now, sure
}

// ruleOff reports whether the tasks of a rule are to be cancelled at once.
func (n ruling) ruleOff(name string) bool {
	if n.frozen || n.off || n.account == nil {
		return n.frozen || n.off
	}
	rule, known := n.account.Rule(name)
	return known && !rule.Enabled
}

// gone reports whether the rule, or who lost the call, isn't in the file.
func (n ruling) gone(task callback.Task) bool {
	if n.account == nil {
		return false
	}
	_, known := n.account.Rule(task.Rule)
	return !known || !n.account.Lists(task.LostBy)
}

// forbids says why a task isn't to be dialled.
func (n ruling) forbids(task callback.Task, at time.Time) string {
	if n.account == nil {
		return "no rules are in force"
	}
	rule, known := n.account.Rule(task.Rule)
	switch {
	case n.stopped:
		return "callbackd is stopped"
	case n.frozen:
		return "the account is frozen"
	case n.off:
		return "the rule is deactivated"
	case n.account.Mode == callback.ModeShadow:
		return "the account is in shadow"
	case !known:
		return "the rule isn't in the file"
	case !rule.Enabled:
		return "the rule is disabled"
	case !n.account.Lists(task.LostBy):
		return "who lost the call isn't in the file"
	}
	if zones, _ := rule.CustomerZones(n.account, task.Number); !rule.Schedule.Open(at, zones) {
		return "the schedule is closed"
	}
	return ""
}

func (n ruling) caps() callback.Caps {
	if n.account == nil {
		return callback.Caps{}
	}
	return n.account.Callable.PerNumber
}

func (r *crashRun) frozenAt(at time.Time) bool {
	now, sure := r.ruled(at)
	return sure && now.frozen
}

// refusable reports whether a loss may be refused: something was switched off,
// or the cap is reached.
func (r *crashRun) refusable(m callback.MissedCall) bool {
	now, sure := r.ruled(m.Recorded)
	if !sure {
		return true
	}
	switch m.Reason { // there is an account: the loss is its
	case callback.ReasonAccountFrozen:
		return now.frozen
	case callback.ReasonDoNotCall:
		return r.saidStop(m.Number)
	case callback.ReasonRuleDisabled:
		return now.ruleOff("lost")
	case callback.ReasonNoRule:
		_, known := now.account.Rule("lost")
		return !known
	}
	return false
}

// switchedOff: what is forbidden isn't dialled, and what is under way obeys.
func (r *crashRun) switchedOff(task callback.Task, db contents) {
	sent := 0
	for _, c := range db.history[task.ID] {
		now, sure := r.ruled(c.At)
		switch c.Input {
		case string(callback.AttemptSendCustomer):
			sent++
			if most := now.caps().Day; sure && most > 0 && sent > most {
				r.violated("called though forbidden", "task %d (%s) is called for the %d. time, the cap is %d", task.ID, task.Number, sent, most)
			}
			fallthrough
		case string(callback.AttemptClaim):
			if why := now.forbids(task, c.At); sure && c.AttemptID != 0 && why != "" {
				r.violated("called though forbidden", "task %d (%s), attempt %d, %s at %s: %s",
					task.ID, task.Number, c.AttemptID, c.Input, c.At.Format(time.TimeOnly), why)
			}
		case string(callback.TaskCancel):
			committed, _ := r.ruled(c.At.Add(slowDisk)) // at the latest
			r.cancelledRightly(task, c, !sure, now, committed)
		}
	}
	for _, t := range r.turns {
		r.obeys(t, task, db)
	}
}

// cancelledRightly: nothing is cancelled for a reason that isn't there.
func (r *crashRun) cancelledRightly(task callback.Task, c callback.Change, right bool, now, committed ruling) {
	switch c.Reason {
	case callback.CancelAccountFrozen:
		right = right || now.frozen || committed.frozen
	case callback.CancelRuleDisabled:
		right = right || now.ruleOff(task.Rule) || committed.ruleOff(task.Rule)
	case callback.CancelShadow:
		right = right || now.account != nil && now.account.Mode == callback.ModeShadow
	case callback.CancelOriginDeleted:
		since := c.At.Add(-time.Minute)
		before, known := r.ruled(since)
		right = !known || before.gone(task)
		for _, t := range r.turns {
			if t.at.After(since) && t.at.Before(c.At) && t.what == "rules" {
				right = right && ruling{account: t.account}.gone(task)
			}
		}
	default:
		right = true
	}
	if !right {
		r.violated("wrong end", "task %d (%s) was cancelled at %s: %s, which isn't so", task.ID, task.Number, c.At.Format(time.TimeOnly), c.Reason)
	}
}

// obeys: what is under way, or waits, when a switch is turned or a file comes
// into force does what that says, as soon as callbackd can.
func (r *crashRun) obeys(t turn, task callback.Task, db contents) {
	limit := t.at.Add(r.blindness() + aMoment)
	for _, a := range db.attempts[task.ID] {
		if a.Claimed.IsZero() || a.Claimed.After(t.at) || !a.Ended.After(limit) {
			continue
		}
		heard := r.talking[a.Names.CustomerChannel] // also where the disk was full when they began
		talk := !a.Bridged.IsZero() && !a.Bridged.After(limit) || !heard.IsZero() && !heard.After(t.at)
		called := !a.CustomerSent.IsZero() && !a.CustomerSent.After(t.at)
		if t.off && (t.what == "frozen" && !talk || t.what == "stopped" && !called) {
			r.violated("called though forbidden", "attempt %d of task %d (%s) went on for %v after %s", a.ID, task.ID, task.Number, a.Ended.Sub(t.at), t.what)
		}
	}
	now, _ := r.ruled(t.at)
	if t.what == "stopped" || !now.ruleOff(task.Rule) {
		return
	}
	if slices.ContainsFunc(r.cuts, func(c cutPoint) bool { return c.kind == diskFull }) {
		limit = limit.Add(time.Minute) // what fails is tried again then
	}
	var began, ended, cancelled time.Time
	for _, c := range db.history[task.ID] {
		switch {
		case c.AttemptID != 0:
		case c.From == "":
			began = c.At
		case c.Input == string(callback.TaskCancel) && cancelled.IsZero():
			cancelled = c.At
		}
		if c.AttemptID == 0 && !callback.TaskState(c.To).Open() {
			ended = c.At
		}
	}
	if began.After(t.at) || !ended.After(t.at) {
		return // it wasn't open
	}
	if later, _ := r.ruled(limit); !later.ruleOff(task.Rule) {
		return // it was switched on again
	}
	if ended.After(limit) && (cancelled.IsZero() || cancelled.After(limit)) {
		r.violated("called though forbidden", "task %d (%s) was open for %v after its rule was off", task.ID, task.Number, ended.Sub(t.at))
	}
	if task.State == callback.TaskExhausted {
		r.violated("wrong end", "task %d (%s) is exhausted though its rule was off", task.ID, task.Number)
	}
}

// settings: an attempt says and shows what the file said when it was planned,
// which is when the one before it ended. One that comes back stays as it was.
func (r *crashRun) settings(task callback.Task, attempts []callback.Attempt, _ contents) {
	for i, a := range attempts {
		if i == 0 || attempts[i-1].MissedCallID != a.MissedCallID {
			continue
		}
		before := attempts[i-1]
		same := func(intervals []time.Duration, wait time.Duration, prompt string) bool {
			return slices.Equal(a.Settings.DialingIntervals, intervals) && a.Settings.WaitForCustomer == wait && a.Settings.AgentPrompt == prompt
		}
		now, sure := r.ruled(before.Ended)
		var rule callback.Rule
		known := false
		if now.account != nil {
			rule, known = now.account.Rule(a.Settings.Rule)
		}
		switch {
		case !before.Counted:
			if s := before.Settings; !same(s.DialingIntervals, s.WaitForCustomer, s.AgentPrompt) {
				r.violated("wrong end", "attempt %d of task %d came back with other settings", a.ID, task.ID)
			}
		case sure && known && !same(rule.DialingIntervals, rule.WaitForCustomer, rule.AgentPrompt):
			r.violated("wrong end", "attempt %d of task %d has other settings than the file had when it was planned", a.ID, task.ID)
		}
	}
}

// rulesInForce: the last good file that was saved is in force, here and after a
// restart, and no faulty one ever was.
func (r *crashRun) rulesInForce(contents) {
	if r.reloader == nil {
		return
	}
	for _, t := range r.turns {
		if t.what == "rules" && t.account == nil {
			r.violated("rules not in force", "a faulty file was put in force at %s", t.at.Format(time.TimeOnly))
		}
	}
	var good []*callback.Account // that may be in force: one that callbackd can't have overlooked, and those since
	for i, s := range r.saved {
		account := read(s.text)
		if account == nil {
			continue
		}
		if i == len(r.saved)-1 || r.saved[i+1].at.Sub(s.at) > r.blindness()+believed {
			good = nil
		}
		good = append(good, account)
	}
	again, err := reload.Open(ctx, r.reloading(r.store))
	if err != nil {
		r.violated("rules not in force", "callbackd can't be started again: %v", err)
		return
	}
	for when, rules := range map[string]*callback.Rules{"at the end": r.rules, "after a restart": again.Rules()} {
		account, ok := rules.Book().Account("acme")
		if !ok {
			r.violated("rules not in force", "no rules are in force %s", when)
			continue
		}
		if !slices.ContainsFunc(good, func(g *callback.Account) bool { return len(config.Diff(account, g)) == 0 }) {
			r.violated("rules not in force", "the last good file isn't in force %s", when)
		}
	}
}

// believed is how long a file must lie there to be sure to be read.
const believed = 5 * time.Second

// repeated are the attempts that count, by missed call: a treatment has an
// interval come again.
type repeated map[int64][]callback.Attempt

func treatmentOf(a callback.Attempt) callback.Treatment { return a.Settings.Treatments[a.Result] }

// by reports whether the attempt before a was to be followed by one for the same
// interval.
func (r repeated) by(a callback.Attempt) bool {
	list := r[a.MissedCallID]
	return len(list) > 0 && list[len(list)-1].Ordinal == a.Ordinal && treatmentOf(list[len(list)-1]).In > 0
}

// count takes a note of a, and counts those that ended like it.
func (r repeated) count(a callback.Attempt) (alike int) {
	r[a.MissedCallID] = append(r[a.MissedCallID], a)
	for _, b := range r[a.MissedCallID] {
		if b.Result == a.Result {
			alike++
		}
	}
	return alike
}

// closes reports whether the last attempt closes its task, whatever intervals
// are left.
func (r repeated) closes(last callback.Attempt) bool {
	alike := 0
	for _, b := range r[last.MissedCallID] {
		if b.Result == last.Result {
			alike++
		}
	}
	t := treatmentOf(last)
	return t.Close || t.AtMost > 0 && alike == t.AtMost
}
