package torture

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cutsPerStart is how often the stream of one callbackd is cut before it is
// stopped or killed, and started again: after each cut it waits twice as long
// as before.
const cutsPerStart = 3

func TestCuts(t *testing.T) {
	w := newWorld(t, 4)
	cuts := 5
	if *long {
		cuts = 200
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	w.start()
	calls := w.stream(ctx)
	for n := 0; n < cuts; {
		how := pick(w.chance, quickCuts)
		if *long && n%cutsPerStart == 0 && w.chance.oneIn(12) { // seconds pass until callbackd notices
			how = pick(w.chance, []cut{resetFar, silenceBoth})
		}
		w.pause(w.chance.between(100*time.Millisecond, 1300*time.Millisecond))
		if !w.proxy.cut(how) {
			w.awaitStream() // callbackd gave it up by itself
			continue
		}
		n++
		w.figure.cuts.Add(1)
		if n%cutsPerStart == 0 {
			w.again()
			continue
		}
		w.awaitStream()
	}
	w.awaitCustomers(6)
	stop()
	calls.Wait()
	w.judge()
}

// awaitCustomers waits until n more customers have called: those of a short
// test may all have been lost in gaps.
func (w *world) awaitCustomers(n int) {
	w.t.Helper()
	called := func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.customers)
	}
	enough := called() + n
	require.Eventually(w.t, func() bool { return called() >= enough }, time.Minute, 20*time.Millisecond, "customers call")
}

// again ends callbackd, in order or by force, and starts it. Now and then it is cut off
// before it has read Asterisk's logs.
func (w *world) again() {
	w.t.Helper()
	if !w.chance.oneIn(4) {
		w.killCallbackd()
	} else {
		require.NoError(w.t, w.StopCallbackd(w.t.Context()))
	}
	if w.chance.oneIn(2) {
		require.NoError(w.t, w.LaunchCallbackd())
		w.awaitStream()
		return
	}
	w.start()
}

// awaitStream waits until callbackd has a new event stream. A cut may hit it
// while it reconciles.
func (w *world) awaitStream() {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		w.proxy.mu.Lock()
		defer w.proxy.mu.Unlock()
		return w.proxy.stream != nil
	}, 30*time.Second, 5*time.Millisecond, "callbackd connects again")
}
