package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// Control is what people switch off and on by hand. Each operation is one
// transaction, so that a crash leaves all of it or nothing; afterwards attempts
// under way obey, and whatever waited is looked at again. Repeating an operation
// succeeds and changes nothing: what is off keeps since when and by whom.
//
// The errors are ErrNotFound, ErrFrozen, ErrInForce and those of the store; their
// words say what to do.
type Control struct {
	store     Store
	rules     *Rules
	dialer    *Dialer
	scheduler *Scheduler
	upkeep    *Upkeep
	log       zerolog.Logger
}

var (
	// ErrFrozen is a rule that can't be activated because its account is frozen.
	ErrFrozen = errors.New("the account is frozen")
	// ErrInForce is an account that can't be forgotten because it has rules.
	ErrInForce = errors.New("its rules are in force")
)

// ByFreezing is who switches the rules of an account off when it is frozen.
const ByFreezing = "freeze"

// NewControl makes a control over the parts of a daemon.
func NewControl(store Store, rules *Rules, dialer *Dialer, scheduler *Scheduler, upkeep *Upkeep, log zerolog.Logger) *Control {
	return &Control{store: store, rules: rules, dialer: dialer, scheduler: scheduler, upkeep: upkeep, log: log}
}

// Stop has nothing dialled anywhere, and cancels nothing. An attempt whose
// customer isn't called yet gives way and doesn't count; phones that ring and
// conversations go on.
func (c *Control) Stop(ctx context.Context, by string) error {
	return c.turn(ctx, "stop", "", by, func(tx Tx, _ Switches, off *Switch) error {
		return tx.SetStopped(off)
	})
}

// Resume ends a stop.
func (c *Control) Resume(ctx context.Context, by string) error {
	return c.turn(ctx, "resume", "", by, func(tx Tx, _ Switches, _ *Switch) error {
		return tx.SetStopped(nil)
	})
}

// Freeze has nothing dialled in an account until a person unfreezes it: its
// missed tasks are cancelled, its rules are off, legs of those who don't talk yet
// are hung up. Conversations go on; what customers asked for waits.
func (c *Control) Freeze(ctx context.Context, account, by string) error {
	return c.turn(ctx, "freeze account "+account, account, by, func(tx Tx, s Switches, off *Switch) error {
		if _, frozen := s.Frozen[account]; frozen {
			return nil
		}
		file, err := c.account(account)
		if err != nil {
			return err
		}
		if err := tx.SetFrozen(account, off); err != nil {
			return err
		}
		if err := switchOff(tx, file, off.Since); err != nil {
			return err
		}
		return cancelOpen(tx, account, CancelAccountFrozen, func(t Task) bool { return t.Kind == KindMissed })
	})
}

// Unfreeze ends a freeze. Every rule of the account stays off, also one that was
// added meanwhile, until a person activates it. So an account whose rules aren't
// in force stays frozen: nobody knows what to leave off.
func (c *Control) Unfreeze(ctx context.Context, account, by string) error {
	return c.turn(ctx, "unfreeze account "+account, account, by, func(tx Tx, s Switches, off *Switch) error {
		file, err := c.account(account)
		if err != nil {
			return err
		}
		if _, frozen := s.Frozen[account]; !frozen {
			return nil
		}
		if err := switchOff(tx, file, off.Since); err != nil {
			return err
		}
		return tx.SetFrozen(account, nil)
	})
}

// Activate switches a rule on, if the file says enabled. ErrFrozen while its
// account is frozen.
func (c *Control) Activate(ctx context.Context, key RuleKey, by string) error {
	return c.turn(ctx, fmt.Sprintf("activate rule %q of account %s", key.Rule, key.Account), key.Account, by, func(tx Tx, s Switches, _ *Switch) error {
		if err := c.rule(key); err != nil {
			return err
		}
		if frozen, ok := s.Frozen[key.Account]; ok {
			return fmt.Errorf("%w since %s by %s: unfreeze it first (callbackd accounts unfreeze %s)",
				ErrFrozen, frozen.Since.UTC().Format("2006-01-02 15:04 UTC"), frozen.By, key.Account)
		}
		return tx.SetRuleOff(key, nil)
	})
}

