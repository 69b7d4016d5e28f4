package callback

import (
	"fmt"
	"time"

	"callbackd/callback/hours"
)

// Owner is the agent to whom a callback that was asked for belongs at first, and who gets
// it afterwards. The zero Owner is nobody.
type Owner struct {
	Agent string // as the file names it
	// For is how long it belongs to the agent, in whole hours. Only those count in which
	// the customer may be called: what is asked for at five o'clock isn't the queue's
	// before the agent has had the time, however short the evening and long the night.
	For  time.Duration
	Then Target
}

// The bounds of Owner.For.
const (
	OwnerLeast = time.Hour
	OwnerMost  = 240 * time.Hour
)

// IsZero reports whether it is nobody.
func (o Owner) IsZero() bool { return o == Owner{} }

// Target is who calls while it is the agent's.
func (o Owner) Target() Target { return Target{TargetAgent, o.Agent} }

// String says how rules files, and people, put it: "alice for 4 hours, then queue:support".
func (o Owner) String() string {
	return fmt.Sprintf("%s for %s, then %s", o.Agent, counted(int(o.For/time.Hour), "hour"), o.Then)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// own gives a task to an owner whose time begins at from: when it was asked for, or the
// time that was asked for. Hours that don't come any more run out by the clock. Who comes
// afterwards has all the days until it is given up: with the owner's alone it would expire
// where those are many hours, or begin late.
func (r Rule) own(t *Task, o Owner, from time.Time, zones hours.Zones) {
	until, ok := r.Schedule.OpenFor(from, o.For, zones)
	if !ok {
		until = from.Add(o.For)
	}
	t.Owner, t.OwnerUntil, t.Target = o, until.UTC().Truncate(time.Millisecond), o.Target()
	t.lives(r.giveUp(t.OwnerUntil, zones))
}

// lives has a task that expires not do so before giveUp.
func (t *Task) lives(giveUp time.Time) {
	if !t.GiveUp.IsZero() && t.GiveUp.Before(giveUp) {
		t.GiveUp = giveUp
	}
}

// owned reports whether a task belongs to an agent for now.
func (t Task) owned() bool { return !t.Owner.IsZero() }

// last is who a task is for in the end: where it counts, and by which requests are told
// to be for the same.
func (t Task) last() Target {
	if t.owned() {
		return t.Owner.Then
	}
	return t.Target
}

// handsOver reports whether the time of a task's owner is over: Upkeep is about to hand it
// over, and until then it isn't dialled.
func (t Task) handsOver(now time.Time) bool { return t.owned() && !t.OwnerUntil.After(now) }

// disown takes a task from its owner.
func (t *Task) disown() { t.Owner, t.OwnerUntil = Owner{}, time.Time{} }

// handOver gives a task that waits, or is held, to who comes after its owner. No limit is
// in the way: the task has counted there from the beginning. What the owner didn't take up
// isn't put off any longer.
func handOver(tx Tx, task Task, now time.Time) error {
	change, err := task.apply(TaskHandOver, fmt.Sprintf("from %s to %s", task.Target, task.Owner.Then))
	if err != nil {
		return err
	}
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	next := attempt.plan().to(task.Owner.Then)
	if next.try > 1 && now.Before(next.due) {
		next.due = now
	}
	task.disown()
	if task.State == TaskScheduled {
		task.WaitingFor = ""
	}
	return replan(tx, &task, next, change)
}

// to is the plan with another target: nobody has passed it by there.
func (p plan) to(target Target) plan {
	p.settings.Target, p.settings.PassedBy = target, nil
	return p
}
