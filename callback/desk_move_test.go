package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// move moves an appointment, which is taken.
func (w *workbench) move(id int64, start time.Time) callback.Task {
	w.t.Helper()
	task, err := w.desk().MoveAppointment(context.Background(), id, start, "ann")
	require.NoError(w.t, err)
	return task
}

func moving(id int64, start time.Time) func(*callback.Desk) error {
	return func(d *callback.Desk) error {
		_, err := d.MoveAppointment(context.Background(), id, start, "ann")
		return err
	}
}

// A moved appointment is kept at its new time, and its old seat is free.
func TestAnAppointmentIsMoved(t *testing.T) {
	for name, move := range map[string]func(*callback.Desk, int64, time.Time) (callback.Task, error){
		"moved": func(d *callback.Desk, id int64, at time.Time) (callback.Task, error) {
			return d.MoveAppointment(context.Background(), id, at, "ann")
		},
		"rescheduled": func(d *callback.Desk, id int64, at time.Time) (callback.Task, error) {
			return d.Reschedule(context.Background(), id, at, "ann")
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				before := w.book(alicesCustomer, time.Hour)
				start := time.Now().Add(26 * time.Hour)
				_, err := move(w.desk(), before.ID, start)
				require.NoError(t, err)
				task, attempts := w.read(before.ID)
				for _, have := range []time.Time{task.At, task.Due, task.Arrived, attempts[0].Due} {
					assert.True(t, start.Equal(have), have)
				}
				assert.True(t, start.AddDate(0, 0, 3).Equal(task.GiveUp), task.GiveUp)
				assert.Equal(t, 2, w.free(before.At))
				assert.Equal(t, 1, w.free(start))
				w.after(26*time.Hour - time.Second)
				assert.Zero(t, w.pbxs["pbx1"].rung.Load())
				assert.Zero(t, w.alarms("appointment_missed"), "nobody waited at the old time")
				w.after(time.Second)
				assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
			})
		})
	}
}

// Where the other slot is full, or is none, everything stays as it is.
func TestAMoveThatIsRefused(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.AtLeast = 30 * time.Minute })), func(w *workbench) {
		mine := w.book(alicesCustomer, time.Hour)
		full := w.book("+46701234561", 2*time.Hour).At
		w.book("+46701234562", 2*time.Hour)
		w.book(alicesCustomer, 48*time.Hour)
		for want, start := range map[callback.AskReason]time.Time{
			callback.RefusedSlotFull:   full,
			callback.RefusedNoSlot:     full.Add(time.Minute),
			callback.RefusedTooSoon:    time.Now().Add(15 * time.Minute),
			callback.RefusedTimePast:   time.Now(),
			callback.RefusedTimeTooFar: time.Now().Add(15 * 24 * time.Hour),
			callback.RefusedDuplicate:  time.Now().Add(47 * time.Hour),
		} {
			refusal := w.refused(moving(mine.ID, start))
			assert.Equal(t, want, refusal.Reason)
			assert.Equal(t, callback.FieldStart, refusal.Field)
			assert.Equal(t, 1, w.free(mine.At), "the old seat is kept")
		}
		w.edit(requestsAccount(func(a *callback.Account) { a.Appointments = nil }))
		assert.Equal(t, callback.RefusedAppointmentsOff, w.refused(moving(mine.ID, full.Add(time.Hour))).Reason)
		require.ErrorIs(t, moving(99, full)(w.desk()), callback.ErrNotFound)
	})
}

// A slot that is full with oneself in it isn't full for oneself.
func TestAnAppointmentMovesToItsOwnTime(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.PerSlot = 1 })), func(w *workbench) {
		task := w.book(alicesCustomer, time.Hour)
		w.move(task.ID, task.At)
		assert.Zero(t, w.free(task.At))
	})
}

// Wherever callbackd dies, the appointment has one seat: the old one or the new one.
func TestMovingIsOneTransaction(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		task := w.book(alicesCustomer, time.Hour)
		start := time.Now().Add(2 * time.Hour)
		_, err := callback.NewDesk(unlucky{w.store, "seat"}, w.rules).MoveAppointment(context.Background(), task.ID, start, "ann")
		require.ErrorIs(t, err, errDied)
		assert.Equal(t, 1, w.free(task.At))
		assert.Equal(t, 2, w.free(start))
	})
}

// After an attempt that nobody answered it is a new promise, with all attempts before it.
func TestAMoveBeginsAnew(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		task := w.book(alicesCustomer, 15*time.Minute)
		w.after(16 * time.Minute)
		_, attempts := w.read(task.ID)
		require.Equal(t, 2, attempts[len(attempts)-1].Ordinal)
		w.move(task.ID, time.Now().Truncate(15*time.Minute).Add(2*time.Hour))
		_, attempts = w.read(task.ID)
		assert.Equal(t, 1, attempts[len(attempts)-1].Ordinal)
	})
}

// While the customer is being called it is too late to move.
func TestAnAppointmentThatIsBeingKeptStays(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		task := w.book(alicesCustomer, 15*time.Minute)
		w.after(15*time.Minute + time.Second)
		var state *callback.TransitionError
		require.ErrorAs(t, moving(task.ID, time.Now().Add(time.Hour))(w.desk()), &state)
	})
}

