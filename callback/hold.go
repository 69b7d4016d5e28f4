package callback

import (
	"context"
	"fmt"
	"time"
)

// Hold keeps a scheduled task from being dialled until somebody releases it. by
// is who holds it and isn't empty, why says in words what for; "" is nothing to say. A task that
// a person holds already stays as it is, and by whom; what the one-ring shield holds is the
// person's from then on, and not released with the rest of the burst. It answers the task as it
// is afterwards; ErrNotFound where there is none, a *TransitionError where it is
// being dialled (cancel it instead) or is over.
func Hold(ctx context.Context, store Store, id int64, by, why string) (Task, error) {
	return changeTask(ctx, store, id, "hold", func(tx Tx, task *Task) error {
		if task.State == TaskHeld {
			if task.HeldBy != ByOneRing || by == ByOneRing {
				return nil
			}
			if err := letGo(tx, task, by); err != nil {
				return err
			}
		}
		return hold(tx, task, by, why)
	})
}

// Release lets a held task be dialled again: it is due when it was, and expires
// when it would have. by is who releases it, for the history. One that isn't held stays as
// it is. The errors are those of Hold.
func Release(ctx context.Context, store Store, id int64, by string) (Task, error) {
	return changeTask(ctx, store, id, "release", func(tx Tx, task *Task) error {
		if task.State.Open() && task.State != TaskHeld {
			return nil
		}
		return letGo(tx, task, by)
	})
}

// ReleaseAll releases all tasks of an account that heldBy holds, all or none, and
// answers how many they were. by is who releases them, for the history.
func ReleaseAll(ctx context.Context, store Store, account, heldBy, by string) (released int, err error) {
	err = store.Update(ctx, func(tx Tx) error {
		released = 0
		open, err := tx.OpenTasks(account)
		if err != nil {
			return err
		}
		for _, task := range open {
			if task.State != TaskHeld || task.HeldBy != heldBy {
				continue
			}
			if err := letGo(tx, &task, by); err != nil {
				return err
			}
			released++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("release what %s holds of account %s: %w", heldBy, account, err)
	}
	return released, nil
}

func hold(tx Tx, task *Task, by, why string) error {
	reason := by
	if why != "" {
		reason += ": " + why
	}
	change, err := task.apply(TaskHold, reason)
	if err != nil {
		return err
	}
	task.HeldBy, task.WaitingFor = by, task.heldSince(by, why, time.Now())
	return tx.UpdateTask(task, change)
}

func letGo(tx Tx, task *Task, by string) error {
	change, err := task.apply(TaskRelease, "held by "+task.HeldBy+", released by "+by)
	if err != nil {
		return err
	}
	task.HeldBy, task.WaitingFor = "", ""
	return tx.UpdateTask(task, change)
}

// heldSince says why a held task isn't dialled, and what ends that.
func (t Task) heldSince(by, why string, since time.Time) string {
	if why != "" {
		why = " (" + why + ")"
	}
	said := fmt.Sprintf("held by %s since %s%s: release it (callbackd tasks release %d)", by, since.UTC().Format("2006-01-02 15:04 UTC"), why, t.ID)
	if by == ByOneRing {
		said += fmt.Sprintf(", or all of them (callbackd tasks release --account %s --held-by %s)", t.Account, by)
	}
	return said
}

// changeTask does something to one task.
func changeTask(ctx context.Context, store Store, id int64, what string, change func(Tx, *Task) error) (task Task, err error) {
	err = store.Update(ctx, func(tx Tx) (err error) {
		if task, err = tx.Task(id); err != nil {
			return err
		}
		return change(tx, &task)
	})
	if err != nil {
		return Task{}, fmt.Errorf("%s task %d: %w", what, id, err)
	}
	return task, nil
}
