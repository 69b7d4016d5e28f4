package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// claim takes a due task for an attempt, atomically: all that may be in its way
// and is no business of Asterisk's is read again, and the attempt and its names
// are committed before Asterisk hears of it. Neither an attempt nor an obstacle
// means that the task, or its account's file, changed meanwhile.
func (s *Scheduler) claim(ctx context.Context, account *Account, taskID int64, pbx string) (claimed *Attempt, o obstacle, err error) {
	now := time.Now()
	err = s.store.Update(ctx, func(tx Tx) error {
		task, attempt, in, err := s.claimable(tx, account, taskID, now)
		if claimed, o = nil, in; err != nil || attempt == nil {
			return err
		}
		claimed = attempt
		return take(tx, task, claimed, pbx, s.dialer.exchanges[pbx].Prefix(), now)
	})
	if err != nil {
		return nil, obstacle{}, fmt.Errorf("claim task %d: %w", taskID, err)
	}
	return claimed, o, nil
}

// claimable reads a task and its planned attempt, which is nil where it can't be
// claimed: for an obstacle, because something changed since account was read, or
// because Upkeep is about to end the task, which is too old, or to hand it over.
func (s *Scheduler) claimable(tx ReadTx, account *Account, taskID int64, now time.Time) (Task, *Attempt, obstacle, error) {
	task, err := tx.Task(taskID)
	if err != nil || task.State != TaskScheduled || task.Due.After(now) || task.tooOld(now) || task.handsOver(now) {
		return task, nil, obstacle{}, err
	}
	// Whoever replaces the rules wakes the scheduler afterwards.
	if inForce, _ := s.rules.Book().Account(task.Account); inForce != account {
		return task, nil, obstacle{}, nil
	}
	attempt, err := planned(tx, account, taskID)
	if err != nil {
		return task, nil, obstacle{}, err
	}
	o, err := s.obstacles(tx, account, task, attempt, now)
	if err != nil || o.stands() {
		return task, nil, o, err
	}
	return task, &attempt, obstacle{}, nil
}

// planned reads the attempt that is planned for a task, with a way out that is
// in the file.
func planned(tx ReadTx, account *Account, taskID int64) (Attempt, error) {
	attempt, err := tx.CurrentAttempt(taskID)
	if err != nil {
		return Attempt{}, err
	}
	attempt.Settings, err = account.reroute(tx, attempt)
	return attempt, err
}

// reroute gives the settings of a planned attempt the way out that its rule has
// now, if the region that was copied isn't in the file any more: a region that
// was given another name strands nobody.
func (a *Account) reroute(tx ReadTx, attempt Attempt) (Settings, error) {
	s := attempt.Settings
	if a == nil {
		return s, nil
	}
	rule, known := a.ruleBy(s.Rule)
	if _, is := a.Regions[s.Region]; is || !known {
		return s, nil
	}
	name := rule.Region
	if name == "" {
		missed, err := tx.MissedCall(attempt.MissedCallID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return s, err
		}
		region, _ := a.regionOf(missed.PBX, missed.Trunk)
		name = region.Name
	}
	if region, ok := a.Regions[name]; ok {
		s.Region, s.PBX = name, region.PBX
	}
	return s, nil
}

func take(tx Tx, task Task, attempt *Attempt, pbx, prefix string, now time.Time) error {
	change, err := task.apply(TaskClaim, "")
	if err != nil {
		return err
	}
	task.Region, task.WaitingFor = attempt.Settings.Region, ""
	if err := tx.UpdateTask(&task, change); err != nil {
		return err
	}
	if change, err = attempt.apply(AttemptClaim, ""); err != nil {
		return err
	}
	attempt.Names = NewNames(prefix)
	if attempt.Settings.Recording != nil {
		attempt.Names.Recording = recordingName(task.Account, now, attempt.Names)
	}
	attempt.Settings.PBX, attempt.Claimed = pbx, now
	return tx.UpdateAttempt(attempt, change)
}

// wait is what a task was found to wait for.
type wait struct {
	task int64
	obstacle
}

// rest stores why tasks wait, and until when, many in one transaction but not all
// of them. Before one is laid to rest it is looked at again, in this transaction:
// whoever removed what it waits for has roused it before, and won't again; or
// does so after this commit.
func (s *Scheduler) rest(ctx context.Context, waits []wait) error {
	for batch := range slices.Chunk(waits, writtenAtOnce) {
		err := s.store.Update(ctx, func(tx Tx) error {
			for _, w := range batch {
				if err := s.restOne(tx, w); err != nil && !errors.Is(err, ErrNotFound) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Scheduler) restOne(tx Tx, w wait) error {
	now := time.Now()
	if w.rests(now).IsZero() {
		return tx.SetWaiting(w.task, w.reason, time.Time{})
	}
	task, err := tx.Task(w.task)
	if err != nil {
		return err
	}
	account, _ := s.rules.Book().Account(task.Account)
	attempt, err := planned(tx, account, w.task)
	if err != nil {
		return err
	}
	o, err := s.obstacles(tx, account, task, attempt, now)
	if err != nil || !o.stands() {
		return err // whoever removed it wakes the scheduler as well
	}
	return tx.SetWaiting(w.task, o.reason, o.rests(now))
}
