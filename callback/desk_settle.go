package callback

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// settle looks where a promise goes: into the customer's open request, which needs no
// room for it, or into a task of its own, unless there are too many already.
func (p promise) settle(tx Tx) (Asked, error) {
	open, found, err := p.duplicate(tx)
	switch {
	case err != nil:
		return Asked{}, err
	case found && p.account.Requests.Duplicates == DuplicatesRefuse:
		return Asked{}, &AskRefusal{Reason: RefusedDuplicate, Field: FieldNumber, Task: open.ID, Why: fmt.Sprintf("the customer is promised a callback already: task %d", open.ID)}
	case found:
		err := p.mergeInto(tx, &open)
		return Asked{open, OutcomeMerged}, err
	}
	if err := p.account.hasRoom(tx, p.target, Target{}, p.now); err != nil {
		return Asked{}, err
	}
	task, err := p.create(tx)
	return Asked{task, OutcomeCreated}, err
}

// duplicate finds the customer's open request for the same target: at once like this
// one, or for a time on the same day by the customer's clock. One that is being dialled
// takes nothing in: with this attempt it may be over, and what is asked for meanwhile is
// for after it.
func (p promise) duplicate(tx ReadTx) (Task, bool, error) {
	if p.account.Requests.Duplicates == DuplicatesAllow {
		return Task{}, false, nil
	}
	open, err := tx.CustomerTasks(p.account.Name, p.number)
	for _, task := range open {
		if task.Kind == KindRequest && task.Target == p.target && task.State != TaskDialing && p.sameTime(task.At) {
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
	r, s := p.request, p.plan.settings
	task := Task{
		Account: p.account.Name, Kind: KindRequest, Number: p.number, State: TaskScheduled,
		Target: p.target, Region: s.Region, Rule: RequestsRule, Arrived: p.place(), Due: p.plan.due, GiveUp: p.giveUp,
		Previous: r.Previous, Source: string(r.Via), Note: r.Note, Language: r.Language, At: r.At, Asked: p.now,
	}
	if err := tx.InsertTask(&task, Change{Input: "asked", To: string(TaskScheduled), Reason: r.asker()}); err != nil {
		return task, err
	}
	return task, schedule(tx, task, p.plan)
}

func (p promise) place() time.Time {
	if p.request.At.IsZero() {
		return p.now
	}
	return p.request.At
}

// asker says who asks, for the history.
func (r Request) asker() string { return fmt.Sprintf("by %s, via %s", r.By, r.Via) }

// mergeInto joins a promise to the customer's open task: the earlier time of both holds,
// the intervals start anew, and the note is added.
func (p promise) mergeInto(tx Tx, task *Task) error {
	change, err := task.apply(TaskAskedAgain, p.request.asker())
	if err != nil {
		return err
	}
	task.Asked, task.Note = p.now, joinNotes(task.Note, p.request.Note)
	if p.request.Language != "" {
		task.Language = p.request.Language
	}
	if task.GiveUp.Before(p.giveUp) {
		task.GiveUp = p.giveUp
	}
	if p.request.At.Before(task.At) {
		task.At = p.request.At
	}
	if place := p.place(); place.Before(task.Arrived) {
		task.Arrived = place
	}
	next := p.plan
	next.settings = p.account.settingsAsked(p.account.Requests.Rule, task.Target, task.Language)
	if task.Due.Before(next.due) {
		next.due = task.Due
	}
	return replan(tx, task, next, change)
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
