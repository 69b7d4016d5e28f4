package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/callback/hours"
)

// booking has the example account take appointments: two customers every quarter of an
// hour, from 09:00 to 10:00 by UTC. The world begins on Saturday, 1 January 2000, at
// midnight; of an appointment less than an hour ahead nobody hears.
func booking(change ...func(*callback.AppointmentBook)) func(*callback.Account) {
	return func(a *callback.Account) {
		asking(a)
		morning := &hours.Schedule{Name: "morning"}
		for day := range morning.Weekly {
			morning.Weekly[day] = []hours.Window{{From: 9 * 60, To: 10 * 60}}
		}
		book := &callback.AppointmentBook{
			Rule: a.Requests.Rule, ID: "advice", Slot: 15 * time.Minute, PerSlot: 1, Ahead: 3 * 24 * time.Hour, AtLeast: time.Hour,
			Office: callback.Office{Zone: time.UTC, Schedule: morning},
		}
		book.Name, book.Forward = callback.AppointmentsRule("advice"), callback.Target{Kind: callback.TargetQueue, Name: "support"}
		for _, f := range change {
			f(book)
		}
		a.Appointments = map[string]*callback.AppointmentBook{"advice": book}
	}
}

func slotAt(day, hour, minute int) time.Time {
	return time.Date(2000, 1, day, hour, minute, 0, 0, time.UTC)
}

// books has somebody have an appointment.
func (w *world) books(number string, start time.Time, digits string) callback.Task {
	w.t.Helper()
	asked, err := callback.NewDesk(w.store, w.rules).Book(context.Background(), callback.Booking{
		Account: "acme", Book: "advice", Number: number, Start: start, Identification: digits, Via: callback.ViaAPI, By: "admin",
	})
	require.NoError(w.t, err)
	return asked.Task
}

func (w *world) visitsBook(number string, does func(*aritest.Call)) *visitor {
	return w.handsOver(number, does, "appointment", "advice")
}

// said is what was said of a slot: the first that is free is the first of the day.
var firstSlot = []string{"digits/day-6", "number:1", "digits/mon-0", "digits/at", "number:9", "digits/oclock", "appointment-choose"}

// In these tests each sound takes a second: a slot with its question takes seven.
func TestAnAppointmentIsBookedByPhone(t *testing.T) {
	inWorld(t, func(w *world) {
		v := w.visitsBook(customer, keys("9s:1 4s:1"))
		w.after(20 * time.Second)
		require.Equal(t, append(append([]string{"appointment-first"}, firstSlot...),
			"offer-number", "digits:0701234567", "offer-confirm", "appointment-booked"), w.menuSaid())
		require.True(t, v.over())
		task := w.task()
		require.Equal(t, callback.KindAppointment, task.Kind)
		require.Equal(t, slotAt(1, 9, 0), task.At.UTC())
		require.Equal(t, callback.ReasonCallbackAsked, w.reason())
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes())
		w.after(9*time.Hour + time.Minute)
		require.Equal(t, callback.TaskCompleted, w.task().State, "called at the booked time")
		require.Equal(t, 1, w.rung())
	}, booking())
}

// The caller takes another slot: the next one, or one of another day; full ones aren't
// offered, and behind the last the first comes again.
func TestAnotherSlotIsTaken(t *testing.T) {
	for name, row := range map[string]struct {
		keys  string
		taken []time.Time
		want  time.Time
	}{
		"the next":                        {"9s:2 8s:1 4s:1", nil, slotAt(1, 9, 15)},
		"another day":                     {"9s:3 8s:1 4s:1", nil, slotAt(2, 9, 0)},
		"another day, and the next":       {"9s:3 8s:2 8s:1 4s:1", nil, slotAt(2, 9, 15)},
		"the first that is free":          {"9s:1 4s:1", []time.Time{slotAt(1, 9, 0), slotAt(1, 9, 15)}, slotAt(1, 9, 30)},
		"all of a day are taken":          {"9s:1 4s:1", []time.Time{slotAt(1, 9, 0), slotAt(1, 9, 15), slotAt(1, 9, 30), slotAt(1, 9, 45)}, slotAt(2, 9, 0)},
		"behind the last comes the first": {"9s:3 8s:3 8s:3 9s:1 4s:1", nil, slotAt(1, 9, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for i, start := range row.taken {
					w.books("+4670222222"+string(rune('0'+i)), start, "")
				}
				v := w.visitsBook(customer, keys(row.keys))
				w.after(2 * time.Minute)
				require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
				require.True(t, v.over())
				require.Equal(t, row.want, w.tasks()[0].At.UTC())
			}, booking())
		})
	}
}

