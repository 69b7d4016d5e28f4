package callback_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// starts lists the slots that may be booked, by the office's clock.
func (w *workbench) starts(from, to time.Time, limit int) (list []string) {
	w.t.Helper()
	slots, err := w.desk().Slots(context.Background(), "acme", "advice", from, to, limit)
	require.NoError(w.t, err)
	for _, slot := range slots {
		list = append(list, slot.Start.In(stockholm).Format("Mon 02 15:04"))
	}
	return list
}

// What may be booked is what is left of the hours after at_least and before ahead ends.
func TestSlotsThatMayBeBooked(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(inOffice), changed(func(b *callback.AppointmentBook) {
		b.Slot, b.AtLeast, b.Ahead = 4*time.Hour, 57*time.Hour, 5*24*time.Hour // from Monday, 10:00 to Thursday, 01:00
		b.Office.Schedule.Except = map[hours.Date][]hours.Window{{Year: 2000, Month: 1, Day: 4}: {{From: 10 * 60, To: 14 * 60}}}
	})), func(w *workbench) {
		none := time.Time{}
		assert.Equal(t, []string{"Mon 03 13:00", "Tue 04 10:00", "Wed 05 09:00", "Wed 05 13:00"}, w.starts(none, none, 100))
		assert.Equal(t, []string{"Mon 03 13:00", "Tue 04 10:00"}, w.starts(none, none, 2))
		assert.Equal(t, []string{"Tue 04 10:00", "Wed 05 09:00"}, w.starts(monday(13, 1), monday(13, 0).AddDate(0, 0, 2), 100))
		assert.Empty(t, w.starts(none, monday(13, 0), 100))
		w.after(24 * time.Hour)
		assert.Equal(t, []string{"Tue 04 10:00", "Wed 05 09:00", "Wed 05 13:00", "Thu 06 09:00", "Thu 06 13:00"}, w.starts(none, none, 100), "as time goes on")

		_, err := w.desk().Slots(context.Background(), "acme", "support", none, none, 10)
		var refusal *callback.AskRefusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, callback.RefusedBookUnknown, refusal.Reason)
	})
}

// What is told as free can be booked, and is the time that the clock on the wall shows, on
// both days on which it changes.
func TestSlotsOnTheDaysWhenClocksChange(t *testing.T) {
	for day, want := range map[time.Time][]string{
		time.Date(2000, 3, 26, 0, 0, 0, 0, stockholm):  {"Sun 26 01:00", "Sun 26 01:30", "Sun 26 03:00", "Sun 26 03:30"},
		time.Date(2000, 10, 29, 0, 0, 0, 0, stockholm): {"Sun 29 01:00", "Sun 29 01:30", "Sun 29 02:00", "Sun 29 02:30", "Sun 29 03:00", "Sun 29 03:30"},
	} {
		atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) {
			b.Slot, b.Office.Schedule, b.Ahead = 30*time.Minute, &hours.Schedule{Name: "night", Weekly: [7][]hours.Window{{{From: 60, To: 4 * 60}}}}, 365*24*time.Hour
		})), func(w *workbench) {
			assert.Equal(t, want, w.starts(day, day.AddDate(0, 0, 1), 100))
			slots, err := w.desk().Slots(context.Background(), "acme", "advice", day, day.AddDate(0, 0, 1), 100)
			require.NoError(t, err)
			for i, slot := range slots {
				asked, err := w.desk().Book(context.Background(), booking(starting(slot.Start), func(b *callback.Booking) { b.Number = numbers(swedish, i, i+1)[0] }))
				require.NoError(t, err)
				assert.Equal(t, want[i], asked.Task.Due.In(stockholm).Format("Mon 02 15:04"))
			}
		})
	}
}

// A slot at which the customers may not be called by the same clock isn't told.
func TestSlotsOutsideTheHoursOfCustomers(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.Schedule, b.Slot = weekdays(), 4*time.Hour })), func(w *workbench) {
		assert.Equal(t, []string{"Mon 03 12:00", "Mon 03 16:00", "Tue 04 12:00"}, w.starts(time.Time{}, time.Time{}, 3))
	})
}

// No edit of the file cancels what is booked: docs/appointments.md has the table that this
// makes.
func TestEditsOfTheFileKeepWhatIsBooked(t *testing.T) {
	table := "| edited, after two have booked ten o'clock | ten o'clock is then | when it is ten |\n|---|---|---|\n"
	for _, row := range []struct {
		says string
		edit func(*callback.Account)
	}{
		{"nothing", func(*callback.Account) {}},
		{"`per_slot: 1`", changed(func(b *callback.AppointmentBook) { b.PerSlot = 1 })},
		{"`per_slot: 5`", changed(func(b *callback.AppointmentBook) { b.PerSlot = 5 })},
		{"`schedule`: closed at ten", changed(func(b *callback.AppointmentBook) { b.Office.Schedule = from(11) })},
		{"`customer_schedule`: closed at ten", changed(func(b *callback.AppointmentBook) { b.Schedule = from(11) })},
		{"`ahead: 1h`", changed(func(b *callback.AppointmentBook) { b.Ahead = time.Hour })},
		{"`identification`, which nobody was asked for", changed(func(b *callback.AppointmentBook) {
			b.Identification = &callback.Identification{Least: 6, Most: 10}
		})},
		{"another `queue`", changed(func(b *callback.AppointmentBook) { b.Forward.Name = "sales" })},
		{"these appointments taken out", func(a *callback.Account) { delete(a.Appointments, "advice") }},
		{"the section taken out", func(a *callback.Account) { a.Appointments = nil }},
	} {
		atWorkbench(t, requestsAccount(), func(w *workbench) {
			ten := time.Date(2000, 1, 1, 10, 0, 0, 0, stockholm)
			for _, number := range numbers(swedish, 0, 2) {
				w.book(number, time.Until(ten))
			}
			account := requestsAccount(row.edit)
			account.Queues["sales"] = callback.Queue{Name: "sales"}
			w.edit(account)
			table += fmt.Sprintf("| %s | %s |", row.says, w.offered(ten))
			w.after(time.Until(ten) + time.Minute)
			booked, _ := w.read(1)
			require.True(t, booked.State.Open(), row.says)
			happens := "they are called, by " + booked.Target.String()
			if booked.State == callback.TaskScheduled {
				happens = "they wait, and say so"
				require.NotEmpty(t, booked.WaitingFor)
			}
			table += " " + happens + " |\n"
		})
	}
	documentedIn(t, "../docs/appointments.md", "what an edit does", table)
}

