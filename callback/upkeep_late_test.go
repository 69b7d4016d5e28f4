package callback_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// late lists the rows of a task's history that say that it wasn't kept.
func (w *workbench) late(id int64) (reasons []string) {
	w.t.Helper()
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
		history, err := tx.History(id)
		for _, c := range history {
			if c.Input == string(callback.TaskLate) {
				reasons = append(reasons, c.Reason)
			}
		}
		return err
	}))
	return reasons
}

// Whatever keeps a customer from being called at the booked time: it is seen, said once,
// by the task too, and the customer is called when that is over.
func TestABookedTimeThatPasses(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		begins, ends func(*workbench)
		says         string
	}{
		"callbackd is stopped": {
			func(w *workbench) { require.NoError(t, w.control.Stop(ctx, "ann")) },
			func(w *workbench) { require.NoError(t, w.control.Resume(ctx, "ann")) }, "stopped",
		},
		"the account is frozen": {
			func(w *workbench) { require.NoError(t, w.control.Freeze(ctx, "acme", "ann")) },
			func(w *workbench) { require.NoError(t, w.control.Unfreeze(ctx, "acme", "ann")) }, "frozen",
		},
		"the office closes earlier now": {
			func(w *workbench) { w.edit(requestsAccount(changed(inOffice))) },
			func(w *workbench) { w.edit(requestsAccount()) }, "closed by schedule office until Mon 09:00",
		},
		"the appointments are gone from the file": {
			func(w *workbench) { w.edit(requestsAccount(func(a *callback.Account) { a.Appointments = nil })) },
			func(w *workbench) { w.edit(requestsAccount()) }, "account acme takes no appointments advice any more",
		},
		"the account is gone": {
			func(w *workbench) { w.edit() },
			func(w *workbench) { w.edit(requestsAccount()) }, "",
		},
		"nobody is free": {
			func(w *workbench) { w.pbxs["pbx1"].busy.Store(true) },
			func(w *workbench) { w.pbxs["pbx1"].busy.Store(false) }, allBusy,
		},
		"the agent doesn't answer": {
			func(w *workbench) { w.pbxs["pbx1"].refusing.Store(true) },
			func(w *workbench) { w.pbxs["pbx1"].refusing.Store(false) }, "",
		},
		"somebody holds it": {
			func(w *workbench) {
				_, err := callback.Hold(ctx, w.store, 1, "ann", "")
				require.NoError(t, err)
			},
			func(w *workbench) {
				_, err := callback.Release(ctx, w.store, 1, "ann")
				require.NoError(t, err)
			}, "held by ann",
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				var rung atomic.Int64
				w.pbxs["pbx1"].answer, w.pbxs["pbx1"].dials = true, func() { rung.Add(1) }
				task := w.book(alicesCustomer, time.Hour)
				row.begins(w)
				w.after(64 * time.Minute)
				assert.Empty(t, w.late(task.ID), "not yet")
				w.after(2 * time.Minute)
				reasons := w.late(task.ID)
				require.Len(t, reasons, 1)
				assert.Contains(t, reasons[0], row.says)
				have, _ := w.read(task.ID)
				assert.Equal(t, 5*time.Minute, have.Late.Sub(task.At).Truncate(time.Minute))
				assert.Equal(t, 1, w.alarms("appointment_missed"))

				w.after(10 * time.Minute)
				assert.Zero(t, rung.Load())
				row.ends(w)
				w.after(20 * time.Minute)
				assert.NotZero(t, rung.Load(), "it isn't forgotten")
				w.after(3 * time.Hour)
				assert.Len(t, w.late(task.ID), 1)
				assert.Equal(t, 1, w.alarms("appointment_missed"), "once")
			})
		})
	}
}

// A carrier that refuses every call makes nobody's phone ring: the agent's, which does,
// keeps no appointment.
func TestABookedTimeBehindABrokenTrunk(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		_, mend := w.brokenTrunk("pbx1")
		for _, number := range numbers(swedish, 0, 2) {
			w.book(number, time.Hour)
		}
		w.after(90 * time.Minute)
		refused := 0
		for id := range int64(2) {
			// The first may be the number's own fault, and counts; of two it is the trunk's.
			if _, attempts := w.read(id + 1); attempts[0].Result == callback.ResultTrunkFailed {
				refused++
				assert.Len(t, w.late(id+1), 1)
			}
		}
		assert.NotZero(t, refused)
		mend()
		w.after(time.Hour)
	})
}

