package callback

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// MoveAppointment gives an appointment another slot of its book, which has to have a seat;
// else (*AskRefusal) it keeps the one that it has. Reschedule does the same with one.
// ErrNotFound where the task isn't an appointment.
func (d *Desk) MoveAppointment(ctx context.Context, id int64, start time.Time, by string) (Task, error) {
	return changeTask(ctx, d.store, id, "move", func(tx Tx, task *Task) error {
		if task.Kind != KindAppointment {
			return fmt.Errorf("an appointment: %w", ErrNotFound)
		}
		return d.move(tx, task, start, by)
	})
}

// move takes a seat at start for an appointment that waits, or is held, in place of the
// one that it has. All its attempts are before it again.
func (d *Desk) move(tx Tx, task *Task, start time.Time, by string) error {
	now := time.Now()
	change, err := task.apply(TaskReschedule, fmt.Sprintf("by %s, to %s", by, start.UTC().Format("2006-01-02 15:04 UTC")))
	if err != nil {
		return err
	}
	id, _ := task.Book()
	account, book, err := d.bookOf(task.Account, id)
	if err != nil {
		return err
	}
	zones, err := account.zonesAsked(book.Rule, task.Number)
	if err != nil {
		return err
	}
	if err := account.appoint(tx, book, task, start, zones, now); err != nil {
		return err
	}
	task.Late = time.Time{}
	if task.owned() {
		book.own(task, task.Owner, start, zones)
	}
	if task.State == TaskScheduled {
		task.WaitingFor = ""
	}
	next := plan{ordinal: 1, try: 1, due: start, settings: account.settingsAsked(book.Rule, task.Target, task.Language)}
	if err := replan(tx, task, next, change); err != nil {
		return err
	}
	if err := tx.LeaveSeat(task.ID); err != nil {
		return err
	}
	return account.seat(tx, book, *task)
}

// Booked lists the open appointments of a book from from on and before to, by their
// start, at most limit of them. The book needn't be in the file any more.
func (d *Desk) Booked(ctx context.Context, account, book string, from, to time.Time, limit int) (tasks []Task, err error) {
	err = d.store.View(ctx, func(tx ReadTx) (err error) {
		tasks, err = tx.Appointments(account, book, from, to, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the appointments of %s in account %s: %w", asDelivered(book), asDelivered(account), err)
	}
	return tasks, nil
}

// BookedBy lists the appointments of a book that are still to come and that a caller may
// move or cancel, by their start: those of the caller's number, E.164 or "", and those
// that were booked with an identification, "" is none.
func (d *Desk) BookedBy(ctx context.Context, account, book, number, identification string) ([]Task, error) {
	now := time.Now()
	tasks, err := d.Booked(ctx, account, book, now, now.Add(bookedAhead), bookedMost)
	return slices.DeleteFunc(tasks, func(t Task) bool {
		known := number != "" && t.Number == number || identification != "" && t.Identification == identification
		return !known || t.State == TaskDialing
	}), err
}

const (
	// bookedAhead is farther than any appointment may be booked.
	bookedAhead = 400 * 24 * time.Hour
	// bookedMost bounds the appointments that are looked through.
	bookedMost = 100_000
)
