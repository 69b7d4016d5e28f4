package httpapi

import (
	"context"
	"time"

	"callbackd/callback"
)

// Control is what people switch off and on; *callback.Control implements it.
// Repeating an operation succeeds and changes nothing.
type Control interface {
	Stop(ctx context.Context, by string) error
	Resume(ctx context.Context, by string) error
	// Freeze answers callback.ErrNotFound for an account without rules in force,
	// Unfreeze only if it isn't frozen either.
	Freeze(ctx context.Context, account, by string) error
	Unfreeze(ctx context.Context, account, by string) error
	// Activate and Deactivate answer callback.ErrNotFound for an account or a
	// rule that isn't in force, Activate callback.ErrFrozen.
	Activate(ctx context.Context, rule callback.RuleKey, by string) error
	Deactivate(ctx context.Context, rule callback.RuleKey, by string) error
	// Block and Unblock answer callback.ErrNotFound for an account without rules in
	// force, and callback.ErrAnonymous or ErrNumberInvalid for what is no number.
	Block(ctx context.Context, account, number, by, reason string) (entry callback.DoNotCall, isNew bool, err error)
	Unblock(ctx context.Context, account, number, by string) (e164 string, was bool, err error)
	// Forget answers callback.ErrInForce while the account has rules.
	Forget(ctx context.Context, account, by string) error
}

// Switch is something that is switched off: since when, and by whom.
type Switch struct {
	Since time.Time `json:"since" example:"2026-11-20T13:20:01Z"`
	By    string    `json:"by" example:"admin" doc:"Who switched it off: admin, the name of a token, or freeze for a rule that went off when its account was frozen."`
}

func switchOf(s callback.Switch) *Switch { return &Switch{Since: s.Since.UTC(), By: s.By} }

// cancelled counts which of the tasks, open before something was switched off,
// have been cancelled for reason since, or are as soon as their attempt has ended.
func cancelled(ctx context.Context, store callback.Store, before []callback.Task, reason string) (n int, err error) {
	err = store.View(ctx, func(tx callback.ReadTx) error {
		for _, t := range before {
			now, err := tx.Task(t.ID)
			if err != nil {
				return err
			}
			if t.CancelReason == "" && (now.CancelReason == reason || now.State == callback.TaskCancelled && now.Reason == reason) {
				n++
			}
		}
		return nil
	})
	return n, err
}
