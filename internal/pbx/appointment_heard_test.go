package pbx_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// Who only wants to know when the appointment is, hears it and hangs up: nobody calls back.
// Before that, it is a call that was missed.
func TestTheAppointmentIsHeard(t *testing.T) {
	for name, row := range map[string]struct {
		hangsUp string
		want    callback.Offered
		open    int
	}{
		"to its end":        {"7500ms:H", callback.OfferedKept, 1},
		"with the question": {"9s:H", callback.OfferedKept, 1},
		"not to its end":    {"4s:H", callback.OfferedHungUp, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, nobodyAnswers, func(w *world) {
				w.books(customer, slotAt(1, 9, 30), "")
				w.after(time.Second)
				w.asterisk.CallIn(customer, func(c *aritest.Call) {
					c.Execute("Queue", "support,,,,60")
					c.Wait(10 * time.Second)
					c.Stasis("callbackd", "appointment", "advice")
					keys(row.hangsUp)(c)
				})
				w.after(time.Minute)
				require.Equal(t, []callback.Offered{row.want}, w.outcomes(), w.menuSaid())
				require.Len(t, w.left(), row.open)
			}, booking())
		})
	}
}

// Who tries one identification after the other is sent back after five in a day, and hears
// nothing of the appointment that would be next.
func TestIdentificationsAreGuessed(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		w.books("+46702222222", slotAt(3, 9, 30), "4711")
		for i := range 6 {
			w.handsOver(customer, keys(fmt.Sprintf("1500ms:%d# 9s:3 1s:H", 4706+i)), "appointment", "advice")
			w.after(30 * time.Second)
		}
		require.Equal(t, callback.OfferedRefused, w.outcomes()[5], w.outcomes())
		require.Contains(t, w.logged(), `"reason":"too_often"`)
		require.NotContains(t, w.menuSaid(), "appointment-yours")
	}, booking(func(b *callback.AppointmentBook) { b.Identification = &callback.Identification{Least: 4, Most: 6} }))
}

// Who asks for callbacks to other numbers, call after call, goes back after five in a day;
// a callback to the own number is still to be had.
func TestNumbersOfStrangers(t *testing.T) {
	inWorldOf(t, nobodyAnswers, func(w *world) {
		for i := range 6 {
			w.handsOver(customer, keys(fmt.Sprintf("1500ms:1 4s:2 2s:070222222%d# 4s:1", i)))
			w.after(40 * time.Second)
		}
		require.Equal(t, callback.OfferedRefused, w.outcomes()[5], w.outcomes())
		require.Contains(t, w.logged(), `"reason":"too_often"`)
		require.Equal(t, "offer-refused", w.menuSaid()[len(w.menuSaid())-1])
		w.handsOver(customer, keys(accepts11))
		w.after(30 * time.Second)
		require.Equal(t, callback.OfferedAccepted, w.outcomes()[6])
	}, asking)
}
