package callback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"callbackd/callback/hours"
)

// Booking is an appointment that somebody books.
type Booking struct {
	Account        string
	Book           string // as the file calls it: "advice"
	Number         string // as people of the account's country write it
	Start          time.Time
	Identification string // digits
	Note           string // one line
	Language       string // "sv", "en_GB": of what the customer hears; "": the file's
	Via            Via
	By             string // who books, for the history: "admin"
	// Call is the call in which a caller books by phone: see CallKey.
	Call CallKey `json:",omitzero"` // absent from the hash of bookings without one
	// Key, if not "", tells this booking from others of By, as that of a Request does.
	Key string
}

// Book books an appointment, or says why not. The outcome is OutcomeCreated, or
// OutcomeKnown. RefusedSlotFull and RefusedNoSlot are answered with a *AskRefusal like
// every other refusal: nothing was stored.
func (d *Desk) Book(ctx context.Context, b Booking) (asked Asked, err error) {
	b.Note = strings.TrimSpace(b.Note)
	err = d.store.Update(ctx, func(tx Tx) (err error) {
		asked, err = d.book(tx, b, time.Now())
		return err
	})
	if err != nil {
		return Asked{}, fmt.Errorf("book an appointment in account %s: %w", asDelivered(b.Account), err)
	}
	return asked, nil
}

func (d *Desk) book(tx Tx, b Booking, now time.Time) (Asked, error) {
	if asked, known, err := b.keyed().known(tx, now); err != nil || known {
		return asked, err
	}
	if err := b.Call.overtakes(tx); err != nil {
		return Asked{}, err
	}
	account, book, err := d.bookOf(b.Account, b.Book)
	if err != nil {
		return Asked{}, err
	}
	task, p, err := account.appointment(tx, book, b, now)
	if err != nil {
		return Asked{}, err
	}
	if err := tx.InsertTask(&task, Change{Input: "booked", To: string(TaskScheduled), Reason: askedBy(b.By, b.Via)}); err != nil {
		return Asked{}, err
	}
	if err := schedule(tx, task, p); err != nil {
		return Asked{}, err
	}
	if err := account.seat(tx, book, task); err != nil {
		return Asked{}, err
	}
	asked := Asked{Task: task, Outcome: OutcomeCreated}
	return asked, b.keyed().keep(tx, asked, now)
}

// bookOf finds the account in force, and its book.
func (d *Desk) bookOf(account, id string) (*Account, *AppointmentBook, error) {
	a, ok := d.rules.Book().Account(account)
	if !ok {
		return nil, nil, &AskRefusal{Reason: RefusedNoAccount, Field: FieldAccount, Why: "no account of that name has rules in force"}
	}
	book, err := a.bookCalled(id)
	return a, book, err
}

// appointment checks a booking, but for its seat, and makes its task and the plan of the
// first attempt. What refuses for long is told before what passes.
func (a *Account) appointment(tx ReadTx, book *AppointmentBook, b Booking, now time.Time) (Task, plan, error) {
	refused := func(err error) (Task, plan, error) { return Task{}, plan{}, err }
	if err := (Request{Note: b.Note, Language: b.Language, Via: b.Via}).wording(); err != nil {
		return refused(err)
	}
	number, zones, err := a.bookable(tx, book, b.Number, now)
	if err != nil {
		return refused(err)
	}
	if !book.Identification.fits(b.Identification) {
		return refused(&AskRefusal{Reason: RefusedIdentification, Field: FieldIdentification, Why: book.wantedIdentification()})
	}
	target, owner, err := a.whoCalls(book.Rule, Target{}, nil)
	if err != nil {
		return refused(err)
	}
	task := Task{
		Account: a.Name, Kind: KindAppointment, Number: number, State: TaskScheduled, Target: target, Rule: book.Name,
		Source: string(b.Via), Note: b.Note, Language: b.Language, Identification: b.Identification,
	}
	p := plan{ordinal: 1, try: 1, due: b.Start, settings: a.settingsAsked(book.Rule, target, b.Language)}
	task.Region = p.settings.Region
	if err := a.appoint(tx, book, &task, b.Start, zones, now); err != nil {
		return refused(err)
	}
	if !owner.IsZero() {
		book.own(&task, owner, b.Start, zones)
	}
	return task, p, a.hasRoom(tx, task.last(), Target{}, now)
}

