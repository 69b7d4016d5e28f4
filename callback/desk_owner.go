package callback

import (
	"fmt"
	"time"

	"callbackd/callback/hours"
)

// whoCalls finds who is to call a customer, by what a request says of target and owner,
// and rule says where it says nothing. A request that names who calls and no owner has
// none: whoever asks knows better than the file.
func (a *Account) whoCalls(rule Rule, target Target, owner *Owner) (Target, Owner, error) {
	if owner == nil && target.IsZero() {
		owner = rule.Owner
	}
	if owner == nil {
		if target.IsZero() {
			target = rule.Forward
		}
		return target, Owner{}, a.canCall(target)
	}
	o := *owner
	switch {
	case o.Then.IsZero() && !target.IsZero():
		o.Then = target
	case o.Then.IsZero():
		o.Then = rule.Forward
	case !target.IsZero() && target != o.Then:
		return target, o, badOwner("the target is %s, and then is %s: leave one of them out", asDelivered(target.String()), asDelivered(o.Then.String()))
	}
	return o.Target(), o, a.canOwn(o)
}

// canOwn checks that an owner is an agent of the file who has some hours, and that there
// is somebody else to go to afterwards.
func (a *Account) canOwn(o Owner) error {
	for _, target := range []Target{o.Target(), o.Then} {
		if err := a.canCall(target); err != nil {
			return &AskRefusal{Reason: RefusedTargetUnknown, Field: FieldOwner, Why: err.Error()}
		}
	}
	switch {
	case o.For < OwnerLeast, o.For > OwnerMost, o.For%time.Hour != 0:
		return badOwner("a callback belongs to its owner for 1 to %d whole hours", OwnerMost/time.Hour)
	case o.Then == o.Target():
		return badOwner("%s has it already: say who gets it afterwards", asDelivered(o.Then.String()))
	}
	return nil
}

func badOwner(format string, args ...any) error {
	return &AskRefusal{Reason: RefusedOwnerInvalid, Field: FieldOwner, Why: fmt.Sprintf(format, args...)}
}

// last is who calls in the end.
func (p promise) last() Target {
	if !p.owner.IsZero() {
		return p.owner.Then
	}
	return p.target
}

// hasten has the owner's time of a task that is needed earlier begin at from, unless it
// has begun. That of an appointment is its booked time's.
func (r Rule) hasten(t *Task, from time.Time, zones hours.Zones) {
	if t.Kind == KindAppointment {
		return
	}
	earlier := *t
	if r.own(&earlier, t.Owner, from, zones); earlier.OwnerUntil.Before(t.OwnerUntil) {
		*t = earlier
	}
}

// entrust gives an open task to whom an edit names: to a target, whosever it is now, or to
// an owner, whose time begins now, or when the task is for.
func (a *Account) entrust(tx ReadTx, rule Rule, task *Task, e Edit, now time.Time) (err error) {
	var target Target
	if e.Target != nil {
		target = *e.Target
	}
	before := task.last()
	rule.Forward, rule.Owner = before, nil
	target, owner, err := a.whoCalls(rule, target, e.Owner)
	if err != nil {
		return err
	}
	task.Target = target
	task.disown()
	if !owner.IsZero() {
		begins := now
		if task.At.After(now) {
			begins = task.At
		}
		zones, _ := rule.CustomerZones(a, task.Number)
		rule.own(task, owner, begins, zones)
	}
	return a.hasRoom(tx, task.last(), before, now)
}
