package callback

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// Sounds of the library that callers hear who make an appointment.
const (
	SoundAppointmentFirst          = "appointment-first"
	SoundAppointmentChoose         = "appointment-choose"
	SoundAppointmentBooked         = "appointment-booked"
	SoundAppointmentTaken          = "appointment-taken"
	SoundAppointmentNone           = "appointment-none"
	SoundAppointmentRefused        = "appointment-refused"
	SoundAppointmentIdentification = "appointment-identification"
	SoundAppointmentYours          = "appointment-yours"
	SoundAppointmentChange         = "appointment-change"
	SoundAppointmentKept           = "appointment-kept"
	SoundAppointmentCancelled      = "appointment-cancelled"
)

// appointment lets the caller book an appointment, or change the one that is there, in the
// order in which it happens. Who types the identification of an appointment is its
// customer; in a book that asks for none, who calls from its number.
func (c *conversation) appointment(ctx context.Context) (Offered, error) {
	book, why := c.bookAsked()
	if why != "" {
		return c.misdirected(why)
	}
	if not, err := c.switchedOff(ctx); not != "" || err != nil {
		return not, err
	}
	own, err := c.ownBookable(ctx, book)
	if err != nil {
		return "", err
	}
	identification, not, err := c.identify(ctx, book)
	if err != nil || not != "" {
		return not, err
	}
	for {
		task, err := c.booked(ctx, book, own, identification)
		switch {
		case err != nil:
			return "", err
		case task == nil:
			return c.bookAnew(ctx, book, own, identification)
		}
		offered, err := c.change(ctx, book, *task)
		if !errors.Is(err, errOtherwise) {
			return offered, err
		}
	}
}

// bookAsked finds whose customer calls and what may be booked, or what has to be written
// where.
func (c *conversation) bookAsked() (book *AppointmentBook, why string) {
	if why := c.findAccount(); why != "" {
		return nil, why
	}
	book, err := c.account.bookCalled(c.visit.Name)
	if err != nil {
		return nil, fmt.Sprintf("account %s has no appointments %q: write them into its rules file, or those that are there into Stasis()",
			c.account.Name, asDelivered(c.visit.Name))
	}
	return book, ""
}

// ownBookable is the caller's number, "" if another has to be typed.
func (c *conversation) ownBookable(ctx context.Context, book *AppointmentBook) (string, error) {
	if c.caller.Withheld(ctx) {
		return "", nil
	}
	c.from = c.visit.Call.Number
	number, _, err := c.checkBookable(ctx, book, c.visit.Call.Number)
	return number, err
}

func (c *conversation) checkBookable(ctx context.Context, book *AppointmentBook, raw string) (number string, refusal *AskRefusal, err error) {
	number, err = c.o.Desk.Bookable(ctx, c.account.Name, book.ID, raw)
	if errors.As(err, &refusal) {
		return "", refusal, nil
	}
	return number, nil, err
}

// booked finds the caller's next appointment, nil if there is none.
func (c *conversation) booked(ctx context.Context, book *AppointmentBook, own, identification string) (*Task, error) {
	if book.Identification != nil {
		own = "" // whoever else calls from that number isn't told
	}
	tasks, err := c.o.Desk.BookedBy(ctx, c.account.Name, book.ID, own, identification)
	if err != nil || len(tasks) == 0 {
		return nil, err
	}
	return &tasks[0], nil
}

// identify has the caller type who they are, where the book wants to know.
func (c *conversation) identify(ctx context.Context, book *AppointmentBook) (digits string, not Offered, err error) {
	if book.Identification == nil {
		return "", "", nil
	}
	if c.barred(&c.guesses) {
		return "", OfferedRefused, c.sayRefused(ctx, SoundAppointmentRefused)
	}
	prompt := SoundAppointmentIdentification
	if book.Identification.Prompt != "" {
		prompt = book.Identification.Prompt
	}
	for range mostTries {
		digits, err := c.typed(ctx, play(prompt))
		switch {
		case err != nil:
			return "", "", err
		case digits == "":
			return "", OfferedNoAnswer, nil
		case book.Identification.fits(digits):
			return digits, "", nil
		}
		if err := c.sayRefused(ctx, SoundNotUnderstood); err != nil {
			return "", "", err
		}
	}
	return "", OfferedNoAnswer, nil
}

