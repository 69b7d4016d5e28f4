package pbx_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/recordings"
)

// alongside starts what a daemon has besides scheduler and dialer: the upkeep, the
// switches, who looks after recordings, and whoever reads the rules file, if there is one.
func (r *crashRun) alongside(ctx context.Context, scheduler *callback.Scheduler) {
	r.mu.Lock()
	store := r.present
	r.mu.Unlock()
	if r.first == nil && r.reloader == nil {
		r.first, _ = r.rules.Book().Account("acme")
	}
	upkeep := callback.NewUpkeep(store, r.rules, r.zerolog())
	control := callback.NewControl(store, r.rules, r.dialer, scheduler, upkeep, r.zerolog())
	keeper := recordings.NewKeeper(store, map[string]recordings.PBX{r.pbxName: r.exchange}, r.zerolog())
	r.store.Observe(upkeep.Observe)
	r.mu.Lock()
	r.control, r.keeper = control, keeper
	r.mu.Unlock()
	r.gone.Go(func() { _ = upkeep.Run(ctx) })
	r.gone.Go(func() { _ = keeper.Run(ctx) })
	if reloader := r.reloader; reloader != nil {
		r.gone.Go(func() {
			// Beside the half seconds at which the scheduler asks: what comes in
			// one instant comes in any order, and a run is to be like another.
			r.wait(250 * time.Millisecond)
			_ = reloader.Run(ctx, func() {
				scheduler.Wake()
				upkeep.Wake()
			})
		})
	}
}

func (w *world) zerolog() zerolog.Logger {
	return zerolog.New(w).Level(zerolog.DebugLevel).With().Timestamp().Logger()
}

// What follows is what people do at the switches. Each waits until it is done.

func (r *crashRun) stops() {
	r.orders(func(c *callback.Control) error { return c.Stop(ctx, "ann") })
}

func (r *crashRun) resumes() {
	r.orders(func(c *callback.Control) error { return c.Resume(ctx, "ann") })
}

func (r *crashRun) freezes() {
	r.orders(func(c *callback.Control) error { return c.Freeze(ctx, "acme", "ann") })
}

func (r *crashRun) unfreezes() {
	r.orders(func(c *callback.Control) error { return c.Unfreeze(ctx, "acme", "ann") })
}

func (r *crashRun) activates() {
	r.orders(func(c *callback.Control) error { return c.Activate(ctx, theRule, "ann") })
}

func (r *crashRun) deactivates() {
	r.orders(func(c *callback.Control) error { return c.Deactivate(ctx, theRule, "ann") })
}

// orders has a person turn a switch, again and again until callbackd says that
// it is done: now and then there is none. Whoever talks at that moment goes on.
func (r *crashRun) orders(something func(*callback.Control) error) {
	r.whoTalks()
	for range int(patience / time.Second) {
		if r.obeyed(something) {
			return
		}
		r.wait(time.Second)
	}
}

func (r *crashRun) obeyed(something func(*callback.Control) error) bool {
	r.mu.Lock()
	control := r.control
	r.mu.Unlock()
	if control == nil {
		return false
	}
	err := something(control)
	return err == nil || errors.Is(err, callback.ErrNotFound) // the rule may be gone from the file
}

// acts has a person do one thing now, and what follows from it while everything
// goes on. Where callbackd isn't there yet the one thing comes later, too.
func (r *crashRun) acts(now func(*callback.Control) error, later ...func()) {
	done := r.obeyed(now)
	r.mu.Lock()
	r.pending++
	r.mu.Unlock()
	r.acting.Go(func() {
		if !done {
			r.orders(now)
		}
		for _, f := range later {
			f()
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.pending--
	})
}

// turn is one switch that was turned, or rules that came into force, by a commit.
type turn struct {
	at   time.Time
	what string // "stopped", "frozen", "off", "rules"
	off  bool   // of a switch
	// of rules; nil is a faulty file
	account *callback.Account
}

func (r *crashRun) turned(turns []turn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range turns {
		t.at = time.Now()
		r.turns = append(r.turns, t)
	}
}

// switches notes what one operation changes; what doesn't change isn't an effect.
func (e *entry) switches(what string, was, off bool) {
	if was == off {
		return
	}
	e.what += fmt.Sprintf(", %s: %v", what, off)
	e.turns = append(e.turns, turn{what: what, off: off})
}

func (e *entry) SetStopped(s *callback.Switch) error {
	before, err := e.Switches()
	if err != nil {
		return err
	}
	e.switches("stopped", before.Stopped != nil, s != nil)
	return e.Tx.SetStopped(s)
}

func (e *entry) SetFrozen(account string, s *callback.Switch) error {
	before, err := e.Switches()
	if err != nil {
		return err
	}
	_, was := before.Frozen[account]
	e.switches("frozen", was, s != nil)
	return e.Tx.SetFrozen(account, s)
}

func (e *entry) SetRuleOff(key callback.RuleKey, s *callback.Switch) error {
	before, err := e.Switches()
	if err != nil {
		return err
	}
	_, was := before.Off[key]
	e.switches("off", was, s != nil)
	return e.Tx.SetRuleOff(key, s)
}

func (e *entry) KeepRules(k callback.KeptRules) error {
	e.what += ", rules of " + k.Account
	e.turns = append(e.turns, turn{what: "rules", account: read(string(k.Text))})
	return e.Tx.KeepRules(k)
}

func (e *entry) ForgetRules(account string) error {
	e.what += ", no rules of " + account
	return e.Tx.ForgetRules(account)
}

// Rouse changes something if a task rests.
func (e *entry) Rouse(account string) error {
	tasks, err := e.Tasks(callback.TaskFilter{Account: account, States: []callback.TaskState{callback.TaskScheduled}})
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.Wake.After(t.Due) {
			e.what += fmt.Sprintf(", task %d: roused", t.ID)
		}
	}
	return e.Tx.Rouse(account)
}