// Who was called in time isn't late, however often it has to be tried.
func TestAnAppointmentThatNobodyAnswersIsKept(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		task := w.book(alicesCustomer, time.Hour)
		w.after(5 * time.Hour)
		have, _ := w.read(task.ID)
		assert.Equal(t, callback.TaskExhausted, have.State)
		assert.Zero(t, have.Late)
		assert.Empty(t, w.late(task.ID))
		assert.Zero(t, w.alarms("appointment_missed"))
	})
}

// A call before the booked time doesn't keep it.
func TestACallBeforeTheBookedTimeDoesNotKeepIt(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		task := w.book(alicesCustomer, time.Hour)
		_, err := w.desk().CallNow(context.Background(), task.ID, "ann")
		require.NoError(t, err)
		w.after(30 * time.Minute)
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		w.after(40 * time.Minute)
		assert.Equal(t, 1, w.alarms("appointment_missed"))
	})
}

// The customer's cap is in the way of an appointment like of any call: it waits, is seen,
// and kept when the cap is free.
func TestACapAtTheBookedTime(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		a.Callable.PerNumber.Day, a.Requests.DialingIntervals = 1, []time.Duration{0}
	}), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request())
		w.after(15 * time.Minute)
		task := w.book(alicesCustomer, 2*time.Hour)
		w.after(2*time.Hour + 6*time.Minute)
		have, _ := w.read(task.ID)
		assert.Equal(t, callback.TaskScheduled, have.State)
		assert.Contains(t, have.WaitingFor, "as often as callable.per_number allows")
		assert.Equal(t, 1, w.alarms("appointment_missed"))
		w.after(23 * time.Hour)
		assert.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
	})
}

// Nobody promised another time: what couldn't be kept is tried for as long as give_up_after
// says, counted from the booked time.
func TestAnAppointmentGrowsTooOld(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		task := w.book(alicesCustomer, 48*time.Hour)
		w.after((5*24 - 1) * time.Hour)
		have, _ := w.read(task.ID)
		assert.Equal(t, callback.TaskScheduled, have.State)
		assert.Equal(t, 1, w.alarms("giving_up_soon"))
		w.after(time.Hour)
		have, _ = w.read(task.ID)
		assert.Equal(t, callback.TaskExpired, have.State)
		assert.NotZero(t, have.Late)
	})
}

// A moved appointment has another time to be kept at, and to be late for.
func TestALateAppointmentIsMoved(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		task := w.book(alicesCustomer, time.Hour)
		w.after(75 * time.Minute)
		moved := w.move(task.ID, time.Now().Add(time.Hour))
		assert.Zero(t, moved.Late)
		w.after(70 * time.Minute)
		assert.Len(t, w.late(task.ID), 2)
		assert.Equal(t, 2, w.alarms("appointment_missed"), "each time once")
	})
}

// A whole morning that is missed is one line of the log, not one for each customer.
func TestManyBookedTimesPass(t *testing.T) {
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.PerSlot = 500 })), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		for i := range 250 {
			w.book(fmt.Sprintf("+4670123%04d", i), time.Hour)
		}
		w.after(66 * time.Minute)
		lates := 0
		for id := range int64(250) {
			lates += len(w.late(id + 1))
		}
		assert.Equal(t, 250, lates)
		assert.LessOrEqual(t, w.alarms("appointment_missed"), 3)
		assert.LessOrEqual(t, w.store.largest.Load(), int64(100), "nobody waits long for the writer")
	})
}

// What passed while callbackd was away is seen at the next start, also what is too old by
// then; and what was seen before isn't said again.
func TestABookedTimePassesWhileCallbackdIsAway(t *testing.T) {
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		life := func(lasts time.Duration, do func(*workbench)) (said string) {
			ctx, end := context.WithCancel(t.Context())
			w := newWorkbench(ctx, t, file, requestsAccount())
			done := make(chan struct{})
			go func() { defer close(done); _ = w.upkeep.Run(ctx) }()
			do(w)
			time.Sleep(lasts)
			synctest.Wait()
			end()
			<-done
			require.NoError(t, w.store.Close())
			return w.said.String()
		}
		missed := func(said string) int { return strings.Count(said, `"alarm":"appointment_missed"`) }
		life(time.Minute, func(w *workbench) { w.book(alicesCustomer, time.Hour) })
		time.Sleep(6 * 24 * time.Hour)
		assert.Equal(t, 1, missed(life(time.Minute, func(*workbench) {})))
		assert.Zero(t, missed(life(10*time.Minute, func(w *workbench) {
			task, _ := w.read(1)
			assert.Equal(t, callback.TaskExpired, task.State)
			assert.Len(t, w.late(1), 1)
		})))
	})
}