// bookAnew books an appointment for a caller who has none. Who types an identification by
// which nobody has one, and books none with it, may be guessing.
func (c *conversation) bookAnew(ctx context.Context, book *AppointmentBook, own, identification string) (Offered, error) {
	if identification == "" {
		return c.book(ctx, book, own, "")
	}
	c.guesses.count(c.account.Name, c.from, time.Now())
	offered, err := c.book(ctx, book, own, identification)
	if offered == OfferedAccepted {
		c.guesses.forgive(c.account.Name, c.from)
	}
	return offered, err
}

// book lets the caller choose a slot, and books it. One that is taken meanwhile is said to
// be, and the caller chooses again.
func (c *conversation) book(ctx context.Context, book *AppointmentBook, own, identification string) (Offered, error) {
	for number := ""; ; {
		slot, not, err := c.choose(ctx, book, cmp.Or(number, own))
		if err != nil || not != "" {
			return not, err
		}
		if number == "" {
			number, not, err = c.number(ctx, own, func(typed string) (string, *AskRefusal, error) { return c.checkBookable(ctx, book, typed) })
			if err != nil || not != "" {
				return not, err
			}
		}
		booking := CallKey{c.visit.PBX, c.visit.Call.ID}.inCallBooked(Booking{
			Account: c.account.Name, Book: book.ID, Number: number, Start: slot, Identification: identification, Language: c.language(),
		})
		asked, err := c.storing(ctx, func(ctx context.Context) (Task, error) {
			asked, err := c.o.Desk.Book(ctx, booking)
			return asked.Task, err
		})
		again, not, err := c.notBooked(ctx, err)
		if err != nil || not != "" {
			return not, err
		}
		if !again {
			c.task = asked.ID
			c.storedFor(number, own)
			c.farewell(play(SoundAppointmentBooked))
			return OfferedAccepted, nil
		}
	}
}

// notBooked tells a caller why a slot isn't theirs; again says that another may be.
func (c *conversation) notBooked(ctx context.Context, err error) (again bool, not Offered, _ error) {
	var refusal *AskRefusal
	switch {
	case err == nil:
		return false, "", nil
	case !errors.As(err, &refusal):
		return false, "", err
	}
	c.why = string(refusal.Reason)
	switch refusal.Reason {
	case RefusedClosed: // by the clock of the number that was typed: those that are offered now aren't
		return true, "", nil
	case RefusedSlotFull, RefusedNoSlot, RefusedTooSoon:
		return true, "", c.sayRefused(ctx, SoundAppointmentTaken)
	case RefusedAreaFull, RefusedQueueFull:
		return false, OfferedFull, c.sayRefused(ctx, SoundAppointmentRefused)
	}
	return false, OfferedRefused, c.sayRefused(ctx, SoundAppointmentRefused)
}

// choose offers one free slot after the other, at which the customer of number may be
// called, until the caller takes one. "" is a number that nobody knows yet.
func (c *conversation) choose(ctx context.Context, book *AppointmentBook, number string) (slot time.Time, not Offered, err error) {
	question := []Words{play(SoundAppointmentFirst)}
	for from := (time.Time{}); ; {
		slot, err := c.firstFree(ctx, book, number, from)
		switch {
		case err != nil:
			return slot, "", err
		case slot.IsZero() && from.IsZero():
			return slot, OfferedNoSlot, c.sayRefused(ctx, SoundAppointmentNone)
		case slot.IsZero(): // it was the last: once more from the first
			if err := c.sayRefused(ctx, SoundAppointmentNone); err != nil {
				return slot, "", err
			}
			from = time.Time{}
			continue
		}
		key, err := c.ask(ctx, "123", append(append(question, moment(slot.In(book.Office.Zone))...), play(SoundAppointmentChoose))...)
		switch {
		case err != nil:
			return slot, "", err
		case key == "1":
			return slot, "", nil
		case key == "2":
			from = slot.Add(time.Minute)
		case key == "3":
			year, month, day := slot.In(book.Office.Zone).Date()
			from = time.Date(year, month, day+1, 0, 0, 0, 0, book.Office.Zone)
		default:
			return slot, leftBy(key), nil
		}
		question = nil
	}
}