// However an appointment ends, its seat is free for another customer.
func TestASeatIsGivenBack(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]func(*workbench, int64){
		"cancelled": func(w *workbench, id int64) {
			_, err := callback.Cancel(ctx, w.store, id, callback.CancelByPerson, "ann")
			require.NoError(w.t, err)
		},
		"closed": func(w *workbench, id int64) {
			_, err := w.desk().Close(ctx, id, "", "ann")
			require.NoError(w.t, err)
		},
		"do not call": func(w *workbench, _ int64) { w.block(alicesCustomer) },
		"given up": func(w *workbench, id int64) {
			require.NoError(w.t, w.store.Update(ctx, func(tx callback.Tx) error {
				task, err := tx.Task(id)
				require.NoError(w.t, err)
				task.GiveUp = time.Now().Add(time.Minute)
				return tx.UpdateTask(&task, callback.Change{Input: "edit", From: string(task.State), To: string(task.State)})
			}))
			w.upkeep.Wake()
			w.after(2 * time.Minute)
		},
		"called earlier": func(w *workbench, id int64) {
			w.pbxs["pbx1"].answer, w.pbxs["pbx1"].talks = true, time.Minute
			_, err := w.desk().CallNow(ctx, id, "ann")
			require.NoError(w.t, err)
			w.after(5 * time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				task := w.book(alicesCustomer, 5*time.Hour)
				require.Equal(t, 1, w.free(task.At))
				end(w, task.ID)
				over, _ := w.read(task.ID)
				require.False(t, over.State.Open(), over.State)
				assert.Equal(t, 2, w.free(task.At))
			})
		})
	}
}

// Who has been called before the time, and wasn't reached, is called at the time as well.
func TestCallingEarlierKeepsTheBookedTime(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		task := w.book(alicesCustomer, 5*time.Hour)
		_, err := w.desk().CallNow(context.Background(), task.ID, "ann")
		require.NoError(t, err)
		w.after(time.Minute)
		require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		have, attempts := w.read(task.ID)
		assert.True(t, task.At.Equal(have.Due), have.Due)
		assert.Equal(t, 1, attempts[len(attempts)-1].Ordinal, "with all its attempts")
		assert.Equal(t, 1, w.free(task.At))
		w.after(5 * time.Hour)
		assert.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
	})
}

// It is what was booked then: in its place in the order, and whose it was.
func TestCallingEarlierChangesNothingOfTheBookedTime(t *testing.T) {
	for name, early := range map[string]func(*callback.Desk, int64) (callback.Task, error){
		"call now": func(d *callback.Desk, id int64) (callback.Task, error) {
			return d.CallNow(context.Background(), id, "ann")
		},
		"taken": func(d *callback.Desk, id int64) (callback.Task, error) {
			return d.Take(context.Background(), id, "alice", "alice")
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) {
				a.Appointments["advice"].Owner = &callback.Owner{Agent: "alice", For: time.Hour, Then: supportQueue}
			}), func(w *workbench) {
				w.pbxs["pbx1"].answer = true
				task := w.book(alicesCustomer, 5*time.Hour)
				_, err := early(w.desk(), task.ID)
				require.NoError(t, err)
				w.after(4*time.Hour + 59*time.Minute)
				require.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
				have, _ := w.read(task.ID)
				assert.True(t, task.At.Equal(have.Arrived), "its place: %s", have.Arrived)
				assert.Equal(t, alice, have.Target)
				assert.Equal(t, task.OwnerUntil, have.OwnerUntil)
			})
		})
	}
}

// What an agent, and a caller, see of what is booked.
func TestWhatIsBooked(t *testing.T) {
	digits := changed(func(b *callback.AppointmentBook) { b.Identification = &callback.Identification{Least: 4, Most: 8} })
	atWorkbench(t, requestsAccount(digits), func(w *workbench) {
		book := func(number, digits string, d time.Duration) {
			_, err := w.desk().Book(context.Background(), booking(startingIn(d), func(b *callback.Booking) { b.Number, b.Identification = number, digits }))
			require.NoError(t, err)
		}
		book("0701234567", "1111", 30*time.Hour)
		book("0701234567", "1111", 2*time.Hour)
		book("0701234568", "2222", 3*time.Hour)
		book("0701234569", "1111", 4*time.Hour)
		ids := func(tasks []callback.Task, err error) (list []int64) {
			require.NoError(t, err)
			for _, task := range tasks {
				list = append(list, task.ID)
			}
			return list
		}
		desk, ctx, now := w.desk(), context.Background(), time.Now()
		assert.Equal(t, []int64{2, 3, 4, 1}, ids(desk.Booked(ctx, "acme", "advice", now, now.Add(48*time.Hour), 10)))
		assert.Equal(t, []int64{3}, ids(desk.Booked(ctx, "acme", "advice", now.Add(3*time.Hour), now.Add(4*time.Hour), 10)))
		assert.Equal(t, []int64{2}, ids(desk.Booked(ctx, "acme", "advice", now, now.Add(48*time.Hour), 1)))
		assert.Empty(t, ids(desk.Booked(ctx, "globex", "advice", now, now.Add(48*time.Hour), 10)))

		assert.Equal(t, []int64{2, 1}, ids(desk.BookedBy(ctx, "acme", "advice", alicesCustomer, "")))
		assert.Equal(t, []int64{3}, ids(desk.BookedBy(ctx, "acme", "advice", "+46701234568", "")))
		assert.Equal(t, []int64{2, 4, 1}, ids(desk.BookedBy(ctx, "acme", "advice", "", "1111")))
		assert.Empty(t, ids(desk.BookedBy(ctx, "acme", "advice", "", "")))
		w.after(150 * time.Minute) // the first is over its time, and is being kept
		assert.Equal(t, []int64{1}, ids(desk.BookedBy(ctx, "acme", "advice", alicesCustomer, "")))
	})
}
