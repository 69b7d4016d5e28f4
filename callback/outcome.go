package callback

import (
	"context"
	"errors"
	"time"
)

// endAttempt stores how an attempt ended.
func endAttempt(tx Tx, a *Attempt, e ending, now time.Time) error {
	counted := counts(a.State, e.result)
	change, err := a.apply(AttemptEnd, string(e.result))
	if err != nil {
		return err
	}
	a.Result, a.Reason, a.Cause, a.SIP = e.result, e.reason, e.end.Cause, e.end.SIP
	a.TrunkFault, a.RecordingOK, a.Counted, a.Ended = e.trunkFault, e.recorded, counted, now
	return tx.UpdateAttempt(a, change)
}

// bridgeLate stores a conversation whose beginning couldn't be stored in time.
func bridgeLate(tx Tx, a *Attempt, now time.Time) error {
	change, err := a.apply(AttemptBridge, "")
	if err != nil {
		return err
	}
	a.Bridged = now
	return tx.UpdateAttempt(a, change)
}

// conclude ends an attempt and moves its task on, in one transaction.
func conclude(tx Tx, book *Rulebook, attemptID int64, e ending, pace Pace, now time.Time) error {
	attempt, err := tx.Attempt(attemptID)
	if err != nil {
		return err
	}
	if !attempt.State.Live() {
		return nil // concluded before, and the answer was lost
	}
	if e.trunkFault && attempt.State == AttemptCustomer {
		last, err := tx.LastCustomerLeg(attempt.Account, attempt.Settings.Region)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil && last.TrunkFault && last.Number != attempt.Number {
			e.result = ResultTrunkFailed
		}
	}
	if e.result == ResultConnected && attempt.State == AttemptCustomer {
		if err := bridgeLate(tx, &attempt, now); err != nil {
			return err
		}
	}
	if !possible(attempt.State, e.result) {
		e.reason = string(e.result) + ": " + e.reason
		e.result = ResultInterrupted
	}
	if err := endAttempt(tx, &attempt, e, now); err != nil {
		return err
	}
	task, err := tx.Task(attempt.TaskID)
	if err != nil {
		return err
	}
	var newest *MissedCall
	switch m, err := tx.NewestMissedCall(task.ID); {
	case err == nil:
		newest = &m
	case !errors.Is(err, ErrNotFound):
		return err
	}
	alike := 0
	if treatment(book, attempt).AtMost > 0 {
		if alike, err = countAlike(tx, attempt); err != nil {
			return err
		}
	}
	f := follow(book, task, attempt, newest, alike, pace)
	change, err := task.apply(f.input, f.reason)
	if err != nil {
		return err
	}
	if attempt.Counted {
		task.Attempts++
	}
	task.CancelReason = ""
	switch {
	case f.plan != nil:
		task.Due, task.Rule = f.plan.due, f.plan.settings.Rule
		task.Target, task.Region = f.plan.settings.Target, f.plan.settings.Region
		if newest != nil {
			task.LostBy, task.PBX = newest.LostBy, newest.PBX
		}
	case task.State != TaskCompleted:
		task.Reason = f.reason
	}
	if err := tx.UpdateTask(&task, change); err != nil {
		return err
	}
	if f.plan == nil {
		return nil
	}
	return schedule(tx, task, *f.plan)
}

// countAlike counts how often the attempts that were made from the same missed
// call as ended, which is one of them, have counted with its result.
func countAlike(tx ReadTx, ended Attempt) (alike int, err error) {
	attempts, err := tx.Attempts(ended.TaskID)
	if err != nil {
		return 0, err
	}
	for _, a := range attempts {
		if a.Counted && a.Result == ended.Result && a.MissedCallID == ended.MissedCallID {
			alike++
		}
	}
	return alike, nil
}

// finish commits an outcome. An outcome that can't be stored is tried again
// until the next gap; after that, reconciliation tells it anew.
func (d *Dialer) finish(lifetime context.Context, attemptID int64, e ending) {
	delay := 100 * time.Millisecond
	for {
		err := d.store.Update(context.WithoutCancel(lifetime), func(tx Tx) error {
			return conclude(tx, d.rules.Book(), attemptID, e, d.pace, time.Now())
		})
		if err == nil || lifetime.Err() != nil {
			return
		}
		d.log.Error().Err(err).Int64("attempt", attemptID).Str("result", string(e.result)).
			Msg("an attempt's outcome could not be stored; trying again")
		select {
		case <-lifetime.Done():
			return
		case <-time.After(delay):
		}
		delay = min(2*delay, 10*time.Second)
	}
}