// slotsAtOnce is how many slots are looked at for a free one.
const slotsAtOnce = 200

// firstFree finds the first free slot from a time on; zero: there is none.
func (c *conversation) firstFree(ctx context.Context, book *AppointmentBook, number string, from time.Time) (time.Time, error) {
	for {
		slots, err := c.o.Desk.SlotsFor(ctx, number, c.account.Name, book.ID, from, time.Time{}, slotsAtOnce)
		if err != nil || len(slots) == 0 {
			return time.Time{}, err
		}
		for _, s := range slots {
			if s.Free > 0 {
				return s.Start, nil
			}
		}
		from = slots[len(slots)-1].Start.Add(time.Minute)
	}
}

// change lets the caller keep, move or cancel an appointment. Who hears when it is and hangs
// up has called to hear it, and keeps it. errOtherwise is one that somebody else has changed
// while the caller listened.
func (c *conversation) change(ctx context.Context, book *AppointmentBook, heard Task) (Offered, error) {
	news := append([]Words{play(SoundAppointmentYours)}, moment(heard.At.In(book.Office.Zone))...)
	key, told, err := c.tellAndAsk(ctx, "123", news, play(SoundAppointmentChange))
	switch {
	case told && errors.Is(err, ErrCallerGone):
		key = "1"
	case err != nil:
		return "", err
	}
	switch key {
	case "1":
		return c.changed(ctx, heard.ID, OfferedKept, SoundAppointmentKept, func(_ Tx, task *Task) error { return task.asHeard(heard) })
	case "2":
		return c.move(ctx, book, heard)
	case "3":
		return c.changed(ctx, heard.ID, OfferedCancelled, SoundAppointmentCancelled, func(tx Tx, task *Task) error {
			if task.State == TaskCancelled { // by somebody else: it is as the caller wants it
				return nil
			}
			err := task.asHeard(heard)
			if err == nil {
				*task, err = cancelSaying(tx, *task, CancelByCustomer, saidBy(CancelByCustomer, ByCustomer), CancelByCustomer)
			}
			return err
		})
	}
	return leftBy(key), nil
}

// move gives the appointment another slot, which the caller chooses.
func (c *conversation) move(ctx context.Context, book *AppointmentBook, heard Task) (Offered, error) {
	for {
		slot, not, err := c.choose(ctx, book, heard.Number)
		if err != nil || not != "" {
			return not, err
		}
		moved, err := c.changed(ctx, heard.ID, OfferedMoved, SoundAppointmentBooked, func(tx Tx, task *Task) error {
			if err := task.asHeard(heard); err != nil {
				return err
			}
			return c.o.Desk.move(tx, task, slot, ByCustomer)
		})
		again, not, err := c.notBooked(ctx, err)
		switch {
		case err != nil || not != "":
			return not, err
		case !again:
			return moved, nil
		}
	}
}

// changed changes an appointment, and tells the caller.
func (c *conversation) changed(ctx context.Context, id int64, as Offered, sound string, change func(Tx, *Task) error) (Offered, error) {
	if _, err := c.storing(ctx, func(ctx context.Context) (Task, error) {
		return c.o.Desk.serve(ctx, CallKey{c.visit.PBX, c.visit.Call.ID}, id, change)
	}); err != nil {
		return "", err
	}
	c.task = id
	c.farewell(play(sound))
	return as, nil
}

// moment says when something is, by the zone that it has, in Asterisk's own voice: the day
// of the week, the date and the time.
func moment(at time.Time) []Words {
	words := []Words{
		asterisks(fmt.Sprintf("digits/day-%d", at.Weekday())), number(at.Day()), asterisks(fmt.Sprintf("digits/mon-%d", at.Month()-1)),
		asterisks("digits/at"), number(at.Hour()),
	}
	switch minute := at.Minute(); {
	case minute == 0:
		return append(words, asterisks("digits/oclock"))
	case minute < 10:
		return append(words, digits(fmt.Sprintf("%02d", minute)))
	default:
		return append(words, number(minute))
	}
}
