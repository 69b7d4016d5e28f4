package callback

import (
	"context"
	"errors"
	"slices"
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
	a.TrunkFault, a.RecordingOK, a.Counted, a.Ended = e.trunkFault, e.recording.State == RecordingKept, counted, now
	if err := tx.UpdateAttempt(a, change); err != nil {
		return err
	}
	return indexRecording(tx, *a, e.recording)
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
func conclude(tx Tx, book *Rulebook, attemptID int64, e ending, pace Pace, now time.Time) (aftermath, error) {
	attempt, err := tx.Attempt(attemptID)
	if err != nil {
		return aftermath{}, err
	}
	if !attempt.State.Live() {
		return aftermath{}, nil // concluded before, and the answer was lost
	}
	pause, err := endCall(tx, &attempt, e, now)
	if err != nil {
		return aftermath{}, err
	}
	failing, err := moveOn(tx, book, attempt, e.passedBy, pace)
	return aftermath{attempt, failing, pause}, err
}

// endCall ends a live attempt, with the result that its end has in the light of what
// came before. It answers the pause of its way out that this begins, the zero one if
// it begins none.
func endCall(tx Tx, a *Attempt, e ending, now time.Time) (begun trunkPause, err error) {
	var faults []TrunkFault
	if e.trunkFault {
		if faults, err = tx.TrunkFaults(a.Account, a.Settings.Region, 0); err != nil {
			return begun, err
		}
	}
	if a.State == AttemptCustomer && othersFailed(faults, a.Number) {
		e.result = ResultTrunkFailed
	}
	if e.result == ResultConnected && a.State == AttemptCustomer {
		if err := bridgeLate(tx, a, now); err != nil {
			return begun, err
		}
	}
	if !possible(a.State, e.result) {
		e.reason = string(e.result) + ": " + e.reason
		e.result = ResultInterrupted
	}
	if err := endAttempt(tx, a, e, now); err != nil || !e.trunkFault {
		return begun, err
	}
	before := pauseOf(faults, now)
	if faults, err = tx.TrunkFaults(a.Account, a.Settings.Region, 0); err != nil {
		return begun, err
	}
	if after := pauseOf(faults, now); !after.began.Equal(before.began) {
		return after, nil
	}
	return begun, nil
}

// moveOn has the task of an attempt that has ended take the next step, and, where they
// talked, cancels what else that makes unnecessary. An attempt that is made again passes
// by the phones in passedBy; one that gave way, by those that it passed by before. It
// answers how often in a row the same attempt has ended without counting, 0 if it won't
// be made again or gave way.
func moveOn(tx Tx, book *Rulebook, ended Attempt, passedBy []string, pace Pace) (failing int, err error) {
	task, err := tx.Task(ended.TaskID)
	if err != nil {
		return 0, err
	}
	var newest *MissedCall
	switch m, err := tx.NewestMissedCall(task.ID); {
	case err == nil:
		newest = &m
	case !errors.Is(err, ErrNotFound):
		return 0, err
	}
	attempts, err := tx.Attempts(task.ID)
	if err != nil {
		return 0, err
	}
	alike := endedAlike(attempts, ended, task.Asked)
	f := follow(book, task, ended, newest, alike, pace)
	change, err := task.apply(f.input, f.reason)
	if err != nil {
		return 0, err
	}
	if ended.Counted {
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
		return 0, err
	}
	if f.input == TaskConnected {
		return 0, calledBack(tx, ended)
	}
	if f.plan == nil {
		return 0, nil
	}
	if f.input == TaskComeBack && ended.Result != ResultSuperseded {
		failing, f.plan.settings.PassedBy = alike, passedBy
	}
	return failing, schedule(tx, task, *f.plan)
}

// endedAlike counts how often ended, the newest of a task's attempts that have ended,
// has ended so. Of one that counted: how many made from the same missed call have
// counted with its result. Of one that didn't: how many tries of the same attempt
// haven't in a row, with the same target; those that gave way are left out, for nothing had
// failed. What was
// claimed before asked, when somebody asked for the task the last time, is over: the
// intervals began anew.
func endedAlike(attempts []Attempt, ended Attempt, asked time.Time) (alike int) {
	for _, a := range slices.Backward(attempts) {
		switch {
		case a.State == AttemptEnded && a.Claimed.Before(asked):
			return alike
		case ended.Counted:
			if a.Counted && a.Result == ended.Result && a.MissedCallID == ended.MissedCallID {
				alike++
			}
		case a.Counted, a.Ordinal != ended.Ordinal, a.MissedCallID != ended.MissedCallID, a.Settings.Target != ended.Settings.Target:
			return alike
		case a.State == AttemptEnded && a.Result != ResultSuperseded:
			alike++
		}
	}
	return alike
}

// finish commits an outcome. An outcome that can't be stored is tried again
// until the next gap; after that, reconciliation tells it anew.
func (d *Dialer) finish(lifetime context.Context, attemptID int64, e ending) {
	delay := 100 * time.Millisecond
	for {
		err := d.conclude(context.WithoutCancel(lifetime), d.rules.Book(), attemptID, e)
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
