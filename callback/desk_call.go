package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ByCaller is who asks by phone, in callbackd's own menu.
const ByCaller = "ivr"

// CallKey names a call for good: a PBX, and Asterisk's unique id of the customer's channel
// there. What a caller asks for in a call is kept under its key (AskKey, By ByCaller), in
// the transaction that stores it: so a call leads to one promise at most, and makes no
// missed call besides, whether events or logs tell of its end, and whatever dies between.
type CallKey struct{ PBX, ID string }

func (k CallKey) String() string { return k.PBX + "/" + k.ID }

// overtakes takes back what the end of a call has led to that was faster than what the
// caller asked for in it: the caller hung up with the last key, and the call is missed
// already. What was asked for knows better which number, when and by whom. A customer who
// was lost before that call, too, is still to be called for those.
func (k CallKey) overtakes(tx Tx) error {
	if k == (CallKey{}) {
		return nil
	}
	m, err := tx.SeenCall(k.PBX, k.ID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && m.Decision != DecisionTaskCreated:
		return nil
	case err != nil:
		return err
	}
	task, err := tx.Task(m.TaskID)
	if err != nil || !task.State.Open() {
		return err
	}
	newest, err := tx.NewestMissedCall(task.ID)
	if err != nil || newest.ID != m.ID {
		return err
	}
	_, err = cancel(tx, task, CancelCallbackAsked)
	return err
}

// askedIn finds the task that a caller asked for, or changed, in a call; 0: none.
func askedIn(tx ReadTx, account *Account, v Verdict) (task int64, err error) {
	if account == nil {
		return 0, nil
	}
	key, err := tx.AskKey(account.Name, ByCaller, CallKey{v.PBX, v.CallID}.String())
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return key.TaskID, err
}

// inCall is a request as the caller of a call asks for it.
func (k CallKey) inCall(r Request) Request {
	r.Via, r.By, r.Call, r.Key = ViaIVR, ByCaller, k, k.String()
	return r
}

// Check tells whether a request would be taken if it were asked for now, and the number as
// it would be stored. Its errors are those of Ask; nothing is stored.
func (d *Desk) Check(ctx context.Context, r Request) (number string, err error) {
	err = d.store.View(ctx, func(tx ReadTx) error {
		account, err := d.taking(r.Account)
		if err != nil {
			return err
		}
		p, err := account.promise(tx, r, Task{}, time.Now())
		if err != nil {
			return err
		}
		number = p.number
		return p.fits(tx)
	})
	if err != nil {
		return "", fmt.Errorf("check a request for account %s: %w", asDelivered(r.Account), err)
	}
	return number, nil
}

// taking finds the account of that name if it takes requests.
func (d *Desk) taking(name string) (*Account, error) {
	account, ok := d.rules.Book().Account(name)
	if !ok {
		return nil, &AskRefusal{Reason: RefusedNoAccount, Field: FieldAccount, Why: "no account of that name has rules in force"}
	}
	return account, account.takesRequests()
}

func (a *Account) takesRequests() error {
	if a.Requests != nil {
		return nil
	}
	return &AskRefusal{
		Reason: RefusedRequestsOff, Field: FieldAccount,
		Why: fmt.Sprintf("account %s takes no requests: write the section requests into its rules file", a.Name),
	}
}

// Room tells whether one more callback may be promised of target, whoever asks.
func (d *Desk) Room(ctx context.Context, account string, target Target) error {
	return d.store.View(ctx, func(tx ReadTx) error {
		a, err := d.taking(account)
		if err != nil {
			return err
		}
		return a.hasRoom(tx, target, Target{}, time.Now())
	})
}

// inCallBooked is a booking as the caller of a call makes it.
func (k CallKey) inCallBooked(b Booking) Booking {
	b.Via, b.By, b.Call, b.Key = ViaIVR, ByCaller, k, k.String()
	return b
}

// Bookable tells whether an appointment may be booked for a number, whatever its time, and
// how it is written.
func (d *Desk) Bookable(ctx context.Context, account, book, raw string) (number string, err error) {
	a, b, err := d.bookOf(account, book)
	if err != nil {
		return "", err
	}
	err = d.store.View(ctx, func(tx ReadTx) (err error) {
		number, _, err = a.bookable(tx, b, raw, time.Now())
		return err
	})
	return number, err
}

// errOtherwise is an appointment that isn't any more what its customer heard of it.
var errOtherwise = errors.New("the appointment has been changed meanwhile")

// asHeard checks that a task is still what its customer heard of it.
func (t Task) asHeard(heard Task) error {
	if t.State != heard.State || !t.At.Equal(heard.At) {
		return errOtherwise
	}
	return nil
}

// serve does what a caller wants with an appointment, and notes that the call has served
// its purpose, all in one transaction: nobody missed it. do is given the appointment as it
// is now.
func (d *Desk) serve(ctx context.Context, k CallKey, id int64, do func(Tx, *Task) error) (task Task, err error) {
	err = d.store.Update(ctx, func(tx Tx) error {
		if task, err = tx.Task(id); err != nil {
			return err
		}
		if err := do(tx, &task); err != nil {
			return err
		}
		if err := k.overtakes(tx); err != nil {
			return err
		}
		err := tx.KeepAskKey(AskKey{Account: task.Account, By: ByCaller, Key: k.String(), Hash: k.String(), TaskID: task.ID, Used: time.Now()})
		if errors.Is(err, ErrExists) { // something was asked for before in this call
			return nil
		}
		return err
	})
	if err != nil {
		return Task{}, fmt.Errorf("change appointment %d: %w", id, err)
	}
	return task, nil
}
