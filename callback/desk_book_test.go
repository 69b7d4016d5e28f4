package callback_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

var stockholm = hours.ZonesOf(alicesCustomer)[0]

// advice are appointments of a quarter of an hour, two at a time, at any hour.
func advice(rule callback.Rule) *callback.AppointmentBook {
	rule.Name = callback.AppointmentsRule("advice")
	return &callback.AppointmentBook{
		Rule: rule, ID: "advice", Slot: 15 * time.Minute, PerSlot: 2,
		Office: callback.Office{Schedule: hours.Always(), Zone: stockholm}, Ahead: 14 * 24 * time.Hour,
	}
}

// changed is an account whose appointments are otherwise.
func changed(change func(*callback.AppointmentBook)) func(*callback.Account) {
	return func(a *callback.Account) { change(a.Appointments["advice"]) }
}

// inOffice has appointments lie in the hours of an office, and customers be called in them.
func inOffice(b *callback.AppointmentBook) { b.Schedule, b.Office.Schedule = weekdays(), weekdays() }

// booking is one of alicesCustomer.
func booking(change ...func(*callback.Booking)) callback.Booking {
	b := callback.Booking{Account: "acme", Book: "advice", Number: "070-123 45 67", Via: callback.ViaAPI, By: "admin"}
	for _, f := range change {
		f(&b)
	}
	return b
}

func starting(at time.Time) func(*callback.Booking) {
	return func(b *callback.Booking) { b.Start = at }
}

// startingIn is a time from now.
func startingIn(d time.Duration) func(*callback.Booking) {
	return func(b *callback.Booking) { b.Start = time.Now().Add(d) }
}

// monday is a time of the first Monday of the bubble, by the clock of Stockholm.
func monday(hour, minute int) time.Time { return time.Date(2000, 1, 3, hour, minute, 0, 0, stockholm) }

func (w *workbench) bookRefused(b callback.Booking) *callback.AskRefusal {
	w.t.Helper()
	return w.refused(func(d *callback.Desk) error { _, err := d.Book(context.Background(), b); return err })
}

// free is how many may still book the slot that begins at a time; -1: there is none.
func (w *workbench) free(start time.Time) int {
	w.t.Helper()
	slots, err := w.desk().Slots(context.Background(), "acme", "advice", start, start.Add(time.Second), 10)
	require.NoError(w.t, err)
	if len(slots) == 0 {
		return -1
	}
	require.Len(w.t, slots, 1)
	require.True(w.t, start.Equal(slots[0].Start))
	return slots[0].Free
}

// A booked time becomes a task like any other, and the agents of the queue ring at that
// moment and not before.
func TestAnAppointmentIsBookedAndKept(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(inOffice), changed(func(b *callback.AppointmentBook) {
		b.Identification = &callback.Identification{Least: 6, Most: 10}
	})), func(w *workbench) {
		asked, err := w.desk().Book(context.Background(), booking(starting(monday(10, 15)), func(b *callback.Booking) {
			b.Identification, b.Note, b.Language, b.Via, b.By = "0012345", " the <b>bill</b> ", "sv", callback.ViaWeb, "form"
		}))
		require.NoError(t, err)
		assert.Equal(t, callback.OutcomeCreated, asked.Outcome)
		task, attempts := w.read(asked.Task.ID)
		start := monday(10, 15).UTC()
		assert.Equal(t, callback.Task{
			ID: 1, Account: "acme", Kind: callback.KindAppointment, Number: alicesCustomer, State: callback.TaskScheduled, Target: supportQueue,
			Region: "sweden", Rule: "appointments:advice", Arrived: start, Due: start, Wake: start, At: start, Asked: time.Now().UTC(),
			GiveUp: time.Date(2000, 1, 6, 10, 15, 0, 0, stockholm).UTC(), Source: "web", Note: "the <b>bill</b>", Language: "sv", Identification: "0012345",
			Created: task.Created, Updated: task.Updated,
		}, task)
		id, ok := task.Book()
		assert.True(t, ok)
		assert.Equal(t, "advice", id)
		require.Len(t, attempts, 1)
		assert.Equal(t, "appointments:advice", attempts[0].Settings.Rule)
		assert.Equal(t, "sv", attempts[0].Settings.Language)
		assert.Equal(t, 1, w.free(monday(10, 15)))

		w.after(time.Until(start) - time.Second)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		assert.Zero(t, w.alarms("appointment_missed"))
	})
}