// A slot that is taken while the caller listens is said to be, and another is chosen; the
// number isn't asked for again.
func TestASlotIsTakenMeanwhile(t *testing.T) {
	inWorld(t, func(w *world) {
		v := w.visitsBook(customer, keys("9s:1 4s:1 10s:1"))
		w.after(11 * time.Second)
		w.books("+46702222222", slotAt(1, 9, 0), "")
		w.after(time.Minute)
		require.Contains(t, w.menuSaid(), "appointment-taken")
		require.True(t, v.over())
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
		require.Equal(t, slotAt(1, 9, 15), w.tasks()[0].At.UTC())
	}, booking())
}

// Who has an appointment hears it, and keeps, moves or cancels it; no call of these is
// called back.
func TestAnAppointmentIsChangedByPhone(t *testing.T) {
	for name, row := range map[string]struct {
		keys  string
		want  callback.Offered
		state callback.TaskState
		at    time.Time
	}{
		"kept":      {"9s:1", callback.OfferedKept, callback.TaskScheduled, slotAt(1, 9, 30)},
		"moved":     {"9s:2 9s:1", callback.OfferedMoved, callback.TaskScheduled, slotAt(1, 9, 0)},
		"cancelled": {"9s:3", callback.OfferedCancelled, callback.TaskCancelled, slotAt(1, 9, 30)},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.books(customer, slotAt(1, 9, 30), "")
				v := w.visitsBook(customer, keys(row.keys))
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				require.Equal(t, "appointment-yours", w.menuSaid()[0])
				require.True(t, v.over())
				require.Zero(t, v.back.Load())
				task := w.task()
				require.Equal(t, row.state, task.State)
				require.Equal(t, row.at, task.At.UTC())
				require.Equal(t, callback.ReasonCallbackAsked, w.reason())
			}, booking())
		})
	}
}

// Digits say who it is, from whatever phone: an appointment that they have booked is
// found, others aren't; and a new one is booked with them.
func TestCustomersWhoIdentify(t *testing.T) {
	identified := func(b *callback.AppointmentBook) { b.Identification = &callback.Identification{Least: 4, Most: 6} }
	inWorld(t, func(w *world) {
		w.books("+46702222222", slotAt(1, 9, 30), "4711")
		w.visitsBook(customer, keys("1500ms:4711# 9s:3"))
		w.after(time.Minute)
		require.Equal(t, []callback.Offered{callback.OfferedCancelled}, w.outcomes(), w.menuSaid())
		require.Equal(t, callback.TaskCancelled, w.task().State)
	}, booking(identified))
	inWorld(t, func(w *world) {
		w.visitsBook(customer, keys("1500ms:12# 4s:0815# 9s:1 4s:1"))
		w.after(time.Minute)
		require.Equal(t, []string{"appointment-identification", "not-understood", "appointment-identification"}, w.menuSaid()[:3])
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
		require.Equal(t, "0815", w.task().Identification)
	}, booking(identified))
}

