package callback

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"callbackd/callback/hours"
)

// AppointmentBook says which appointments customers may book: so many at once in slots of
// one length, in the hours of an office.
type AppointmentBook struct {
	// Rule has what attempts say and show, and when they are made, as Requests has it. Its
	// name is AppointmentsRule(ID); Forward is the queue that calls; Schedule are the hours
	// in which customers may be called, by their own clock. It names a region.
	Rule
	ID      string        // as the file calls it: "advice"
	Slot    time.Duration // whole minutes
	PerSlot int           // how many may be booked at one time
	Office  Office
	Ahead   time.Duration // how far ahead a slot may be booked
	AtLeast time.Duration // and how long before it begins at least
	// Identification is how customers say who they are; nil: they aren't asked.
	Identification *Identification
}

// Identification is a number that customers know: a customer or contract number.
type Identification struct {
	Least, Most int    // digits
	Prompt      string // that asks for it on the telephone: a sound of the library; "": the shipped one
}

// IdentificationLimit is how many digits an identification may have at most.
const IdentificationLimit = 20

// String writes it as a rules file has it.
func (i Identification) String() string {
	text := fmt.Sprintf("{digits: %d", i.Least)
	if i.Most != i.Least {
		text += fmt.Sprintf("-%d", i.Most)
	}
	if i.Prompt != "" {
		text += ", prompt: " + i.Prompt
	}
	return text + "}"
}

// fits reports whether digits are such an identification.
func (i *Identification) fits(digits string) bool {
	if i == nil {
		return digits == ""
	}
	return len(digits) >= i.Least && len(digits) <= i.Most && strings.Trim(digits, "0123456789") == ""
}

// appointmentsPrefix begins what the settings of appointments are called where tasks,
// attempts and their history name the rule that decided.
const appointmentsPrefix = "appointments:"

// AppointmentsRule is what the settings of a book are called as a rule. No rule of a file
// can be called so.
func AppointmentsRule(id string) string { return appointmentsPrefix + id }

// NamesOtherThanARule reports whether a rule of a file can't have a name, because tasks
// that somebody asked for name their settings so.
func NamesOtherThanARule(name string) bool {
	return name == RequestsRule || strings.HasPrefix(name, appointmentsPrefix)
}

// Book is the name of the book in which the task is an appointment; ok is false of all
// other tasks.
func (t Task) Book() (id string, ok bool) { return strings.CutPrefix(t.Rule, appointmentsPrefix) }

// Slot is a time that may be booked.
type Slot struct {
	Start time.Time
	Free  int // how many more may book it; 0: it is full
	// Not is why it may not be booked now, however many are free: RefusedTimePast,
	// RefusedTooSoon, RefusedTimeTooFar or RefusedClosed. "": it may.
	Not AskReason
}

// Seat is a place in a slot that an appointment takes.
type Seat struct {
	Account string
	Book    string
	Start   time.Time
	TaskID  int64
}

// starts walks through the times from from on at which slots begin that may be booked at
// now, by a customer in zones: a slot at which such a customer may not be called is none.
func (b *AppointmentBook) starts(from, now time.Time, zones hours.Zones) iter.Seq[time.Time] {
	if soonest := now.Add(b.AtLeast); from.Before(soonest) {
		from = soonest
	}
	return func(yield func(time.Time) bool) {
		for start := range b.Office.Slots(from, b.Slot) {
			switch {
			case start.After(now.Add(b.Ahead)):
				return
			case !start.After(now), !b.Schedule.Open(start, zones):
			case !yield(start):
				return
			}
		}
	}
}

// isSlot reports whether a slot begins at a time.
func (b *AppointmentBook) isSlot(start time.Time) bool {
	for first := range b.Office.Slots(start, b.Slot) {
		return first.Equal(start)
	}
	return false
}

// bookCalled finds a book of an account.
func (a *Account) bookCalled(id string) (*AppointmentBook, error) {
	if book, ok := a.Appointments[id]; ok {
		return book, nil
	}
	if len(a.Appointments) == 0 {
		return nil, &AskRefusal{
			Reason: RefusedAppointmentsOff, Field: FieldBook,
			Why: fmt.Sprintf("account %s takes no appointments: write the section appointments into its rules file", a.Name),
		}
	}
	return nil, &AskRefusal{Reason: RefusedBookUnknown, Field: FieldBook, Why: fmt.Sprintf("account %s has no appointments %s in its file", a.Name, asDelivered(id))}
}
