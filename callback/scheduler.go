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
//
// A due task that can't be dialled says why. Where it is known when that ends
// (a schedule opens, a cap frees), or that only a person ends it, the task rests
// and costs nothing; what another attempt is in the way of is looked at again
// with the next commit; only what Asterisk has to be asked for is asked for
// again and again.
type Scheduler struct {
	store  Store
	rules  *Rules
	dialer *Dialer
	log    zerolog.Logger
	wake   chan struct{}

	roused bool // belongs to Run
}

const (
	// recheck is how soon a due task that waits for Asterisk is looked at again:
	// what becomes free is noticed within a second.
	recheck = 500 * time.Millisecond
	// longest sleep, so that a clock set by hand is noticed.
	longestSleep = time.Minute
	// roundEach bounds the due tasks of one round: of those that wait for the
	// same target and go out in the same region, the first so many. They hide
	// nobody: what is in the way of one of them for long lets it rest, and what
	// isn't is in the way of all.
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

// Watch has the scheduler, and the dialer that it hands attempts to, heed who is on the
// phone with us: such a customer isn't called, an attempt whose customer isn't called
// yet gives way, and what waited is looked at when the call is over. It is called
// once, before anything runs.
func (s *Scheduler) Watch(p *Presence) {
	s.dialer.presence = p
	p.Observe(func(number string, here bool) {
		if here {
			s.dialer.meet(number)
		} else {
			s.Wake()
		}
	})
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

// rouse is the first thing of all: what tasks rest for may have changed while
// callbackd was away.
func (s *Scheduler) rouse(ctx context.Context) error {
	if s.roused {
		return nil
	}
	err := s.store.Update(ctx, func(tx Tx) error { return tx.Rouse("") })
	s.roused = err == nil
	return err
}

// due reads what may be dialled now, in the order of service, and when the next
// task is due.
func (s *Scheduler) due(ctx context.Context, now time.Time) (tasks []Task, next time.Time, err error) {
	err = s.store.View(ctx, func(tx ReadTx) (err error) {
		if tasks, err = tx.DueTasks(now, roundEach); err != nil {
			return err
		}
		wake, ok, err := tx.NextDue(now)
		if next = now.Add(longestSleep); ok && wake.Before(next) {
			next = wake
		}
		return err
	})
	return tasks, next, err
}

// round serves what is due and says how long to sleep.
func (s *Scheduler) round(ctx context.Context) (time.Duration, error) {
	if err := s.rouse(ctx); err != nil {
		return 0, err
	}
	now := time.Now()
	due, next, err := s.due(ctx, now)
	if err != nil {
		return 0, err
	}
	if s.dialer.draining() {
		return longestSleep, nil
	}
	sleep, full := time.Until(next), len(due) >= roundEach
	book, known := s.rules.Book(), refusals{}
	var waits []wait
	for _, task := range due {
		o, err := s.serve(ctx, book, task, known)
		switch {
		case errors.Is(err, ErrNotFound):
			continue // cancelled meanwhile
		case err != nil: // one task's trouble isn't another's
			o = obstacle{reason: "it could not be served: " + err.Error(), ask: true}
			if o.reason != task.WaitingFor {
				s.log.Error().Err(err).Int64("task", task.ID).Msg("a due task could not be served; trying again")
			}
		case !o.stands():
			continue
		}
		known.note(o)
		switch until := o.rests(now); {
		case until.After(now) && full:
			sleep = 0 // who comes behind it may be dialled
		case until.After(now):
			sleep = min(sleep, time.Until(until))
		default:
			if o.ask {
				sleep = min(sleep, recheck)
			}
			if o.reason == task.WaitingFor {
				continue
			}
		}
		waits = append(waits, wait{task.ID, o})
	}
	return max(sleep, 0), s.rest(ctx, waits)
}

// serve claims a due task, or says what it waits for.
func (s *Scheduler) serve(ctx context.Context, book *Rulebook, task Task, known refusals) (o obstacle, err error) {
	account, _ := book.Account(task.Account)
	if o, ok := known.again(account, task); ok {
		return o, nil
	}
	var attempt *Attempt
	err = s.store.View(ctx, func(tx ReadTx) (err error) {
		_, attempt, o, err = s.claimable(tx, account, task.ID, time.Now())
		return err
	})
	if err != nil || attempt == nil {
		return o, err
	}
	if account.Mode == ModeShadow {
		return s.pretend(ctx, account, task.ID)
	}
	pbx, admission := account.Regions[attempt.Settings.Region].PBX, account.admission(attempt.Settings)
	ofTarget := refusedBy(pbx, account, admission.Target)
	ofTarget.admission = fmt.Sprint(admission)
	for _, of := range [...]refusal{{pbx: pbx}, ofTarget} {
		if o := known[of]; o.stands() {
			return o, nil // who comes later doesn't overtake whoever was refused in this round
		}
	}
	exchange := s.dialer.exchanges[pbx]
	claims := s.dialer.claims[pbx]
	if !claims.TryRLock() { // which may take a while, and there are other PBXs
		reason := fmt.Sprintf("it is being found out what Asterisk %s holds of earlier callbacks", pbx)
		return obstacle{reason: reason, ask: true, of: refusal{pbx: pbx}}, nil
	}
	defer claims.RUnlock()
	lifetime, err := exchange.Ready()
	if err != nil {
		return obstacle{reason: err.Error(), ask: true, of: refusal{pbx: pbx}}, nil
	}
	if o := s.behind(account, pbx); o.stands() {
		return o, nil
	}
	waiting, err := exchange.Admit(lifetime, admission)
	if err != nil {
		o := obstacle{reason: fmt.Sprintf("Asterisk %s doesn't say whether agents are free: %v", pbx, err), ask: true, of: ofTarget}
		if errors.Is(err, ErrUnavailable) { // nor about the next target: others wait for one silence
			o.of = refusal{pbx: pbx}
		}
		return o, nil
	}
	if waiting != "" {
		return obstacle{reason: waiting, ask: true, of: ofTarget}, nil
	}
	claimed, o, err := s.claim(ctx, account, task.ID, pbx)
	if err != nil || claimed == nil {
		return o, err
	}
	s.dialer.start(lifetime, account, *claimed, Standing{})
	return obstacle{}, nil
}

// behind keeps an account's callbacks over one PBX waiting while it isn't known what
// its customers did on another: they may have been helped there, or be on the phone.
func (s *Scheduler) behind(account *Account, over string) obstacle {
	for _, region := range sortedKeys(account.Regions) {
		pbx := account.Regions[region].PBX
		other, known := s.dialer.exchanges[pbx]
		if !known || pbx == over {
			continue
		}
		if why := other.Behind(); why != "" {
			return obstacle{reason: why, ask: true, of: refusal{account: account.Name}}
		}
	}
	return obstacle{}
}