// Who shows the number of somebody's appointment hears nothing of it where digits say who
// it is, and books an own one: an office has one number.
func TestTwoCustomersWithOneNumber(t *testing.T) {
	identified := func(b *callback.AppointmentBook) {
		b.Identification = &callback.Identification{Least: 4, Most: 6}
	}
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.books(customer, slotAt(1, 9, 30), "4711")
		w.visitsBook(customer, keys("1500ms:0815# 9s:3 9s:1 4s:1"))
		w.after(time.Minute)
		require.NotContains(t, w.menuSaid(), "appointment-yours")
		require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
		require.Len(t, w.tasks(), 2)
	}, booking(identified))
}

// Customers are offered what is open by their own clock: by that of the office 09:00 and
// 09:15 would be, by theirs it is 10:00 and 10:15 then.
func TestCustomersOfAnotherZone(t *testing.T) {
	for name, row := range map[string]struct {
		withheld bool
		keys     string
		first    string
	}{
		"by the number that calls":    {false, "9s:1 4s:1", "number:30"},
		"by the number that is typed": {true, "9s:1 3s:0702222222# 6s:1 10s:1", "digits/oclock"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, func(w *world) {
				nobodyAnswers(w)
				if row.withheld {
					w.asterisk.SetFunction("CALLERID(num-pres)", "prohib_not_screened")
				}
			}, func(w *world) {
				w.visitsBook(customer, keys(row.keys))
				w.after(4 * time.Minute)
				require.Equal(t, []callback.Offered{callback.OfferedAccepted}, w.outcomes(), w.menuSaid())
				require.Equal(t, row.first, w.menuSaid()[6])
				require.NotContains(t, w.menuSaid(), "appointment-taken")
				require.Equal(t, slotAt(1, 9, 30), w.tasks()[0].At.UTC())
			}, booking(func(b *callback.AppointmentBook) {
				s := &hours.Schedule{Name: "not at ten"}
				for day := range s.Weekly {
					s.Weekly[day] = []hours.Window{{From: 8 * 60, To: 10 * 60}, {From: 10*60 + 30, To: 18 * 60}}
				}
				b.Schedule = s
			}))
		})
	}
}

// Every way back, and what nobody can book: the caller is in the dialplan, and nothing is
// booked.
func TestNoAppointment(t *testing.T) {
	for name, row := range map[string]struct {
		keys   string
		change func(*callback.AppointmentBook)
		want   callback.Offered
	}{
		"nothing pressed":                  {"", nil, callback.OfferedNoAnswer},
		"the hash":                         {"2s:#", nil, callback.OfferedDeclined},
		"the number isn't confirmed":       {"9s:1 4s:#", nil, callback.OfferedDeclined},
		"nobody says who calls":            {"", func(b *callback.AppointmentBook) { b.Identification = &callback.Identification{Least: 4, Most: 6} }, callback.OfferedNoAnswer},
		"never open":                       {"", func(b *callback.AppointmentBook) { b.Office.Schedule = &hours.Schedule{Name: "never"} }, callback.OfferedNoSlot},
		"listening until the time is over": {"8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2 8s:2", nil, callback.OfferedNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				v := w.visitsBook(customer, keys(row.keys))
				w.after(4 * time.Minute)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				require.EqualValues(t, 1, v.back.Load())
				for _, task := range w.tasks() {
					require.Equal(t, callback.KindMissed, task.Kind)
				}
			}, booking(func(b *callback.AppointmentBook) {
				if row.change != nil {
					row.change(b)
				}
			}))
		})
	}
}

// The connection is lost at every moment: the caller is in the dialplan, or the slot is
// booked, once.
func TestAGapAtEveryMomentOfABooking(t *testing.T) {
	for at := 500 * time.Millisecond; at < 16*time.Second; at += 1500 * time.Millisecond {
		t.Run(at.String(), func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				v := w.visitsBook(customer, keys("9s:1 4s:1"))
				w.after(at)
				w.restart()
				w.after(time.Minute)
				require.True(t, v.over())
				w.promisedOnce(v)
			}, booking())
		})
	}
}
