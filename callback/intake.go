package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Intake turns verdicts into missed calls and tasks. It is the half that
// notices: it never dials, and all it leaves is in the store.
type Intake struct {
	store   Store
	rules   *Rules
	decided func(MissedCall)
}

// NewIntake makes an intake that decides by rules. decided hears of each missed
// call after its commit.
func NewIntake(store Store, rules *Rules, decided func(MissedCall)) *Intake {
	return &Intake{store: store, rules: rules, decided: decided}
}

// Take takes in what the detector found.
func (in *Intake) Take(ctx context.Context, f Finding) error {
	if v, over := f.(Verdict); over {
		return in.judged(ctx, v)
	}
	return nil
}

// judged takes in a customer's call that is over. A call that talked to a person
// makes the customer's open callback unnecessary; any other leaves a missed call
// and, if the rules say so, a task. The same call taken twice changes nothing.
func (in *Intake) judged(ctx context.Context, v Verdict) error {
	book := in.rules.Book()
	if account := book.AccountOf(v.PBX, v.Trunk, v.Dialled); v.answered(account) {
		return in.helped(ctx, account, v)
	}
	var recorded *MissedCall
	err := in.store.Update(ctx, func(tx Tx) error {
		d, err := judge(tx, book, v, time.Now())
		if err != nil {
			return err
		}
		recorded, err = record(tx, d)
		return err
	})
	if err != nil {
		return fmt.Errorf("record missed call %s on %s: %w", v.CallID, v.PBX, err)
	}
	if recorded != nil {
		in.decided(*recorded)
	}
	return nil
}

// judge decides about a missed call by what tx reads, so that nothing that
// somebody switches off at this moment is overlooked.
func judge(tx ReadTx, book *Rulebook, v Verdict, now time.Time) (decision, error) {
	account, m := lost(book, v)
	if account == nil {
		return decision{missed: m}, nil
	}
	g, err := survey(tx, account, m.Number, "", now)
	if err != nil {
		return decision{}, err
	}
	return account.decide(m, g), nil
}

// record stores a missed call with what was decided, and makes or changes the
// task that follows from it. It answers nil for a call that was seen before.
func record(tx Tx, d decision) (*MissedCall, error) {
	if _, err := tx.SeenCall(d.missed.PBX, d.missed.CallID); err == nil {
		return nil, nil
	} else if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
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
	task.Target, task.Region, task.Due = p.settings.Target, p.settings.Region, p.due
	if err := tx.UpdateTask(&task, change); err != nil {
		return err
	}
	attempt, err := tx.CurrentAttempt(task.ID)
	if err != nil {
		return err
	}
	change, err = attempt.apply(AttemptReplan, string(TaskMissedAgain))
	if err != nil {
		return err
	}
	p.fill(&attempt)
	return tx.UpdateAttempt(&attempt, change)
}

// schedule inserts the attempt that p plans for task.
func schedule(tx Tx, task Task, p plan) error {
	attempt := Attempt{TaskID: task.ID, Account: task.Account, Number: task.Number, State: AttemptScheduled}
	p.fill(&attempt)
	return tx.InsertAttempt(&attempt, Change{TaskID: task.ID, Input: "schedule", To: string(AttemptScheduled)})
}

func (p plan) fill(a *Attempt) {
	a.Ordinal, a.Try, a.Due, a.Settings, a.MissedCallID = p.ordinal, p.try, p.due, p.settings, p.missedID
}

// helped cancels the open callback of a customer who has talked to a person.
func (in *Intake) helped(ctx context.Context, account *Account, v Verdict) error {
	if account == nil {
		return nil // nobody's customer
	}
	number, err := ParseNumber(v.Caller, account.Country)
	if err != nil {
		return nil //nolint:nilerr // nobody whom we could have promised a call
	}
	err = in.store.Update(ctx, func(tx Tx) error {
		task, err := tx.OpenMissedTask(account.Name, number)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = cancel(tx, task, CancelCustomerCalled)
		return err
	})
	if err != nil {
		return fmt.Errorf("cancel the callback of a customer who was helped by call %s on %s: %w", v.CallID, v.PBX, err)
	}
	return nil
}
