package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// hangsUpFirst is inWorldOf with a last key for callers: their call is over, and its end stored,
// before what it asks for is.
func hangsUpFirst(t *testing.T, prepare func(*world), scenario func(w *world, last func(*aritest.Call, string)), change ...func(*callback.Account)) {
	slow := &slowAsk{}
	inWorldOf(t, func(w *world) {
		prepare(w)
		w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
			slow.Store = store
			return slow, dial
		}
	}, func(w *world) {
		scenario(w, func(c *aritest.Call, key string) {
			slow.next.Store(true)
			c.Press(key)
			c.Wait(10 * time.Millisecond)
			c.Hangup()
		})
	}, change...)
}

// left lists the open tasks of a world in which one call was missed.
func (w *world) left() (open []callback.Task) {
	w.t.Helper()
	require.Len(w.t, w.missed(), 1)
	for _, task := range w.tasks() {
		if task.State.Open() {
			open = append(open, task)
		}
	}
	return open
}

// The caller confirms and hangs up, and the end of the call is stored before the request:
// what was asked for is promised, where it was asked for, and not the missed call besides.
func TestTheEndOfTheCallOvertakesTheRequest(t *testing.T) {
	for name, row := range map[string]struct {
		withheld     bool
		keys, number string
	}{
		"for the own number":     {false, "1500ms:1 4s:", customer},
		"for another":            {false, "1500ms:1 4s:2 2s:0702222222# 4s:", "+46702222222"},
		"by one who is withheld": {true, "1500ms:1 2s:0702222222# 4s:", "+46702222222"},
	} {
		t.Run(name, func(t *testing.T) {
			hangsUpFirst(t, func(w *world) {
				nobodyAnswers(w)
				if row.withheld {
					w.asterisk.SetFunction("CALLERID(num-pres)", "prohib_not_screened")
				}
			}, func(w *world, last func(*aritest.Call, string)) {
				w.handsOver(customer, func(c *aritest.Call) {
					keys(row.keys)(c)
					last(c, "1")
				})
				w.after(time.Minute)
				open := w.left()
				require.Len(t, open, 1)
				require.Equal(t, callback.KindRequest, open[0].Kind)
				require.Equal(t, row.number, open[0].Number)
				for _, task := range w.tasks() {
					if task.Kind == callback.KindMissed {
						require.Equal(t, callback.CancelCallbackAsked, task.Reason)
					}
				}
			}, func(a *callback.Account) {
				asking(a)
				a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 1} // the missed call takes nobody's place
			})
		})
	}
}

// A customer who was lost before that call, too, is still called for it.
func TestAnEarlierLossStandsBesideTheRequest(t *testing.T) {
	hangsUpFirst(t, nobodyAnswers, func(w *world, last func(*aritest.Call, string)) {
		w.after(time.Second)
		w.asterisk.CallIn(customer, func(c *aritest.Call) {
			c.Execute("Queue", "support,,,,60")
			c.Wait(5 * time.Second)
			c.Hangup()
		})
		w.after(time.Minute)
		w.handsOver(customer, func(c *aritest.Call) {
			keys("1500ms:1 4s:")(c)
			last(c, "1")
		})
		w.after(time.Minute)
		require.Len(t, w.missed(), 2)
		for _, task := range w.tasks() {
			assert.Equal(t, callback.TaskScheduled, task.State, task.Kind)
		}
		assert.Len(t, w.tasks(), 2)
	}, asking)
}

// A caller comes out of the queue into the menu, and hangs up with the last key: what
// becomes of the appointment is all that becomes of the call.
func TestTheEndOfTheCallOvertakesAnAppointment(t *testing.T) {
	for name, row := range map[string]struct {
		booked    bool
		keys, key string
		left      int
	}{
		"booked":    {false, "9s:1 4s:", "1", 1},
		"kept":      {true, "9s:", "1", 1},
		"moved":     {true, "9s:2 9s:", "1", 1},
		"cancelled": {true, "9s:", "3", 0},
	} {
		t.Run(name, func(t *testing.T) {
			hangsUpFirst(t, nobodyAnswers, func(w *world, last func(*aritest.Call, string)) {
				if row.booked {
					w.books(customer, slotAt(1, 9, 30), "")
				}
				w.after(time.Second)
				w.asterisk.CallIn(customer, func(c *aritest.Call) {
					c.Execute("Queue", "support,,,,60")
					c.Wait(10 * time.Second)
					c.Stasis("callbackd", "appointment", "advice")
					keys(row.keys)(c)
					last(c, row.key)
				})
				w.after(time.Minute)
				open := w.left()
				require.Len(t, open, row.left)
				for _, task := range open {
					require.Equal(t, callback.KindAppointment, task.Kind)
				}
			}, booking())
		})
	}
}

// Somebody else changes the appointment while its customer listens: the caller isn't told
// that it stands, nor left without a word.
func TestAnAppointmentIsChangedMeanwhile(t *testing.T) {
	ctx := context.Background()
	cancelled := func(w *world, id int64) {
		_, err := callback.Cancel(ctx, w.store, id, callback.CancelByPerson, "eve")
		require.NoError(w.t, err)
	}
	moved := func(w *world, id int64) {
		_, err := callback.NewDesk(w.store, w.rules).MoveAppointment(ctx, id, slotAt(2, 9, 15), "eve")
		require.NoError(w.t, err)
	}
	for name, row := range map[string]struct {
		meanwhile func(*world, int64)
		keys      string
		want      callback.Offered
		says      string // after the question
		at        time.Time
	}{
		"cancelled, and kept":                   {cancelled, "9s:1 9s:#", callback.OfferedDeclined, "appointment-first", slotAt(1, 9, 30)},
		"cancelled, and cancelled":              {cancelled, "9s:3", callback.OfferedCancelled, "appointment-cancelled", slotAt(1, 9, 30)},
		"moved, and kept as it is then":         {moved, "9s:1 10s:1", callback.OfferedKept, "appointment-yours", slotAt(2, 9, 15)},
		"moved, and moved":                      {moved, "9s:2 9s:1 10s:1", callback.OfferedKept, "appointment-first", slotAt(2, 9, 15)},
		"moved, and cancelled when it is known": {moved, "9s:3 10s:3", callback.OfferedCancelled, "appointment-yours", slotAt(2, 9, 15)},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				task := w.books(customer, slotAt(1, 9, 30), "")
				w.visitsBook(customer, keys(row.keys))
				w.after(5 * time.Second)
				row.meanwhile(w, task.ID)
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				require.Equal(t, row.says, w.menuSaid()[8], w.menuSaid())
				require.NotContains(t, w.logged(), "menu_failed")
				for _, have := range w.tasks() {
					if have.ID == task.ID {
						require.Equal(t, row.at, have.At.UTC())
					}
				}
			}, booking())
		})
	}
}
