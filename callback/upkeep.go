package callback

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Upkeep ends open tasks whose promise is void: their rule was switched off,
// who lost the call is gone from the file, they have grown too old. It hands over
// those whose owner's time is over, and notes the appointments whose time passes
// without a call. It never dials. It looks at all tasks when the rules were
// replaced and when something has been gone from a file for long enough, at one
// task when that begins to wait, and else sleeps until the next moment that is
// known. All that it remembers can be lost: since when something is gone from a
// file, and which alarms were raised.
type Upkeep struct {
	store Store
	rules *Rules
	log   zerolog.Logger
	wake  chan struct{}

	mu      sync.Mutex
	changed map[int64]bool // tasks that wait since the last round

	// What follows belongs to Run.
	book *Rulebook            // by which all tasks were looked at
	gone map[origin]time.Time // since when it isn't in the file

	told     map[int64]time.Time // the deadlines that alarms were raised about, by task
	toldTo   time.Time           // all deadlines up to here were looked at
	tellNext time.Time           // no alarm before
}

// writtenAtOnce bounds the tasks that one transaction writes, so that nobody
// waits long for the writer.
const writtenAtOnce = 100

// NewUpkeep makes an upkeep by rules.
func NewUpkeep(store Store, rules *Rules, log zerolog.Logger) *Upkeep {
	return &Upkeep{
		store: store, rules: rules, log: log, wake: make(chan struct{}, 1),
		changed: map[int64]bool{}, gone: map[origin]time.Time{}, told: map[int64]time.Time{},
	}
}

// Wake makes the upkeep look again, now.
func (u *Upkeep) Wake() {
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// Observe hears of every change after its commit. A task that begins to wait may
// do so by a rule that was switched off while it was dialled, or while its call
// was being judged.
func (u *Upkeep) Observe(changes []Change) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, c := range changes {
		if c.AttemptID == 0 && (c.To == string(TaskScheduled) || c.To == string(TaskHeld)) {
			u.changed[c.TaskID] = true
			u.Wake()
		}
	}
}

// Run keeps up until ctx ends.
func (u *Upkeep) Run(ctx context.Context) error {
	said := "" // what is wrong is said once
	for {
		sleep, err := u.round(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end is no failure
		}
		switch {
		case err == nil:
			said = ""
		case err.Error() != said:
			said = err.Error()
			u.log.Error().Err(err).Msg("tasks that are void, or not their owners' any more, could not be changed; trying again every second")
			fallthrough
		default:
			sleep = time.Second
		}
		timer := time.NewTimer(sleep)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-u.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// round does what is to be done now and says how long to sleep.
func (u *Upkeep) round(ctx context.Context) (time.Duration, error) {
	now := time.Now()
	next := now.Add(longestSleep)
	var failed []error // one part's trouble isn't another's
	for _, part := range []func(context.Context, time.Time) (time.Time, error){u.endVoid, u.tellLate, u.giveUp, u.handOver, u.raiseAlarms} {
		moment, err := part(ctx, now)
		if err != nil {
			failed = append(failed, err)
		}
		if !moment.IsZero() && moment.Before(next) {
			next = moment
		}
	}
	return max(time.Until(next), 0), errors.Join(failed...)
}

// each does something to tasks, many in one transaction. If that fails, each has
// its own: one task's trouble isn't another's. It answers how many failed.
func (u *Upkeep) each(ctx context.Context, ids []int64, do func(Tx, int64) error) (failed int) {
	for len(ids) > 0 {
		batch := ids[:min(len(ids), writtenAtOnce)]
		ids = ids[len(batch):]
		if u.update(ctx, batch, do) == nil {
			continue
		}
		for i, id := range batch {
			if err := u.update(ctx, batch[i:i+1], do); err != nil {
				if ctx.Err() != nil {
					return failed + 1
				}
				failed++
				u.log.Error().Err(err).Int64("task", id).Msg("a task that is void, or not its owner's any more, could not be changed; trying again in a minute")
			}
		}
	}
	return failed
}

func (u *Upkeep) update(ctx context.Context, ids []int64, do func(Tx, int64) error) error {
	return u.store.Update(ctx, func(tx Tx) error {
		for _, id := range ids {
			if err := do(tx, id); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		return nil
	})
}
