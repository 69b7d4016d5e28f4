package callback

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// execution is one attempt under way. It belongs to its own goroutine; only
// obey is called by others.
type execution struct {
	dialer   *Dialer
	pbx      string
	account  string
	number   string // the customer's
	exchange Exchange
	call     Call
	attempt  Attempt
	standing Standing
	region   Region
	country  string
	phones   []string // see AgentLeg
	pace     Pace
	lifetime context.Context // ends at a gap
	apart    context.Context // and with sever, which ends the script for as long as they don't talk
	sever    context.CancelCauseFunc
	withdraw context.CancelCauseFunc // ends the early part of the script
	done     chan struct{}
	heeded   chan struct{} // closed when a stop key is stored, or none can come any more
	stage    atomic.Value  // the attempt's state, a string, for others to see
}

// teardown is how long releasing the legs may take.
const teardown = 10 * time.Second

// run plays the script to its end and commits the outcome. If the attempt goes
// out of sight it leaves everything as it is.
func (x *execution) run(early context.Context) {
	defer close(x.done)
	over := make(chan struct{})
	go x.heed(x.attempt, over)
	end, err := x.play(early)
	close(over)
	<-x.heeded
	if err != nil {
		x.dialer.log.Debug().Err(err).Int64("attempt", x.attempt.ID).Msg("attempt left to reconciliation")
		return
	}
	x.dialer.finish(x.lifetime, x.attempt.ID, *end)
}

// play plays the script, and releases what is left.
func (x *execution) play(early context.Context) (*ending, error) {
	end, err := x.script(x.lifetime, early)
	if err != nil {
		return nil, err
	}
	release, cancel := context.WithTimeout(context.WithoutCancel(x.lifetime), teardown)
	defer cancel()
	if end.recording, err = x.call.Close(release); err != nil {
		x.dialer.log.Warn().Err(err).Int64("attempt", x.attempt.ID).Msg("not everything of an attempt could be released")
	}
	return end, nil
}

// commit moves the attempt by in, with the fields that set changes. Before the
// customer's leg is sent it looks whether the call may still be made: in the
// same transaction, so that no cancellation, switch or edit is overtaken. The
// agent may have taken a minute.
func (x *execution) commit(ctx context.Context, in AttemptInput, set func(*Attempt)) error {
	var moved Attempt
	err := x.dialer.store.Update(ctx, func(tx Tx) error {
		attempt, err := tx.Attempt(x.attempt.ID)
		if err != nil {
			return err
		}
		if in == AttemptSendCustomer {
			if err := x.dialer.mayCall(tx, attempt); err != nil {
				return err
			}
		}
		change, err := attempt.apply(in, "")
		if err != nil {
			return err
		}
		set(&attempt)
		if err := tx.UpdateAttempt(&attempt, change); err != nil {
			return err
		}
		moved = attempt
		return nil
	})
	if errors.Is(err, ErrGaveWay) {
		return err // its words are for whoever reads the attempt's reason
	}
	if err != nil {
		return fmt.Errorf("commit %s of attempt %d: %w", in, x.attempt.ID, err)
	}
	x.attempt = moved
	x.stage.Store(string(moved.State))
	return nil
}

// mayCall answers ErrGaveWay, with the reason, where an attempt's customer may
// not be called any more. The attempt doesn't count then; its task waits for
// what forbids, or is over.
func (d *Dialer) mayCall(tx ReadTx, attempt Attempt) error {
	task, err := tx.Task(attempt.TaskID)
	if err != nil {
		return err
	}
	if task.CancelReason != "" {
		return fmt.Errorf("%w: %s", ErrGaveWay, task.CancelReason)
	}
	account, ok := d.rules.Book().Account(attempt.Account)
	if !ok {
		return fmt.Errorf("%w: account %s has no rules file", ErrGaveWay, attempt.Account)
	}
	if account.Mode == ModeShadow {
		return fmt.Errorf("%w: account %s is in shadow mode", ErrGaveWay, account.Name)
	}
	g, err := surveyAttempt(tx, account, attempt, time.Now())
	if err != nil {
		return err
	}
	if o := account.forbids(g, task, attempt); o.stands() {
		return fmt.Errorf("%w: %s", ErrGaveWay, o.reason)
	}
	if o := d.presence.inTheWay(account, attempt.Number); o.stands() {
		return fmt.Errorf("%w: %s", ErrGaveWay, o.reason)
	}
	return nil
}
