package callback

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Edit is what a person changes of a promise; nil leaves it.
type Edit struct {
	Note     *string
	Language *string
	Target   *Target // from now on, whosever it is
	Owner    *Owner  // its zero Then is Target, else whoever the task is for in the end
}

// Edit changes what a task says and who is to call. The note may be changed as long as
// the task is open; target, owner and language only of what was asked for, and not while it is
// being dialled (*TransitionError): what comes from missed calls has those of its rule.
func (d *Desk) Edit(ctx context.Context, id int64, e Edit, by string) (Task, error) {
	return changeTask(ctx, d.store, id, "edit", func(tx Tx, task *Task) error {
		change, err := task.apply(TaskEdit, "by "+by)
		if err != nil {
			return err
		}
		if e.Note != nil {
			if task.Note = strings.TrimSpace(*e.Note); !oneLine(task.Note, notesLimit) {
				return badNote()
			}
		}
		if e.Language == nil && e.Target == nil && e.Owner == nil {
			return tx.UpdateTask(task, change)
		}
		return d.redirect(tx, task, e, change)
	})
}

// redirect changes who calls, and in which language.
func (d *Desk) redirect(tx Tx, task *Task, e Edit, change Change) error {
	switch {
	case !task.askedFor():
		return &AskRefusal{Reason: RefusedTargetOfRule, Field: FieldTarget, Why: "the task comes from missed calls: its rule says who calls back, and in which language"}
	case task.State == TaskDialing:
		return &TransitionError{What: fmt.Sprintf("task %d", task.ID), State: string(task.State), Input: string(TaskEdit)}
	}
	account, rule, err := d.fileOf(*task)
	if err != nil {
		return err
	}
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	if e.Language != nil {
		if task.Language = *e.Language; task.Language != "" && !languageForm.MatchString(task.Language) {
			return badLanguage()
		}
		attempt.Settings.Language = account.settingsAsked(rule, task.Target, task.Language).Language
	}
	next := attempt.plan()
	if e.Target != nil || e.Owner != nil {
		if err := account.entrust(tx, rule, task, e, time.Now()); err != nil {
			return err
		}
		if task.Target != next.settings.Target {
			next = next.to(task.Target)
		}
	}
	return replan(tx, task, next, change)
}

// Reschedule gives a task that waits another time. What was asked for as soon as possible
// is for that time from then on, and is kept even if the customer is helped before.
func (d *Desk) Reschedule(ctx context.Context, id int64, at time.Time, by string) (Task, error) {
	return changeTask(ctx, d.store, id, "reschedule", func(tx Tx, task *Task) error {
		if task.Kind == KindAppointment {
			return d.move(tx, task, at, by)
		}
		now := time.Now()
		change, err := task.apply(TaskReschedule, fmt.Sprintf("by %s, to %s", by, at.UTC().Format("2006-01-02 15:04 UTC")))
		if err != nil {
			return err
		}
		account, rule, err := d.fileOf(*task)
		if err != nil {
			return err
		}
		zones, _ := rule.CustomerZones(account, task.Number)
		if len(zones) == 0 {
			return &AskRefusal{Reason: RefusedNoTimezone, Field: FieldNumber, Why: "nobody can tell the customer's time zone: name a timezone in the rules file"}
		}
		if err := rule.takesTime(at, zones, account.ahead(), now); err != nil {
			return err
		}
		if task.askedFor() {
			task.At, task.Asked, task.Arrived = at, now, at
		}
		if task.owned() {
			rule.own(task, task.Owner, at, zones)
		}
		task.lives(rule.giveUp(at, zones))
		return retime(tx, task, at, change)
	})
}

// CallNow makes a scheduled task due. Whatever else is in the way of a call stays so: the
// customer's hours, the caps, a stop. One that is held has to be released first.
func (d *Desk) CallNow(ctx context.Context, id int64, by string) (Task, error) {
	return changeTask(ctx, d.store, id, "call now", func(tx Tx, task *Task) error {
		now := time.Now()
		if task.State == TaskHeld {
			return &TransitionError{What: fmt.Sprintf("task %d", task.ID), State: string(task.State), Input: string(TaskReschedule)}
		}
		change, err := task.apply(TaskReschedule, fmt.Sprintf("by %s, to now", by))
		if err != nil {
			return err
		}
		if task.owned() {
			account, rule, err := d.fileOf(*task)
			if err != nil {
				return err
			}
			zones, _ := rule.CustomerZones(account, task.Number)
			rule.hasten(task, now, zones)
		}
		task.dueNow(now)
		return retime(tx, task, now, change)
	})
}

// dueNow has a task wait for no time any more: whoever says so wants it now, as if it were
// asked for at this moment. An appointment keeps its own time and its place: if nobody is
// reached now, it still stands as it was booked.
func (t *Task) dueNow(now time.Time) {
	switch t.Kind {
	case KindAppointment:
		return
	case KindRequest:
		t.At, t.Asked = time.Time{}, now
	}
	if now.Before(t.Arrived) {
		t.Arrived = now
	}
}

// Close ends a task that somebody has done in another way; by is who, words are that
// person's own, "" is nothing to say. Like Cancel it ends an attempt under way that hasn't
// called the customer yet.
func (d *Desk) Close(ctx context.Context, id int64, words, by string) (Task, error) {
	reason := CancelClosed
	if words != "" {
		reason += ": " + words
	}
	return Cancel(ctx, d.store, id, reason, by)
}

// retime moves the planned attempt of a task, which stays the same else.
func retime(tx Tx, task *Task, due time.Time, change Change) error {
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	if task.State == TaskScheduled {
		task.WaitingFor = ""
	}
	next := attempt.plan()
	next.due = due
	return replan(tx, task, next, change)
}

// plan is what an attempt was planned as.
func (a Attempt) plan() plan {
	return plan{ordinal: a.Ordinal, try: a.Try, due: a.Due, settings: a.Settings, missedID: a.MissedCallID}
}

// fileOf finds the file in force that decides about a task, and its rule.
func (d *Desk) fileOf(task Task) (*Account, Rule, error) {
	account, ok := d.rules.Book().Account(task.Account)
	if !ok {
		return nil, Rule{}, &AskRefusal{Reason: RefusedNoAccount, Field: FieldAccount, Why: fmt.Sprintf("account %s has no rules in force", task.Account)}
	}
	rule, ok := account.ruleBy(task.Rule)
	switch {
	case ok:
		return account, rule, nil
	case task.Kind == KindAppointment:
		return nil, Rule{}, &AskRefusal{Reason: RefusedAppointmentsOff, Field: FieldAccount, Why: account.takesNoMore(task.Rule)}
	case task.askedFor():
		return nil, Rule{}, &AskRefusal{Reason: RefusedRequestsOff, Field: FieldAccount, Why: account.takesNoMore(task.Rule)}
	}
	return nil, Rule{}, &AskRefusal{Reason: RefusedRequestsOff, Field: FieldAccount, Why: fmt.Sprintf("rule %q isn't in the file of account %s any more", task.Rule, account.Name)}
}

// RequestsAhead is how far ahead a time may lie where the file says nothing else.
const RequestsAhead = 60 * 24 * time.Hour

func (a *Account) ahead() time.Duration {
	if a.Requests == nil {
		return RequestsAhead
	}
	return a.Requests.Ahead
}