// Deactivate switches a rule off until a person activates it, whatever the file
// says, and cancels its open tasks as `enabled: false` does.
func (c *Control) Deactivate(ctx context.Context, key RuleKey, by string) error {
	return c.turn(ctx, fmt.Sprintf("deactivate rule %q of account %s", key.Rule, key.Account), key.Account, by, func(tx Tx, s Switches, off *Switch) error {
		if err := c.rule(key); err != nil {
			return err
		}
		if _, is := s.Off[key]; is {
			return nil
		}
		if err := tx.SetRuleOff(key, off); err != nil {
			return err
		}
		return cancelOpen(tx, key.Account, CancelRuleDisabled, func(t Task) bool { return t.Kind == KindMissed && t.Rule == key.Rule })
	})
}

// Forget drops what is kept of an account that is no more, revokes its tokens and users, and
// cancels its open tasks, those that customers asked for too. ErrInForce while it has rules:
// whoever reads the files takes them out of force first, and does so only if no
// file has the account. What was switched off stays so, should it come back.
func (c *Control) Forget(ctx context.Context, account, by string) error {
	return c.turn(ctx, "forget account "+account, account, by, func(tx Tx, _ Switches, _ *Switch) error {
		if _, ok := c.rules.Book().Account(account); ok {
			return fmt.Errorf("%w: remove its rules file first", ErrInForce)
		}
		known, err := isKept(tx, account)
		if err != nil {
			return err
		}
		open, err := tx.OpenTasks(account)
		if err != nil {
			return err
		}
		if !known && len(open) == 0 {
			return fmt.Errorf("%w: %s", ErrNotFound, c.accounts())
		}
		if err := tx.ForgetRules(account); err != nil {
			return err
		}
		if err := revokeTokens(tx, account, by); err != nil {
			return err
		}
		if err := revokeUsers(tx, account, by); err != nil {
			return err
		}
		return cancelOpen(tx, account, CancelAccountRemoved, func(Task) bool { return true })
	})
}

// turn makes one change and has everybody act upon it. off is what a switch is
// set to that is switched off. Tasks of account, or of all with "", are looked
// at again.
func (c *Control) turn(ctx context.Context, what, account, by string, change func(tx Tx, s Switches, off *Switch) error) error {
	var now Switches
	err := c.store.Update(ctx, func(tx Tx) error {
		before, err := tx.Switches()
		if err != nil {
			return err
		}
		if err := change(tx, before, &Switch{Since: time.Now(), By: by}); err != nil {
			return err
		}
		if err := tx.Rouse(account); err != nil {
			return err
		}
		now, err = tx.Switches()
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	c.log.Info().Str("by", by).Msg(what)
	c.dialer.Obey(now)
	c.scheduler.Wake()
	c.upkeep.Wake()
	return nil
}

// switchOff switches off every rule that is on.
func switchOff(tx Tx, account *Account, since time.Time) error {
	for _, r := range account.Rules {
		if err := tx.SetRuleOff(RuleKey{account.Name, r.Name}, &Switch{Since: since, By: ByFreezing}); err != nil {
			return err
		}
	}
	return nil
}

// cancelOpen cancels open tasks of an account.
func cancelOpen(tx Tx, account, reason string, which func(Task) bool) error {
	open, err := tx.OpenTasks(account)
	if err != nil {
		return err
	}
	return cancelAll(tx, slices.DeleteFunc(open, func(t Task) bool { return !which(t) }), reason)
}

func cancelAll(tx Tx, tasks []Task, reason string) error {
	for _, task := range tasks {
		if _, err := cancel(tx, task, reason); err != nil {
			return fmt.Errorf("cancel task %d: %w", task.ID, err)
		}
	}
	return nil
}

func isKept(tx ReadTx, account string) (bool, error) {
	kept, err := tx.KeptRules()
	for _, k := range kept {
		if k.Account == account {
			return true, nil
		}
	}
	return false, err
}

func (c *Control) account(name string) (*Account, error) {
	account, ok := c.rules.Book().Account(name)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, c.accounts())
	}
	return account, nil
}

func (c *Control) rule(key RuleKey) error {
	account, err := c.account(key.Account)
	if err != nil {
		return err
	}
	if _, ok := account.Rule(key.Rule); ok {
		return nil
	}
	names := make([]string, len(account.Rules))
	for i, r := range account.Rules {
		names[i] = fmt.Sprintf("%q", r.Name)
	}
	return fmt.Errorf("%w: the rules of account %s are %s", ErrNotFound, key.Account, strings.Join(names, ", "))
}

// accounts says which accounts there are.
func (c *Control) accounts() string {
	var names []string
	for _, a := range c.rules.Book().Accounts() {
		names = append(names, a.Name)
	}
	if len(names) == 0 {
		return "no account has rules"
	}
	return "the accounts are " + strings.Join(names, ", ")
}
