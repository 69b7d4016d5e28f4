package callback

import (
	"errors"
	"fmt"
	"time"
)

// record stores a missed call with what was decided, and makes or changes the
// task that follows from it. It answers nil for a call that was seen before.
func record(tx Tx, d decision) (*MissedCall, error) {
	id, seen, err := idOf(tx, d.missed)
	if err != nil || seen {
		return nil, err
	}
	d.missed.CallID = id
	d, task, err := settle(tx, d)
	if err != nil {
		return nil, err
	}
	m := d.missed
	switch m.Decision {
	case DecisionTaskCreated:
		err = create(tx, &m, d)
	case DecisionMerged:
		err = merge(tx, task, &m, d)
	default:
		err = tx.InsertMissedCall(&m)
	}
	return &m, err
}

// comesBackAfter is how far apart two calls with one unique id are that can't be one
// call: the ids begin with the second in which Asterisk created the channel, by its
// clock, and come back after that was set back.
const comesBackAfter = 10 * time.Minute

// idOf gives the id under which a call is to be stored, and whether it was seen
// before. A log writes by the clock that may have been set back: by that nobody can
// tell whether a call is another.
func idOf(tx ReadTx, m MissedCall) (id string, seen bool, err error) {
	first, err := tx.SeenCall(m.PBX, m.CallID)
	switch {
	case errors.Is(err, ErrNotFound):
		return m.CallID, false, nil
	case err != nil:
		return "", false, err
	case m.Source == SourceLogs, first.Source == SourceLogs, m.Arrived.Sub(first.Arrived).Abs() <= comesBackAfter:
		return m.CallID, true, nil
	}
	id = m.CallID + "@" + m.Arrived.UTC().Format(time.RFC3339)
	_, err = tx.SeenCall(m.PBX, id)
	if errors.Is(err, ErrNotFound) {
		return id, false, nil
	}
	return id, err == nil, err
}

// settle looks where a loss that is to be called back goes: into the customer's
// open task, which needs no room for it, or into a new one, unless there are too
// many already.
func settle(tx ReadTx, d decision) (decision, Task, error) {
	m := &d.missed
	if m.Decision == DecisionRefused {
		return d, Task{}, nil
	}
	task, err := tx.OpenMissedTask(m.Account, m.Number)
	if err == nil {
		m.Decision, m.TaskID = DecisionMerged, task.ID
		return d, task, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return d, Task{}, err
	}
	for _, l := range d.limits {
		open, err := tx.OpenMissed(m.Account, l.targets)
		if err != nil {
			return d, Task{}, fmt.Errorf("count the open tasks of account %s: %w", m.Account, err)
		}
		if open >= l.most {
			m.Decision, m.Reason = DecisionRefused, l.reason
			break
		}
	}
	return d, Task{}, nil
}

// create makes a task of a missed call.
func create(tx Tx, m *MissedCall, d decision) error {
	p := d.plan
	p.wait()
	task := Task{
		Account: m.Account, Kind: KindMissed, Number: m.Number, State: TaskScheduled,
		Target: p.settings.Target, Region: p.settings.Region, LostBy: m.LostBy, Rule: m.Rule, PBX: m.PBX,
		Arrived: m.Arrived, Due: p.due, GiveUp: d.giveUp,
	}
	if last, err := tx.LastTask(m.Account, m.Number); err == nil {
		task.Previous = last.ID
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := tx.InsertTask(&task, Change{Input: "missed", To: string(TaskScheduled), Reason: m.LostBy.String()}); err != nil {
		return err
	}
	m.TaskID = task.ID
	if err := tx.InsertMissedCall(m); err != nil {
		return err
	}
	p.missedID = m.ID
	return schedule(tx, task, p)
}

// merge joins a further loss to the customer's open task: the newest loss
// decides rule, target, intervals and when to give up; the due time never moves
// later, and the oldest arrival keeps its place. While an attempt is being
// dialled the plan stays: follow applies the loss if that attempt doesn't
// connect, also where the task had been cancelled. But whether the promise is
// void is a question about the newest loss from now on. A call that was lost
// before that one is noted and decides nothing but the place.
func merge(tx Tx, task Task, m *MissedCall, d decision) error {
	p := d.plan
	if err := tx.InsertMissedCall(m); err != nil {
		return err
	}
	p.missedID = m.ID
	change, err := task.apply(TaskMissedAgain, m.LostBy.String())
	if err != nil {
		return err
	}
	newest, err := tx.NewestMissedCall(task.ID)
	if err != nil {
		return err
	}
	if newest.ID == m.ID {
		// Whoever cancelled didn't know that the customer would need us again.
		task.CancelReason = ""
		task.LostBy, task.Rule, task.PBX, task.GiveUp = m.LostBy, m.Rule, m.PBX, d.giveUp
	}
	if m.Arrived.Before(task.Arrived) {
		task.Arrived = m.Arrived
	}
	if task.State == TaskDialing || newest.ID != m.ID {
		return tx.UpdateTask(&task, change)
	}
	if task.Due.Before(p.due) {
		p.due = task.Due
	}
	p.wait()
	return replan(tx, &task, p, change)
}

// replan makes p the next attempt of a task that isn't being dialled; change is the
// task's.
func replan(tx Tx, task *Task, p plan, change Change) error {
	task.Target, task.Region, task.Due = p.settings.Target, p.settings.Region, p.due
	if err := tx.UpdateTask(task, change); err != nil {
		return err
	}
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	planned, err := attempt.apply(AttemptReplan, change.Input)
	if err != nil {
		return err
	}
	p.fill(&attempt)
	return tx.UpdateAttempt(&attempt, planned)
}

// schedule inserts the attempt that p plans for task.
func schedule(tx Tx, task Task, p plan) error {
	attempt := Attempt{TaskID: task.ID, Account: task.Account, Number: task.Number, State: AttemptScheduled}
	p.fill(&attempt)
	return tx.InsertAttempt(&attempt, Change{TaskID: task.ID, Input: "schedule", To: string(AttemptScheduled)})
}

// wait puts an attempt off that is due before it may be.
func (p *plan) wait() {
	if p.due.Before(p.notYet) {
		p.due = p.notYet
	}
}

func (p plan) fill(a *Attempt) {
	a.Ordinal, a.Try, a.Due, a.Settings, a.MissedCallID = p.ordinal, p.try, p.due, p.settings, p.missedID
}