// from is open on every day from an hour on.
func from(hour int) *hours.Schedule {
	s := &hours.Schedule{Name: "later"}
	for day := range s.Weekly {
		s.Weekly[day] = []hours.Window{{From: hour * 60, To: 24 * 60}}
	}
	return s
}

// offered says in the words of the table whether a time may be booked.
func (w *workbench) offered(start time.Time) string {
	slots, err := w.desk().Slots(context.Background(), "acme", "advice", start, start.Add(time.Second), 1)
	switch {
	case err != nil || len(slots) == 0:
		return "no slot that may be booked"
	case slots[0].Free == 0:
		return "full"
	}
	return fmt.Sprintf("free for %d more", slots[0].Free)
}

// What is booked takes a place in the slot in whose time it lies, also where the slots are
// cut otherwise by now.
func TestOtherSlotsThanWereBooked(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		two := time.Now().Add(2 * time.Hour)
		w.book("+46701234561", 2*time.Hour)
		w.book("+46701234562", 2*time.Hour+15*time.Minute)
		w.book("+46701234563", 2*time.Hour+15*time.Minute)
		w.edit(requestsAccount(changed(func(b *callback.AppointmentBook) { b.Slot, b.PerSlot = 30*time.Minute, 4 })))
		assert.Equal(t, 1, w.free(two))
		assert.Equal(t, -1, w.free(two.Add(15*time.Minute)))
		assert.Equal(t, 4, w.free(two.Add(30*time.Minute)))
		w.book("+46701234564", 2*time.Hour)
		assert.Equal(t, callback.RefusedSlotFull, w.bookRefused(booking(starting(two))).Reason)
		task := w.move(2, two.Add(30*time.Minute))
		assert.True(t, two.Add(30*time.Minute).Equal(task.At))
		w.book(alicesCustomer, 2*time.Hour)
	})
}

// What an edit of the section does to open appointments is told before it is saved.
func TestWhatAnEditDoesToAppointments(t *testing.T) {
	for name, row := range map[string]struct {
		edit   func(*callback.Account)
		effect callback.Effect
	}{
		"nothing":           {func(*callback.Account) {}, ""},
		"fewer seats":       {changed(func(b *callback.AppointmentBook) { b.PerSlot = 1 }), ""},
		"another caller ID": {changed(func(b *callback.AppointmentBook) { b.CallerID = "" }), callback.EffectSettings},
		"no book":           {func(a *callback.Account) { a.Appointments = nil }, callback.EffectForbidden},
		"no requests":       {func(a *callback.Account) { a.Requests = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.book(alicesCustomer, time.Hour)
				require.NoError(t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
					concerned, err := callback.Edited(tx, requestsAccount(), requestsAccount(row.edit), time.Now())
					require.NoError(t, err)
					if row.effect == "" {
						assert.Empty(t, concerned)
						return nil
					}
					require.Len(t, concerned, 1)
					assert.Equal(t, row.effect, concerned[0].Effect)
					return nil
				}))
			})
		})
	}
}

// A shadow account books and dials nothing: the task says what would have been done.
func TestAppointmentsOfAShadow(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Mode = callback.ModeShadow }), func(w *workbench) {
		task := w.book(alicesCustomer, time.Hour)
		w.after(70 * time.Minute)
		have, _ := w.read(task.ID)
		assert.Equal(t, callback.CancelShadow, have.Reason)
		assert.Zero(t, w.alarms("appointment_missed"))
	})
}

// Two books of one account may have the same customer at the same time: one call after
// the other.
func TestTwoAppointmentsAtOneTime(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		other := advice(a.Requests.Rule)
		other.ID, other.Name = "billing", callback.AppointmentsRule("billing")
		a.Appointments["billing"] = other
	}), func(w *workbench) {
		w.pbxs["pbx1"].answer, w.pbxs["pbx1"].talks = true, 2*time.Minute
		w.book(alicesCustomer, time.Hour)
		_, err := w.desk().Book(context.Background(), booking(startingIn(time.Hour), func(b *callback.Booking) { b.Book = "billing" }))
		require.NoError(t, err)
		w.after(61 * time.Minute)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		w.after(3 * time.Minute)
		assert.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
		w.after(10 * time.Minute)
		assert.Equal(t, 2, w.count(callback.TaskCompleted))
		assert.Zero(t, w.alarms("appointment_missed"))
	})
}
