package callback

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// execution is one attempt under way. It belongs to its own goroutine; only
// withdraw is called by others.
type execution struct {
	dialer   *Dialer
	pbx      string
	exchange Exchange
	call     Call
	attempt  Attempt
	standing Standing
	region   Region
	country  string
	pace     Pace
	lifetime context.Context         // ends at a gap
	withdraw context.CancelCauseFunc // ends the early part of the script
	done     chan struct{}
	stage    atomic.Value // the attempt's state, a string, for others to see
}

// teardown is how long releasing the legs may take.
const teardown = 10 * time.Second

// run plays the script to its end and commits the outcome. If the attempt goes
// out of sight it leaves everything as it is.
func (x *execution) run(early context.Context) {
	defer close(x.done)
	end, err := x.script(x.lifetime, early)
	if err != nil {
		x.dialer.log.Debug().Err(err).Int64("attempt", x.attempt.ID).Msg("attempt left to reconciliation")
		return
	}
	release, cancel := context.WithTimeout(context.WithoutCancel(x.lifetime), teardown)
	defer cancel()
	if end.recorded, err = x.call.Close(release); err != nil {
		x.dialer.log.Warn().Err(err).Int64("attempt", x.attempt.ID).Msg("not everything of an attempt could be released")
	}
	x.dialer.finish(x.lifetime, x.attempt.ID, *end)
}

// commit moves the attempt by in, with the fields that set changes. Before the
// customer's leg is sent it looks whether the task was cancelled meanwhile: in
// the same transaction, so that no cancellation is overtaken.
func (x *execution) commit(ctx context.Context, in AttemptInput, set func(*Attempt)) error {
	var moved Attempt
	err := x.dialer.store.Update(ctx, func(tx Tx) error {
		attempt, err := tx.Attempt(x.attempt.ID)
		if err != nil {
			return err
		}
		if in == AttemptSendCustomer {
			task, err := tx.Task(attempt.TaskID)
			if err != nil {
				return err
			}
			if task.CancelReason != "" {
				return ErrGaveWay
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
	if err != nil {
		return fmt.Errorf("commit %s of attempt %d: %w", in, x.attempt.ID, err)
	}
	x.attempt = moved
	x.stage.Store(string(moved.State))
	return nil
}