// Each reason, with the field that is to be changed; nothing is stored.
func TestBookingsThatAreRefused(t *testing.T) {
	digits := changed(func(b *callback.AppointmentBook) { b.Identification = &callback.Identification{Least: 6, Most: 10} })
	identified := func(digits string) func(*callback.Booking) {
		return func(b *callback.Booking) { b.Identification = digits }
	}
	for name, row := range map[string]struct {
		account func(*callback.Account)
		book    func(*callback.Booking)
		reason  callback.AskReason
		field   callback.AskField
		says    string
	}{
		"of nobody":          {nil, func(b *callback.Booking) { b.Account = "initech" }, callback.RefusedNoAccount, callback.FieldAccount, ""},
		"without any":        {func(a *callback.Account) { a.Appointments = nil }, nil, callback.RefusedAppointmentsOff, callback.FieldBook, "section appointments"},
		"of none like this":  {nil, func(b *callback.Booking) { b.Book = "advise\n" }, callback.RefusedBookUnknown, callback.FieldBook, `advise`},
		"letters":            {nil, func(b *callback.Booking) { b.Number = "07O1234567" }, callback.RefusedNumberInvalid, callback.FieldNumber, ""},
		"another country":    {nil, func(b *callback.Booking) { b.Number = "+4791234567" }, callback.RefusedCountryNotCallable, callback.FieldNumber, "NO"},
		"two lines":          {nil, func(b *callback.Booking) { b.Note = "a\nb" }, callback.RefusedTextInvalid, callback.FieldNote, ""},
		"no language":        {nil, func(b *callback.Booking) { b.Language = "swedish" }, callback.RefusedTextInvalid, callback.FieldLanguage, ""},
		"by nothing":         {nil, func(b *callback.Booking) { b.Via = "fax" }, callback.RefusedSourceUnknown, callback.FieldSource, ""},
		"no digits":          {digits, identified(""), callback.RefusedIdentification, callback.FieldIdentification, "6 to 10 digits"},
		"too few digits":     {digits, identified("12345"), callback.RefusedIdentification, callback.FieldIdentification, ""},
		"too many digits":    {digits, identified("12345678901"), callback.RefusedIdentification, callback.FieldIdentification, ""},
		"letters for digits": {digits, identified("1234567a"), callback.RefusedIdentification, callback.FieldIdentification, ""},
		"other digits":       {digits, identified("١٢٣"), callback.RefusedIdentification, callback.FieldIdentification, ""},
		"unwanted digits":    {nil, identified("123456"), callback.RefusedIdentification, callback.FieldIdentification, "leave it out"},
		"no time":            {nil, starting(time.Time{}), callback.RefusedTimePast, callback.FieldStart, "future"},
		"yesterday":          {nil, startingIn(-24 * time.Hour), callback.RefusedTimePast, callback.FieldStart, ""},
		"now":                {nil, startingIn(0), callback.RefusedTimePast, callback.FieldStart, ""},
		"too soon": {changed(func(b *callback.AppointmentBook) { b.AtLeast = time.Hour }), startingIn(45 * time.Minute),
			callback.RefusedTooSoon, callback.FieldStart, "less than 1h ahead"},
		"in fifteen days":   {nil, startingIn(15 * 24 * time.Hour), callback.RefusedTimeTooFar, callback.FieldStart, "14d"},
		"in the year 10000": {nil, starting(time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600))), callback.RefusedTimeTooFar, callback.FieldStart, ""},
		"between slots":     {nil, startingIn(8 * time.Minute), callback.RefusedNoSlot, callback.FieldStart, "no appointment begins"},
		"a second late":     {nil, startingIn(15*time.Minute + time.Second), callback.RefusedNoSlot, callback.FieldStart, ""},
		"on a Saturday":     {changed(inOffice), startingIn(10 * time.Hour), callback.RefusedNoSlot, callback.FieldStart, ""},
		"at the closing":    {changed(inOffice), starting(monday(18, 0)), callback.RefusedNoSlot, callback.FieldStart, ""},
		"while the customer sleeps": {func(a *callback.Account) {
			inOffice(a.Appointments["advice"])
			a.Callable.Countries = []string{"US"}
		}, func(b *callback.Booking) { b.Number, b.Start = "+12125550123", monday(9, 0) }, callback.RefusedClosed, callback.FieldStart, "03:00 in America/New_York"},
	} {
		t.Run(name, func(t *testing.T) {
			change := row.account
			if change == nil {
				change = func(*callback.Account) {}
			}
			atWorkbench(t, requestsAccount(change), func(w *workbench) {
				b := booking(startingIn(time.Hour))
				if row.book != nil {
					row.book(&b)
				}
				refusal := w.bookRefused(b)
				assert.Equal(t, row.reason, refusal.Reason)
				assert.Equal(t, row.field, refusal.Field)
				assert.Contains(t, refusal.Why, row.says)
				assert.Zero(t, w.count(callback.TaskScheduled))
			})
		})
	}
}

