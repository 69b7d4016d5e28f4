package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DoNotCall is a customer's number on the do-not-call list of an account: nobody
// calls it from there, whatever it asks for or loses. Each account has a list of
// its own.
type DoNotCall struct {
	Account string
	Number  string    // E.164
	Since   time.Time // when it was put there
	By      string    // who did: "admin", or ByCustomer
	Reason  string    // why, in that person's words; "" where nobody said
}

// ByCustomer puts numbers on the list whose customers pressed the stop key, and changes
// promises whose customers used their link.
const ByCustomer = "customer"

// stopCalling puts a number on the do-not-call list of account and cancels all of
// the customer's open tasks there, of every kind, in the transaction tx. One that
// is being dialled gives way as with any cancellation: before the customer's leg
// is sent its agent's is hung up; afterwards its attempt ends by itself, and
// connected makes it completed. A number that is on the list already keeps since
// when, by whom and why.
func stopCalling(tx Tx, account, number, by, reason string, now time.Time) error {
	if err := tx.Block(DoNotCall{Account: account, Number: number, Since: now, By: by, Reason: reason}); err != nil {
		return fmt.Errorf("put %s on the do-not-call list of account %s: %w", MaskNumber(number), account, err)
	}
	open, err := tx.CustomerTasks(account, number)
	if err != nil {
		return fmt.Errorf("find the open tasks of %s in account %s: %w", MaskNumber(number), account, err)
	}
	return cancelAll(tx, open, CancelDoNotCall)
}

// blocked finds the entry of a number on an account's do-not-call list, nil if there
// is none.
func blocked(tx ReadTx, account *Account, number string) (*DoNotCall, error) {
	d, err := tx.DoNotCall(account.Name, number)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look %s up in the do-not-call list of account %s: %w", MaskNumber(number), account.Name, err)
	}
	return &d, nil
}

// whyBlocked says since when, by whom and why a customer isn't called.
func (a *Account) whyBlocked(g ground) string {
	by := g.blocked.By
	if by == ByCustomer {
		by = "the customer"
	}
	why := fmt.Sprintf("the number is on the do-not-call list of account %s since %s, put there by %s", a.Name, spoken(g.blocked.Since, g.now, a.zone()), by)
	if g.blocked.Reason != "" {
		why += ": " + g.blocked.Reason
	}
	return why + "; callbackd customers unblock takes it off"
}

// Block puts a customer's number, which is read in the country of account, on the
// account's do-not-call list, and cancels all of the customer's open tasks there. It
// answers the entry, and whether it is new. The errors are ErrNotFound for an
// account without rules in force, ErrAnonymous and ErrNumberInvalid.
func (c *Control) Block(ctx context.Context, account, number, by, reason string) (entry DoNotCall, isNew bool, err error) {
	e164, err := c.numberIn(account, number)
	if err != nil {
		return entry, false, err
	}
	what := fmt.Sprintf("block %s in account %s", MaskNumber(e164), account)
	err = c.turn(ctx, what, account, by, func(tx Tx, _ Switches, at *Switch) error {
		_, err := tx.DoNotCall(account, e164)
		if isNew = errors.Is(err, ErrNotFound); err != nil && !isNew {
			return err
		}
		if err := stopCalling(tx, account, e164, by, reason, at.Since); err != nil {
			return err
		}
		entry, err = tx.DoNotCall(account, e164)
		return err
	})
	return entry, isNew, err
}

// Unblock takes a number off an account's do-not-call list. Tasks that were cancelled
// stay so; the customer's next missed call makes a new one. It answers the number in
// E.164, and whether it was on the list. The errors are those of Block.
func (c *Control) Unblock(ctx context.Context, account, number, by string) (e164 string, was bool, err error) {
	if e164, err = c.numberIn(account, number); err != nil {
		return "", false, err
	}
	what := fmt.Sprintf("unblock %s in account %s", MaskNumber(e164), account)
	err = c.turn(ctx, what, account, by, func(tx Tx, _ Switches, _ *Switch) error {
		_, err := tx.DoNotCall(account, e164)
		if was = err == nil; err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		return tx.Unblock(account, e164)
	})
	return e164, was, err
}

// numberIn reads a number as the account's own people write it.
func (c *Control) numberIn(account, number string) (e164 string, err error) {
	file, err := c.account(account)
	if err != nil {
		return "", err
	}
	return ParseNumber(number, file.Country)
}
