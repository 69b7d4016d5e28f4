package pbx_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// fullDisk is a store that can't write for as long as it is full.
type fullDisk struct {
	callback.Store
	full *atomic.Bool
}

func (d fullDisk) Update(ctx context.Context, fn func(callback.Tx) error) error {
	if d.full.Load() {
		return errors.New("database or disk is full")
	}
	return d.Store.Update(ctx, fn)
}

// onADiskThatFills runs a scenario whose disk can be filled.
func onADiskThatFills(t *testing.T, scenario func(w *world, full *atomic.Bool)) {
	inWorld(t, func(w *world) {
		var full atomic.Bool
		w.end()
		w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
			return fullDisk{store, &full}, dial
		}
		w.start()
		w.after(time.Second)
		scenario(w, &full)
	})
}

// A call that is lost while nothing can be stored isn't forgotten.
func TestACallThatIsLostWhileTheDiskIsFull(t *testing.T) {
	onADiskThatFills(t, func(w *world, full *atomic.Bool) {
		full.Store(true)
		w.loses(customer)
		w.after(time.Minute)
		require.Empty(w.t, w.missed())
		full.Store(false)
		w.after(2 * time.Minute)
		require.Len(w.t, w.missed(), 1)
		require.Equal(w.t, []string{"connected"}, w.results())
	})
}

// Neither is what became of an attempt; and the people who talk go on talking.
func TestAConversationWhileTheDiskIsFull(t *testing.T) {
	onADiskThatFills(t, func(w *world, full *atomic.Bool) {
		w.loses(customer)
		w.after(customerRings)
		full.Store(true)
		w.after(10 * time.Minute)
		require.Equal(w.t, callback.AttemptCustomer, w.attempts()[0].State)
		w.tidy()
		full.Store(false)
		w.after(time.Minute)
		require.Equal(w.t, []string{"connected"}, w.results())
		require.Equal(w.t, callback.TaskCompleted, w.task().State)
		require.Equal(w.t, 1, w.rung())
	})
}
