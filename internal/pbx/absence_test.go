package pbx_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

func (w *world) isOnThePhone() bool {
	_, on := w.presence.With(customer)
	return on
}

// unreachable cuts Asterisk off, whose calls go on, until it is repaired.
func (w *world) unreachable() (repair func()) {
	repair = w.asterisk.Fault(aritest.Fault{On: "GET /asterisk/info", Status: 503, Message: "out of reach"})
	w.asterisk.Cut("callbackd")
	return repair
}

// Who was on the phone when the connection was lost, and isn't any more, stays so until the
// logs have told what became of the call: whoever was helped isn't called in between.
func TestACustomerWhoHangsUpInAGap(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		id := w.enters(customer)
		began := time.Now()
		w.after(10 * time.Second)
		w.asterisk.Stop()
		w.after(time.Second)
		w.leaves(id)
		w.asterisk.Start()
		time.AfterFunc(time.Second, func() { // a row may be late
			w.logs.Abandoned("support", logtest.Call{ID: id, Number: customer, Lasted: 11 * time.Second, Ended: began.Add(11 * time.Second)})
		})
		listings := len(w.asterisk.Requests("GET /bridges"))
		for !w.ready() {
			require.True(t, w.isOnThePhone())
			w.after(10 * time.Millisecond)
		}
		require.Len(t, w.asterisk.Requests("GET /bridges"), listings+1)
		require.False(t, w.isOnThePhone())
		require.Len(t, w.missed(), 1, "and it is known what became of the call")
	})
}

// A PBX that doesn't come back keeps nobody on the phone for longer than people talk.
func TestAPBXThatIsAwayForLong(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.enters(customer)
		w.after(time.Second)
		repair := w.unreachable()
		w.after(9 * time.Minute)
		require.True(t, w.isOnThePhone())
		w.after(2 * time.Minute)
		require.False(t, w.isOnThePhone())
		repair()
		w.after(2 * time.Minute)
		require.True(t, w.isOnThePhone(), "the call goes on")
		w.after(20 * time.Minute)
		require.True(t, w.isOnThePhone(), "and it is known again")
	})
}

// One that comes back in time, and is lost again, is away anew.
func TestAPBXThatComesAndGoes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.enters(customer)
		for range 3 {
			w.after(time.Second)
			repair := w.unreachable()
			w.after(8 * time.Minute)
			repair()
			w.after(time.Minute)
			require.True(t, w.ready())
			require.True(t, w.isOnThePhone())
		}
		w.unreachable()
		w.after(9 * time.Minute)
		require.True(t, w.isOnThePhone())
		w.after(2 * time.Minute)
		require.False(t, w.isOnThePhone())
	})
}

// Whose call goes on stays on the phone also if the logs' part of the gap can't be stored
// for long.
func TestAGapThatIsNotCommittedForLong(t *testing.T) {
	withLogs(t, func(w *world) {
		var full atomic.Bool
		w.end()
		w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
			return fullDisk{store, &full}, dial
		}
		w.start()
		w.after(time.Minute)
		w.enters(customer)
		w.after(10 * time.Second)
		full.Store(true)
		repair := w.unreachable()
		w.after(time.Minute)
		w.logs.Abandoned("support", w.call("+46701111111", 20*time.Second))
		w.after(time.Second)
		repair()
		w.after(20 * time.Minute)
		require.False(t, w.ready())
		require.True(t, w.isOnThePhone())
		full.Store(false)
		w.after(10 * time.Second)
		require.True(t, w.ready())
		require.True(t, w.isOnThePhone())
	})
}
