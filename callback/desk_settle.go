package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// settle looks where a promise goes: into the customer's open request, or into a task of
// its own.
func (p promise) settle(tx Tx) (Asked, error) {
	open, found, err := p.joins(tx)
	if err != nil {
		return Asked{}, err
	}
	if found {
		err := p.mergeInto(tx, &open)
		return Asked{open, OutcomeMerged, true}, err
	}
	task, err := p.create(tx)
	return Asked{Task: task, Outcome: OutcomeCreated}, err
}

// fits tells whether there is a place where the promise can go.
func (p promise) fits(tx ReadTx) error {
	_, _, err := p.joins(tx)
	return err
}

// joins finds the customer's open request that takes the promise in, which needs no room
// for it. Where there is none, it may become a task unless there are too many already.
func (p promise) joins(tx ReadTx) (open Task, found bool, err error) {
	open, found, err = p.duplicate(tx)
	switch {
	case err != nil:
		return Task{}, false, err
	case found && p.account.Requests.Duplicates == DuplicatesRefuse:
		return Task{}, false, &AskRefusal{Reason: RefusedDuplicate, Field: FieldNumber, Task: open.ID, Why: fmt.Sprintf("the customer is promised a callback already: task %d", open.ID)}
	case found:
		return open, true, nil
	}
	return Task{}, false, p.account.hasRoom(tx, p.last(), Target{}, p.now)
}

// duplicate finds the customer's open request for the same target in the end: at once
// like this one, or for a time on the same day by the customer's clock. One that is being
// dialled takes nothing in: with this attempt it may be over, and what is asked for
// meanwhile is for after it.
func (p promise) duplicate(tx ReadTx) (Task, bool, error) {
	if p.account.Requests.Duplicates == DuplicatesAllow {
		return Task{}, false, nil
	}
	open, err := tx.CustomerTasks(p.account.Name, p.number)
	for _, task := range open {
		if task.Kind == KindRequest && task.last() == p.last() && task.State != TaskDialing && p.sameTime(task.At) {
			return task, true, nil
		}
	}
	return Task{}, false, err
}

// sameTime reports whether one call can keep this promise and that of an open task for
// at. Where at is over, the task is tried again by its intervals, and nobody knows when.
func (p promise) sameTime(at time.Time) bool {
	if at.IsZero() || p.request.At.IsZero() {
		return at.IsZero() && p.request.At.IsZero()
	}
	const day = time.DateOnly
	return at.After(p.now) && at.In(p.zones[0]).Format(day) == p.request.At.In(p.zones[0]).Format(day)
}

// askAgain is when to ask again where nobody knows when that passes which is in the way:
// one task of too many, or an attempt under way.
const askAgain = 5 * time.Minute

// hasRoom checks that one more task may be promised of target, or that one of from may
// move there. All open tasks count, of whatever kind and for whatever time; those of
// missed calls have limits of their own (limitsOf), so that what customers ask for
// refuses none of these.
func (a *Account) hasRoom(tx ReadTx, target, from Target, now time.Time) error {
	for _, l := range a.limitsOf(target) {
		if slices.Contains(l.targets, from) {
			continue // it is counted there already
		}
		open, err := tx.OpenAny(a.Name, l.targets)
		if err != nil {
			return fmt.Errorf("count the open tasks of account %s: %w", a.Name, err)
		}
		if open < l.most {
			continue
		}
		what := "queue " + target.Name
		if l.reason == ReasonAreaFull {
			what = "area " + a.Queues[target.Name].Area
		}
		return &AskRefusal{
			Reason: AskReason(l.reason), Field: FieldTarget, Again: now.Add(askAgain),
			Why: fmt.Sprintf("%s has %d open tasks, and takes %d: ask again later", what, open, l.most),
		}
	}
	return nil
}

// create makes a task of a promise. Its place in the order is its time.
func (p promise) create(tx Tx) (Task, error) {
	task := p.task()
	if err := tx.InsertTask(&task, Change{Input: "asked", To: string(TaskScheduled), Reason: p.request.asker()}); err != nil {
		return task, err
	}
	return task, schedule(tx, task, p.plan)
}

func (p promise) task() Task {
	r := p.request
	task := Task{
		Account: p.account.Name, Kind: KindRequest, Number: p.number, State: TaskScheduled,
		Target: p.target, Region: p.plan.settings.Region, Rule: RequestsRule, Arrived: p.place(), Due: p.plan.due, GiveUp: p.giveUp,
		Previous: r.Previous, Source: string(r.Via), Note: r.Note, Language: r.Language, At: r.At, Asked: p.now,
	}
	if !p.owner.IsZero() {
		p.account.Requests.own(&task, p.owner, p.begins(), p.zones)
	}
	return task
}

func (p promise) place() time.Time {
	switch {
	case !p.request.At.IsZero():
		return p.request.At
	case !p.request.Arrived.IsZero() && p.request.Arrived.Before(p.now):
		return p.request.Arrived
	}
	return p.now
}

// begins is when the time of an owner begins.
func (p promise) begins() time.Time {
	if p.request.At.IsZero() {
		return p.now
	}
	return p.request.At
}

// asker says who asks, for the history.
func (r Request) asker() string { return askedBy(r.By, r.Via) }

func askedBy(who string, via Via) string { return fmt.Sprintf("by %s, via %s", who, via) }

// mergeInto joins a promise to the customer's open task: the earlier time of both holds,
// the intervals start anew, the note is added, and it is whose the later request says.
func (p promise) mergeInto(tx Tx, task *Task) error {
	change, err := task.apply(TaskAskedAgain, p.request.asker())
	if err != nil {
		return err
	}
	return replan(tx, task, p.joined(task), change)
}

// joined takes a promise into the customer's open task, and plans that anew.
func (p promise) joined(task *Task) plan {
	task.Asked, task.Note = p.now, joinNotes(task.Note, p.request.Note)
	if p.request.Language != "" {
		task.Language = p.request.Language
	}
	task.lives(p.giveUp)
	if p.request.At.Before(task.At) {
		task.At = p.request.At
	}
	if place := p.place(); place.Before(task.Arrived) {
		task.Arrived = place
	}
	switch {
	case p.request.Owner != nil && p.owner.Agent != task.Owner.Agent:
		p.account.Requests.own(task, p.owner, p.begins(), p.zones)
	case task.owned():
		p.account.Requests.hasten(task, p.begins(), p.zones)
	}
	next := p.plan
	next.settings = p.account.settingsAsked(p.account.Requests.Rule, task.Target, task.Language)
	if task.Due.Before(next.due) {
		next.due = task.Due
	}
	return next
}

// joinNotes adds a note to those that were merged before, unless it is among them. Of
// more than a task can hold the oldest words go.
func joinNotes(old, added string) string {
	const between = "; "
	if added == "" || strings.Contains(between+old+between, between+added+between) {
		return old
	}
	if old != "" {
		added = old + between + added
	}
	if text := []rune(added); len(text) > notesLimit {
		added = "…" + string(text[len(text)-notesLimit+1:])
	}
	return added
}
