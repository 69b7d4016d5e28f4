package callback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
)

// Scheduler sleeps until a task is due, asks whether it may be dialled now, and
// claims it. All it knows is in the store, so it can die at any moment.
type Scheduler struct {
	store  Store
	rules  *Rules
	dialer *Dialer
	log    zerolog.Logger
	wake   chan struct{}
}

const (
	// recheck is how soon a due task that has to wait is looked at again: what
	// becomes free is noticed within a second.
	recheck = 500 * time.Millisecond
	// longest sleep, so that a clock set by hand is noticed.
	longestSleep = time.Minute
	// roundEach bounds the due tasks of one round, for each target.
	roundEach = 100
)

// NewScheduler makes a scheduler that hands claimed attempts to dialer.
func NewScheduler(store Store, rules *Rules, dialer *Dialer, log zerolog.Logger) *Scheduler {
	return &Scheduler{store: store, rules: rules, dialer: dialer, log: log, wake: make(chan struct{}, 1)}
}

// Wake makes the scheduler look again, now.
func (s *Scheduler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Observe hears of every change after its commit.
func (s *Scheduler) Observe([]Change) { s.Wake() }

// Run serves due tasks until ctx ends. Attempts live on in the lifetime of
// their PBX.
func (s *Scheduler) Run(ctx context.Context) error {
	for {
		sleep, err := s.round(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end is no failure
		}
		if err != nil {
			s.log.Error().Err(err).Msg("due tasks could not be read; trying again")
			sleep = recheck
		}
		timer := time.NewTimer(sleep)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// round serves what is due and says how long to sleep.
func (s *Scheduler) round(ctx context.Context) (time.Duration, error) {
	now := time.Now()
	var due []Task
	sleep := longestSleep
	err := s.store.View(ctx, func(tx ReadTx) (err error) {
		if due, err = tx.DueTasks(now, roundEach); err != nil {
			return err
		}
		next, ok, err := tx.NextDue(now)
		if ok {
			sleep = min(sleep, time.Until(next))
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if s.dialer.draining() {
		return longestSleep, nil
	}
	book := s.rules.Book()
	reasons := map[int64]string{}
	for _, task := range due {
		waiting, err := s.serve(ctx, book, task)
		switch {
		case errors.Is(err, ErrNotFound):
			continue // cancelled meanwhile
		case err != nil:
			// One task's trouble isn't another's.
			s.log.Error().Err(err).Int64("task", task.ID).Msg("a due task could not be served; trying again")
			waiting = "it could not be served: " + err.Error()
		case waiting == "":
			continue
		}
		sleep = min(sleep, recheck)
		if waiting != task.WaitingFor {
			reasons[task.ID] = waiting
		}
	}
	return max(sleep, 0), s.explain(ctx, reasons)
}

// explain stores why tasks wait.
func (s *Scheduler) explain(ctx context.Context, reasons map[int64]string) error {
	if len(reasons) == 0 {
		return nil
	}
	return s.store.Update(ctx, func(tx Tx) error {
		for id, reason := range reasons {
			if err := tx.SetWaiting(id, reason); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		return nil
	})
}

// serve claims a due task, or says what it waits for.
func (s *Scheduler) serve(ctx context.Context, book *Rulebook, task Task) (waiting string, err error) {
	account, ok := book.Account(task.Account)
	if !ok {
		return fmt.Sprintf("account %s has no rules file", task.Account), nil
	}
	var attempt Attempt
	err = s.store.View(ctx, func(tx ReadTx) (err error) {
		attempt, err = tx.CurrentAttempt(task.ID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("attempt of task %d: %w", task.ID, err)
	}
	if forbidden := account.forbids(attempt); forbidden != "" {
		return forbidden, nil
	}
	region := account.Regions[attempt.Settings.Region]
	exchange, ok := s.dialer.exchanges[region.PBX]
	if !ok {
		return fmt.Sprintf("PBX %s isn't in the configuration", region.PBX), nil
	}
	claims := s.dialer.claims[region.PBX]
	claims.RLock()
	defer claims.RUnlock()
	lifetime, err := exchange.Ready()
	if err != nil {
		return err.Error(), nil
	}
	waiting, err = exchange.Admit(lifetime, attempt.Settings.Target)
	if err != nil {
		return fmt.Sprintf("Asterisk %s doesn't say whether %s is free: %v", region.PBX, attempt.Settings.Target, err), nil
	}
	if waiting != "" {
		return waiting, nil
	}
	claimed, waiting, err := s.claim(ctx, account, task.ID, region.PBX)
	if err != nil || claimed == nil {
		return waiting, err
	}
	s.dialer.start(lifetime, account, *claimed, Standing{})
	return "", nil
}

// forbids says what in the file as it is now keeps an attempt from being made.
// What an attempt says and shows was copied when it was planned; what forbids is
// read again.
func (a *Account) forbids(attempt Attempt) string {
	rule, ok := a.Rule(attempt.Settings.Rule)
	switch _, known := a.Regions[attempt.Settings.Region]; {
	case !ok:
		return fmt.Sprintf("rule %q isn't in the file of account %s any more", attempt.Settings.Rule, a.Name)
	case !rule.Enabled:
		return fmt.Sprintf("rule %q is disabled", rule.Name)
	case !known:
		return fmt.Sprintf("region %q isn't in the file of account %s", attempt.Settings.Region, a.Name)
	}
	if why := callable(a, attempt.Number); why != "" {
		return fmt.Sprintf("the number may not be called any more: %s", why)
	}
	return ""
}

// claim takes a due task for an attempt, atomically: lines and the number are
// looked at again, and the attempt and its names are committed before Asterisk
// hears of it.
func (s *Scheduler) claim(ctx context.Context, account *Account, taskID int64, pbx string) (claimed *Attempt, waiting string, err error) {
	now := time.Now()
	err = s.store.Update(ctx, func(tx Tx) error {
		waiting, claimed = "", nil
		task, err := tx.Task(taskID)
		if err != nil {
			return err
		}
		if task.State != TaskScheduled || task.Due.After(now) {
			return nil // changed meanwhile
		}
		lines, err := tx.Lines(account.Name)
		if err != nil {
			return err
		}
		if lines >= account.Lines {
			waiting = fmt.Sprintf("all %d lines of %s are in use", account.Lines, account.Name)
			return nil
		}
		busy, err := tx.NumberOnLine(task.Number)
		if err != nil {
			return err
		}
		if busy {
			waiting = "another attempt to this number is under way"
			return nil
		}
		attempt, err := tx.CurrentAttempt(taskID)
		if err != nil {
			return err
		}
		claimed = &attempt
		return take(tx, task, claimed, pbx, s.dialer.exchanges[pbx].Prefix(), now)
	})
	if err != nil {
		return nil, "", fmt.Errorf("claim task %d: %w", taskID, err)
	}
	return claimed, waiting, nil
}

func take(tx Tx, task Task, attempt *Attempt, pbx, prefix string, now time.Time) error {
	change, err := task.apply(TaskClaim, "")
	if err != nil {
		return err
	}
	task.WaitingFor = ""
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
