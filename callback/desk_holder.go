package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// HolderDesk is where the holder of a link looks at one promise, moves it and cancels it:
// whoever has the secret is the customer (ByCustomer). A secret that is forged, or of a task that
// nobody asked for, is answered with ErrNotFound, and doesn't tell whether the task is
// there. The link goes on showing a promise that is over.
type HolderDesk struct {
	desk  *Desk
	links Links
}

// ForHolders is the part of the desk that serves customers with a link.
func (d *Desk) ForHolders(links Links) *HolderDesk { return &HolderDesk{d, links} }

// Secret is the last part of the link to a task; "" where it has none.
func (h *HolderDesk) Secret(t Task) string { return h.links.Secret(t) }

// Task is the task of a link, as it is now.
func (h *HolderDesk) Task(ctx context.Context, secret string) (task Task, err error) {
	id, ok := h.links.Task(secret)
	if !ok {
		return Task{}, notHeld()
	}
	err = h.desk.store.View(ctx, func(tx ReadTx) (err error) {
		task, err = tx.Task(id)
		return err
	})
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !h.links.Opens(task, secret):
		return Task{}, notHeld()
	case err != nil:
		return Task{}, fmt.Errorf("read the task of a link: %w", err)
	}
	return task, nil
}

func notHeld() error { return fmt.Errorf("the task of a link: %w", ErrNotFound) }

// Cancel cancels the promise of a link, as Cancel does.
func (h *HolderDesk) Cancel(ctx context.Context, secret string) (Task, error) {
	task, err := h.Task(ctx, secret)
	if err != nil {
		return Task{}, err
	}
	return Cancel(ctx, h.desk.store, task.ID, CancelByCustomer, ByCustomer)
}

// Reschedule gives the promise of a link another time, as Desk.Reschedule does: an
// appointment another slot.
func (h *HolderDesk) Reschedule(ctx context.Context, secret string, at time.Time) (Task, error) {
	task, err := h.Task(ctx, secret)
	if err != nil {
		return Task{}, err
	}
	return h.desk.Reschedule(ctx, task.ID, at, ByCustomer)
}

// Slots lists, as Desk.Slots does, the slots to which the appointment of a link may be
// moved; nil for a request, which may be moved to any time.
func (h *HolderDesk) Slots(ctx context.Context, secret string, from, to time.Time, limit int) ([]Slot, error) {
	task, err := h.Task(ctx, secret)
	if err != nil {
		return nil, err
	}
	book, ok := task.Book()
	if !ok {
		return nil, nil
	}
	return h.desk.SlotsFor(ctx, task.Number, task.Account, book, from, to, limit)
}
