package callback

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callbackd/callback/hours"
)

// Slots lists the slots of a book that may be booked now, full ones too, that begin from
// from on, a zero from is now, and before to, a zero to is as far ahead as may be booked;
// at most limit of them. A customer in another time zone than the office's may be refused
// one of them all the same (RefusedClosed).
func (d *Desk) Slots(ctx context.Context, account, book string, from, to time.Time, limit int) ([]Slot, error) {
	return d.SlotsFor(ctx, "", account, book, from, to, limit)
}

// SlotsFor is Slots for the customer of a number, E.164: those at which that one may be
// called. "" is anybody whose clock shows what the office's does.
func (d *Desk) SlotsFor(ctx context.Context, number, account, book string, from, to time.Time, limit int) ([]Slot, error) {
	a, b, err := d.bookOf(account, book)
	if err != nil {
		return nil, err
	}
	zones := b.Office.zones()
	if number != "" {
		if zones, err = a.zonesAsked(b.Rule, number); err != nil {
			return nil, err
		}
	}
	var slots []Slot
	for start := range b.starts(from, time.Now(), zones) {
		if len(slots) >= limit || !to.IsZero() && !start.Before(to) {
			break
		}
		slots = append(slots, Slot{Start: start, Free: b.PerSlot})
	}
	return d.withSeats(ctx, a, b, slots)
}

// Calendar lists all slots of a book from from to to, as Slots does, those that may not be
// booked now, too.
func (d *Desk) Calendar(ctx context.Context, account, book string, from, to time.Time, limit int) ([]Slot, error) {
	a, b, err := d.bookOf(account, book)
	if err != nil {
		return nil, err
	}
	var slots []Slot
	now := time.Now()
	if from.IsZero() {
		from = now
	}
	if to.IsZero() {
		to = now.Add(b.Ahead)
	}
	for start := range b.Office.Slots(from, b.Slot) {
		if len(slots) >= limit || !start.Before(to) {
			break
		}
		slots = append(slots, Slot{Start: start, Free: b.PerSlot, Not: b.bars(start, b.Office.zones(), now)})
	}
	return d.withSeats(ctx, a, b, slots)
}

// withSeats takes the seats that are booked off the slots, which are sorted.
func (d *Desk) withSeats(ctx context.Context, a *Account, b *AppointmentBook, slots []Slot) ([]Slot, error) {
	if len(slots) == 0 {
		return nil, nil
	}
	var taken []time.Time
	err := d.store.View(ctx, func(tx ReadTx) (err error) {
		taken, err = tx.SeatsTaken(a.Name, b.ID, slots[0].Start, slots[len(slots)-1].Start.Add(b.Slot))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the slots of %s in account %s: %w", b.ID, a.Name, err)
	}
	for _, start := range taken {
		// The slot in which the time lies, if there still is one.
		at, exact := slices.BinarySearchFunc(slots, start, func(s Slot, t time.Time) int { return s.Start.Compare(t) })
		if !exact {
			at--
		}
		if start.Before(slots[at].Start.Add(b.Slot)) {
			slots[at].Free = max(slots[at].Free-1, 0)
		}
	}
	return slots, nil
}

// bars is why a slot that begins then may not be booked now for a customer in zones; "":
// it may.
func (b *AppointmentBook) bars(start time.Time, zones hours.Zones, now time.Time) AskReason {
	switch {
	case !start.After(now):
		return RefusedTimePast
	case start.Before(now.Add(b.AtLeast)):
		return RefusedTooSoon
	case start.After(now.Add(b.Ahead)):
		return RefusedTimeTooFar
	case !b.Schedule.Open(start, zones):
		return RefusedClosed
	}
	return ""
}
