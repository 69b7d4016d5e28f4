package callback

import (
	"context"
	"errors"
	"time"
)

// How long callbackd tries to store what nothing would tell again: after a gap, and when
// it is being stopped.
const (
	storing     = time.Minute
	lastStoring = 5 * time.Second
)

// heed puts a customer who presses the stop key on the do-not-call list in the moment
// in which the key is heard, whatever the script waits for then and however it ends.
// The script doesn't leave before: neither the outcome nor a reconciliation overtakes
// the entry. over is closed when no key will be heard any more.
//
// No key is heard while the connection is lost; and if callbackd dies in the
// milliseconds until the commit, nothing tells of the key again.
func (x *execution) heed(a Attempt, over <-chan struct{}) {
	defer close(x.heeded)
	select {
	case <-x.call.StopKey():
	case <-over:
		select {
		case <-x.call.StopKey():
		default:
			return
		}
	}
	x.dialer.keepStopping(x.lifetime, a)
}

// keepStopping stores a stop key. What can't be stored is tried again, also when the
// lifetime is over.
func (d *Dialer) keepStopping(lifetime context.Context, a Attempt) {
	ctx, giveUp := context.WithCancel(context.WithoutCancel(lifetime))
	defer giveUp()
	defer context.AfterFunc(lifetime, func() {
		limit := lastStoring
		if errors.Is(context.Cause(lifetime), ErrGap) {
			limit = storing
		}
		time.AfterFunc(limit, giveUp)
	})()
	for delay := 100 * time.Millisecond; ; delay = min(2*delay, 10*time.Second) {
		err := d.stopCalling(ctx, a)
		if err == nil {
			return
		}
		d.log.Error().Err(err).Int64("attempt", a.ID).Msg("a customer pressed the stop key, which could not be stored; trying again")
		select {
		case <-ctx.Done():
			d.log.Error().Str("alarm", "stop_key_lost").Str("account", a.Account).Int64("task", a.TaskID).Int64("attempt", a.ID).
				Msg("a customer who pressed the stop key isn't on the do-not-call list: put the number there by hand")
			return
		case <-time.After(delay):
		}
	}
}

// stopCalling puts the number of a's customer, who pressed the stop key, on the
// account's do-not-call list.
func (d *Dialer) stopCalling(ctx context.Context, a Attempt) error {
	return d.store.Update(ctx, func(tx Tx) error {
		return stopCalling(tx, a.Account, a.Number, ByCustomer, "pressed "+a.Settings.StopKey+" in a callback", time.Now())
	})
}
