package callback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Cancel ends a task for a reason, which may have words behind a colon. by is who cancels
// it, for the history. One that is being dialled gives way: before the customer's leg is
// sent the agent's is hung up, afterwards the attempt ends by itself. It answers the task
// as it is afterwards; ErrNotFound where there is none, a *TransitionError where it is over.
func Cancel(ctx context.Context, store Store, taskID int64, reason, by string) (Task, error) {
	var task Task
	err := store.Update(ctx, func(tx Tx) error {
		found, err := tx.Task(taskID)
		if err != nil {
			return err
		}
		task, err = cancelSaying(tx, found, reason, saidBy(reason, by), reason)
		return err
	})
	if err != nil {
		return Task{}, fmt.Errorf("cancel task %d: %w", taskID, err)
	}
	return task, nil
}

func cancel(tx Tx, task Task, reason string) (Task, error) {
	return cancelSaying(tx, task, reason, reason, reason)
}

// saidBy puts who does it into what the history says of a reason: behind that, and before
// the words, which might say anything.
func saidBy(reason, by string) string {
	first, words, said := strings.Cut(reason, ": ")
	first += " by " + by
	if said {
		first += ": " + words
	}
	return first
}

// cancelSaying is cancel with more to say in the history, and of the attempt that isn't
// made.
func cancelSaying(tx Tx, task Task, reason, history, attempt string) (Task, error) {
	if task.State == TaskDialing && task.CancelReason != "" {
		return task, nil
	}
	change, err := task.apply(TaskCancel, history)
	if err != nil {
		return task, err
	}
	if task.State == TaskDialing {
		task.CancelReason = reason
		return task, tx.UpdateTask(&task, change)
	}
	task.Reason, task.WaitingFor, task.HeldBy = reason, "", ""
	if err := tx.UpdateTask(&task, change); err != nil {
		return task, err
	}
	return task, dropPlan(tx, task.ID, attempt)
}

// expire ends a scheduled or held task that has grown too old. One that is being
// dialled is refused with a *TransitionError: its attempt ends first.
func expire(tx Tx, task Task) error {
	change, err := task.apply(TaskExpire, ExpiredGaveUp)
	if err != nil {
		return err
	}
	task.Reason, task.WaitingFor, task.HeldBy = ExpiredGaveUp, "", ""
	if err := tx.UpdateTask(&task, change); err != nil {
		return err
	}
	return dropPlan(tx, task.ID, ExpiredGaveUp)
}

// dropPlan ends the scheduled attempt of a task that is over.
func dropPlan(tx Tx, taskID int64, reason string) error {
	attempt, err := tx.CurrentAttempt(taskID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return endAttempt(tx, &attempt, ending{result: ResultSuperseded, reason: reason}, time.Now())
}