// bookable reads a customer's number, which may be called at some time.
func (a *Account) bookable(tx ReadTx, book *AppointmentBook, raw string, now time.Time) (string, hours.Zones, error) {
	number, err := a.numberAsked(raw)
	if err != nil {
		return "", nil, err
	}
	g, err := survey(tx, a, number, "", now)
	if err != nil {
		return "", nil, err
	}
	if g.blocked != nil {
		return "", nil, &AskRefusal{Reason: RefusedDoNotCall, Field: FieldNumber, Why: a.whyBlocked(g)}
	}
	zones, err := a.zonesAsked(book.Rule, number)
	return number, zones, err
}

// zonesAsked are the time zones of a customer, at least one.
func (a *Account) zonesAsked(rule Rule, number string) (hours.Zones, error) {
	zones, _ := rule.CustomerZones(a, number)
	if len(zones) == 0 {
		return nil, &AskRefusal{Reason: RefusedNoTimezone, Field: FieldNumber, Why: "the customer's time zone can't be told from the number, and the rules file names none"}
	}
	return zones, nil
}

// appoint gives a task a time of a book, if it may be booked and the customer has no
// other appointment on that day.
func (a *Account) appoint(tx ReadTx, book *AppointmentBook, task *Task, start time.Time, zones hours.Zones, now time.Time) error {
	if err := book.takes(start, zones, now); err != nil {
		return err
	}
	open, err := tx.CustomerTasks(a.Name, task.Number)
	if err != nil {
		return err
	}
	for _, other := range open {
		if other.ID != task.ID && other.Kind == KindAppointment && other.Rule == task.Rule && book.Office.day(other.At) == book.Office.day(start) {
			return &AskRefusal{
				Reason: RefusedDuplicate, Field: FieldStart, Task: other.ID,
				Why: fmt.Sprintf("the customer has an appointment on that day: task %d; move that one, or cancel it", other.ID),
			}
		}
	}
	task.At, task.Due, task.Arrived, task.Asked = start, start, start, now
	task.GiveUp = book.giveUp(start, zones)
	return nil
}

// takes checks that a time is one of a slot that may be booked now for a customer in
// zones.
func (b *AppointmentBook) takes(start time.Time, zones hours.Zones, now time.Time) error {
	refusal := &AskRefusal{Reason: b.bars(start, zones, now), Field: FieldStart}
	if (refusal.Reason == "" || refusal.Reason == RefusedClosed) && !b.isSlot(start) {
		refusal.Reason = RefusedNoSlot
	}
	said := spoken(start, now, b.Office.Zone)
	switch refusal.Reason {
	case RefusedTimePast:
		refusal.Why = said + " isn't in the future"
	case RefusedTooSoon:
		refusal.Why = fmt.Sprintf("%s is less than %s ahead", said, FormatDuration(b.AtLeast))
	case RefusedTimeTooFar:
		refusal.Why = fmt.Sprintf("%s is more than %s ahead", said, FormatDuration(b.Ahead))
	case RefusedNoSlot:
		refusal.Why = "no appointment begins on " + said
	case RefusedClosed:
		refusal.Why = fmt.Sprintf("the customer may not be called on %s: schedule %s is closed then", spoken(start, now, zones[0]), b.Schedule.Name)
	default:
		return nil
	}
	return refusal
}

// wantedIdentification says how one has to look.
func (b *AppointmentBook) wantedIdentification() string {
	switch i := b.Identification; {
	case i == nil:
		return "these appointments are booked without an identification: leave it out"
	case i.Least == i.Most:
		return fmt.Sprintf("an identification of %d digits is needed", i.Least)
	default:
		return fmt.Sprintf("an identification of %d to %d digits is needed", i.Least, i.Most)
	}
}

// seat takes a place in the slot of a task for it, which has none. What was booked in the
// time of the slot before it was cut otherwise takes places there, too.
func (a *Account) seat(tx Tx, book *AppointmentBook, task Task) error {
	full := &AskRefusal{
		Reason: RefusedSlotFull, Field: FieldStart,
		Why: fmt.Sprintf("the slot on %s is full: take another", spoken(task.At, task.Asked, book.Office.Zone)),
	}
	taken, err := tx.SeatsTaken(a.Name, book.ID, task.At, task.At.Add(book.Slot))
	if err != nil {
		return err
	}
	if len(taken) >= book.PerSlot {
		return full
	}
	err = tx.TakeSeat(Seat{Account: a.Name, Book: book.ID, Start: task.At, TaskID: task.ID}, book.PerSlot)
	if errors.Is(err, ErrNoSeat) {
		return full
	}
	return err
}
