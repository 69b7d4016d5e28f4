package callback

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// order is what becomes of an attempt under way because of what people have
// cancelled or switched off. The zero order is: go on.
type order struct {
	reason string
	// hard hangs up a customer whose phone rings, too. Else only an attempt whose
	// customer isn't called yet gives way. Neither parts people who talk.
	hard bool
}

// orderFor says what becomes of the attempt of a task. Pure.
func orderFor(switches Switches, task Task) order {
	if _, frozen := switches.Frozen[task.Account]; frozen || task.CancelReason == CancelAccountFrozen {
		return order{CancelAccountFrozen, true}
	}
	if task.CancelReason != "" {
		return order{reason: task.CancelReason}
	}
	if switches.Stopped != nil {
		return order{reason: stopped}
	}
	return order{}
}

// stopped is why an attempt gives way while callbackd is stopped.
const stopped = "callbackd was stopped"

// spares reports whether what stands of an attempt after a gap may go on.
func (o order) spares(s Standing) bool { return !o.hard || s.Bridged }

// obey passes an order on to an attempt's script.
func (x *execution) obey(o order) {
	why := fmt.Errorf("%w: %s", ErrGaveWay, o.reason)
	switch {
	case o.hard:
		x.sever(why)
	case o.reason != "":
		x.withdraw(why)
	}
}

// Obey has every attempt under way do what switches say now. Whoever has turned
// one calls it after the commit; if callbackd dies in between, nothing that
// isn't a conversation is adopted against them.
func (d *Dialer) Obey(switches Switches) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, x := range d.running {
		x.obey(orderFor(switches, Task{Account: x.account}))
	}
}

// Observe hears of every change after its commit: the attempt of a task that was
// cancelled obeys.
func (d *Dialer) Observe(changes []Change) {
	for _, c := range changes {
		if c.AttemptID == 0 && c.Input == string(TaskCancel) && c.To == string(TaskDialing) {
			d.mu.Lock()
			if x := d.running[c.TaskID]; x != nil {
				x.obey(orderFor(Switches{}, Task{CancelReason: c.Reason}))
			}
			d.mu.Unlock()
		}
	}
}

// yield has an attempt give way to its customer, who is on the phone with us already:
// there is nothing to call back for, or it can wait. Once the customer's leg is sent
// it goes on: the two calls meet at the customer's phone, not here.
func (d *Dialer) yield(x *execution) {
	if account, ok := d.rules.Book().Account(x.account); ok {
		if o := d.presence.inTheWay(account, x.number); o.stands() {
			x.withdraw(fmt.Errorf("%w: %s", ErrGaveWay, o.reason))
		}
	}
}

// meet hears of a customer who has come on the phone.
func (d *Dialer) meet(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, x := range d.running {
		if x.number == number {
			d.yield(x)
		}
	}
}

// orderNow reads what becomes of the attempt of a task that begins, or that a gap has
// interrupted. A customer who wants no calls isn't connected any more after a gap:
// the stop key may have been pressed in this very attempt.
func (d *Dialer) orderNow(ctx context.Context, taskID int64) (o order, err error) {
	err = d.store.View(ctx, func(tx ReadTx) error {
		task, err := tx.Task(taskID)
		if err != nil {
			return err
		}
		switches, err := tx.Switches()
		if err != nil {
			return err
		}
		o = orderFor(switches, task)
		switch _, err := tx.DoNotCall(task.Account, task.Number); {
		case err == nil:
			o.reason, o.hard = cmp.Or(o.reason, CancelDoNotCall), true
		case !errors.Is(err, ErrNotFound):
			return err
		}
		return nil
	})
	return o, err
}