// The bounds themselves may be booked.
func TestTheSoonestAndTheLatestSlot(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.AtLeast = time.Hour })), func(w *workbench) {
		w.book(alicesCustomer, time.Hour)
		w.book(alicesCustomer, 14*24*time.Hour)
	})
}

// As many as the slot has, and no more; whoever comes too late is told so, and that it
// isn't for later either.
func TestASlotFills(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		start := time.Now().Add(time.Hour)
		for i := range 2 {
			assert.Equal(t, 2-i, w.free(start))
			w.book(fmt.Sprintf("+4670123456%d", i), time.Hour)
		}
		assert.Zero(t, w.free(start), "it is told, as a full one")
		refusal := w.bookRefused(booking(starting(start)))
		assert.Equal(t, callback.RefusedSlotFull, refusal.Reason)
		assert.Equal(t, callback.FieldStart, refusal.Field)
		assert.False(t, refusal.Reason.Passes())
		w.book(alicesCustomer, 75*time.Minute)
	})
}

// A customer has one appointment a day, by the office's clock, in each book.
func TestASecondAppointmentOnADay(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		other := advice(a.Requests.Rule)
		other.ID, other.Name = "support", callback.AppointmentsRule("support")
		a.Appointments["support"] = other
	}), func(w *workbench) {
		w.book(alicesCustomer, time.Hour)
		refusal := w.bookRefused(booking(startingIn(22 * time.Hour))) // it ends at 23:00 UTC
		assert.Equal(t, callback.RefusedDuplicate, refusal.Reason)
		assert.EqualValues(t, 1, refusal.Task)
		w.book(alicesCustomer, 23*time.Hour)
		w.book("+46701234568", time.Hour)
		_, err := w.desk().Book(context.Background(), booking(startingIn(2*time.Hour), func(b *callback.Booking) { b.Book = "support" }))
		require.NoError(t, err)
	})
}

// Who may not be called isn't promised a call; one who was called too often today may book.
func TestBookingsThatCallsForbid(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Callable.PerNumber.Day = 1 }), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request())
		w.after(15 * time.Minute)
		w.book(alicesCustomer, 2*time.Hour)
		w.block("+46701234568")
		assert.Equal(t, callback.RefusedDoNotCall, w.bookRefused(booking(startingIn(time.Hour), func(b *callback.Booking) { b.Number = "0701234568" })).Reason)
	})
}

