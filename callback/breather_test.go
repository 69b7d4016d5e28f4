package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// rungAt lists when the customer's phone rang for a task, from the beginning of the test.
func (w *workbench) rungAt(id int64, begun time.Time) (at []time.Duration) {
	_, attempts := w.read(id)
	for _, a := range attempts {
		if !a.CustomerSent.IsZero() {
			at = append(at, a.CustomerSent.Sub(begun).Round(time.Minute))
		}
	}
	return at
}

// A customer who has a missed call and a request, and doesn't answer, isn't rung by the
// one right after the other.
func TestTwoCallbacksOfOneCustomer(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		begun := time.Now()
		w.lose("1", alicesCustomer, "support") // immediately, and 5 minutes after that
		w.ask(request())                       // immediately, 10 minutes after that, and an hour
		w.after(time.Minute)
		task, _ := w.read(2)
		assert.Equal(t, "another callback of the customer was tried in vain until 01:00: this one waits until Sat 01:10 in Europe/Stockholm", task.WaitingFor)
		w.after(4 * time.Hour)
		assert.Equal(t, []time.Duration{0, 5 * time.Minute}, w.rungAt(1, begun))
		assert.Equal(t, []time.Duration{15 * time.Minute, 25 * time.Minute, 85 * time.Minute}, w.rungAt(2, begun))
	})
}

// What a customer wants after the phone has rung in vain isn't put off; nor is what was
// asked for a time, or for another customer.
func TestWhoIsNotPutOff(t *testing.T) {
	for name, row := range map[string]struct {
		first, then func(*workbench)
		rung        time.Duration
	}{
		"a request after that": {
			func(w *workbench) { w.lose("1", alicesCustomer, "support") }, func(w *workbench) { w.ask(request()) }, time.Minute,
		},
		"a call that is lost after that": {
			func(w *workbench) { w.ask(request()) }, func(w *workbench) { w.lose("1", alicesCustomer, "support") }, time.Minute,
		},
		"a request for a time": {
			func(w *workbench) { w.ask(request()); w.ask(request(in(2 * time.Minute))) }, func(*workbench) {}, 2 * time.Minute,
		},
		"another customer's": {
			func(w *workbench) {
				w.ask(request())
				w.ask(request(func(r *callback.Request) { r.Number = "0701234568" }))
			}, func(*workbench) {}, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals = []time.Duration{0} }), func(w *workbench) {
				w.pbxs["pbx1"].answer = true
				begun := time.Now()
				row.first(w)
				w.after(time.Minute)
				require.Equal(t, []time.Duration{0}, w.rungAt(1, begun))
				row.then(w)
				w.after(90 * time.Second)
				assert.Equal(t, []time.Duration{row.rung}, w.rungAt(2, begun))
			})
		})
	}
}

// Where no interval says how far apart, it is five minutes.
func TestALastAttemptThatIsImmediate(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals = []time.Duration{0} }), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		begun := time.Now()
		w.lose("1", alicesCustomer, "support")
		w.ask(request())
		w.after(time.Hour)
		assert.Equal(t, []time.Duration{10 * time.Minute}, w.rungAt(2, begun), "after the second attempt of the other")
	})
}

// Nor what a person wants now.
func TestCallNowIsNotPutOff(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		begun := time.Now()
		w.lose("1", alicesCustomer, "support")
		w.ask(request())
		w.after(2 * time.Minute)
		require.Empty(t, w.rungAt(2, begun))
		_, err := w.desk().CallNow(context.Background(), 2, "ann")
		require.NoError(t, err)
		w.after(time.Minute)
		assert.Equal(t, []time.Duration{2 * time.Minute}, w.rungAt(2, begun))
	})
}
