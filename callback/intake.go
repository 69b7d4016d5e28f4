package callback

import (
	"context"
	"errors"
	"fmt"
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

// Take judges a customer's call that is over. A call that talked to a person
// makes the customer's open callback unnecessary; one that a queue lost leaves
// a missed call and, if the rules say so, a task. The same call taken twice
// changes nothing. Losses outside queues aren't judged yet.
func (in *Intake) Take(ctx context.Context, v Verdict) error {
	book := in.rules.Book()
	account := book.AccountOf(v.PBX, v.Trunk, v.Dialled)
	switch {
	case v.answered(account):
		return in.helped(ctx, account, v)
	case v.Loss.Queue == "":
		return nil
	}
	d := decide(book, v)
	var recorded *MissedCall
	err := in.store.Update(ctx, func(tx Tx) (err error) {
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

// record stores a missed call with what was decided, and makes or changes the
// task that follows from it. It answers nil for a call that was seen before.
func record(tx Tx, d decision) (*MissedCall, error) {
	m := d.missed
	if _, err := tx.SeenCall(m.PBX, m.CallID); err == nil {
		return nil, nil
	} else if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if m.Decision == DecisionRefused {
		return &m, tx.InsertMissedCall(&m)
	}
	task, err := tx.OpenMissedTask(m.Account, m.Number)
	switch {
	case errors.Is(err, ErrNotFound):
		return &m, create(tx, &m, d.plan)
	case err != nil:
		return nil, err
	}
	return &m, merge(tx, task, &m, d.plan)
}

func create(tx Tx, m *MissedCall, p plan) error {
	task := Task{
		Account: m.Account, Kind: KindMissed, Number: m.Number, State: TaskScheduled,
		Target: p.settings.Target, LostBy: m.LostBy, Rule: m.Rule, PBX: m.PBX,
		Arrived: m.Arrived, Due: p.due,
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
// decides rule, target and intervals, the due time never moves later, and the
// oldest arrival keeps its place. While an attempt is being dialled only the
// missed call is noted: follow applies it if that attempt doesn't connect, also
// where the task had been cancelled. A call that was lost before the newest one is noted too, and decides nothing.
func merge(tx Tx, task Task, m *MissedCall, p plan) error {
	m.Decision, m.TaskID = DecisionMerged, task.ID
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
	}
	if task.State == TaskDialing || newest.ID != m.ID {
		return tx.UpdateTask(&task, change)
	}
	if task.Due.Before(p.due) {
		p.due = task.Due
	}
	task.Target, task.LostBy, task.Rule, task.PBX, task.Due = p.settings.Target, m.LostBy, m.Rule, m.PBX, p.due
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