// A program that got no answer asks again under its key, and has one seat.
func TestTheKeyOfABooking(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		keyed := func(b *callback.Booking) { b.Key = "8f14e45f" }
		first, err := w.desk().Book(context.Background(), booking(keyed, startingIn(time.Hour)))
		require.NoError(t, err)
		again := booking(keyed, startingIn(time.Hour))
		again.Start = again.Start.In(stockholm) // the same moment
		known, err := w.desk().Book(context.Background(), again)
		require.NoError(t, err)
		assert.Equal(t, callback.OutcomeKnown, known.Outcome)
		assert.Equal(t, first.Task.ID, known.Task.ID)
		assert.Equal(t, 1, w.free(first.Task.At))
		assert.Equal(t, callback.RefusedKeyUsed, w.bookRefused(booking(keyed, startingIn(2*time.Hour))).Reason)
		refusal := w.refused(func(d *callback.Desk) error {
			_, err := d.Ask(context.Background(), request(in(time.Hour), func(r *callback.Request) { r.Key = "8f14e45f" }))
			return err
		})
		assert.Equal(t, callback.RefusedKeyUsed, refusal.Reason, "a request is another thing")
	})
}

// A hundred want the last seat at the same moment: one has it, and the rest are told that
// the slot is full.
func TestManyWantTheLastSeat(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.book(alicesCustomer, time.Hour)
		start := time.Now().Add(time.Hour)
		var all sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 100 {
			all.Go(func() {
				_, err := w.desk().Book(context.Background(), booking(starting(start), func(b *callback.Booking) { b.Number = fmt.Sprintf("+4670123%04d", i) }))
				var refusal *callback.AskRefusal
				switch {
				case err == nil:
					mu.Lock()
					won++
					mu.Unlock()
				case assert.ErrorAs(t, err, &refusal):
					assert.Equal(t, callback.RefusedSlotFull, refusal.Reason)
				}
			})
		}
		all.Wait()
		synctest.Wait()
		assert.Equal(t, 1, won)
		assert.Zero(t, w.free(start))
		assert.Equal(t, 2, w.count(callback.TaskScheduled))
	})
}

// The task, its attempt, its seat and the key are stored together or not at all, wherever
// callbackd dies.
func TestBookingIsOneTransaction(t *testing.T) {
	for _, fails := range []string{"task", "attempt", "seat", "key"} {
		t.Run(fails, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				b := booking(startingIn(time.Hour), func(b *callback.Booking) { b.Key = "8f14e45f" })
				_, err := callback.NewDesk(unlucky{w.store, fails}, w.rules).Book(context.Background(), b)
				require.ErrorIs(t, err, errDied)
				assert.Zero(t, w.history())
				assert.Equal(t, 2, w.free(b.Start))
				asked, err := w.desk().Book(context.Background(), b)
				require.NoError(t, err)
				assert.Equal(t, callback.OutcomeCreated, asked.Outcome)
				assert.Equal(t, 1, w.free(b.Start))
			})
		})
	}
}

// A full queue or area takes no appointments, either.
func TestBookingsOfAFullQueue(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1} }), func(w *workbench) {
		w.book(alicesCustomer, time.Hour)
		refusal := w.bookRefused(booking(startingIn(2*time.Hour), func(b *callback.Booking) { b.Number = "0701234568" }))
		assert.Equal(t, callback.RefusedQueueFull, refusal.Reason)
		assert.True(t, refusal.Again.After(time.Now()))
	})
}

// The owner of the file has a booked task from its time on.
func TestAnAppointmentHasAnOwner(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) {
		b.Owner = &callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}
	})), func(w *workbench) {
		task := w.book(alicesCustomer, 2*time.Hour)
		assert.Equal(t, "agent:alice", task.Target.String())
		assert.Equal(t, 3*time.Hour, time.Until(task.OwnerUntil))
	})
}

// Times are told by the office's clock.
func TestRefusedBookingsAreSaidInWords(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(inOffice)), func(w *workbench) {
		says := w.bookRefused(booking(starting(monday(9, 10)))).Why
		assert.Equal(t, "no appointment begins on Mon 09:10 in Europe/Stockholm", says)
	})
}
