package catchup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/internal/witness/logtest"
)

// Where calls end all the time, and the event stream's verdicts on them are committed
// seconds later, nobody waits for more than those of before.
func TestUntilBesideVerdictsThatAreCommittedLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(500 * time.Millisecond):
					c := w.call()
					w.reader.Saw(verdict(c, 0))
					w.logs.Unanswered("PJSIP/alice", c)
					time.AfterFunc(3*time.Second, func() { w.reader.Took(c.ID) })
				}
			}
		}()
		w.after(time.Minute)
		began := time.Now()
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.Greater(t, time.Since(began), 2*time.Second, "they aren't overtaken")
		require.Less(t, time.Since(began), 6*time.Second)
		require.Empty(t, w.ids())
	})
}

// One verdict that can't be committed doesn't keep the calls before it from being taken,
// and those behind it wait.
func TestCallsBesideOneThatIsNotCommitted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		before, held, behind := w.call(), w.call(), w.call()
		w.logs.Abandoned("support", before)
		w.after(10 * time.Millisecond)
		w.reader.Saw(verdict(held, 0))
		w.logs.Abandoned("support", held)
		w.logs.Abandoned("support", behind)
		w.after(time.Minute)
		require.Equal(t, []string{before.ID}, w.ids())
		w.reader.Took(held.ID)
		w.after(time.Minute)
		require.Equal(t, []string{before.ID, behind.ID}, w.ids(), "in their order")
	})
}

// At the first start of all nothing needs to be read before somebody is called.
func TestTheFirstStartWaitsForNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(20 * time.Millisecond)     // connecting takes its time
		w.reader.Saw(verdict(w.call(), 0)) // and has the logs looked at once more
		w.after(20 * time.Millisecond)
		began := time.Now()
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.Zero(t, time.Since(began))

		w.after(50 * time.Millisecond)
		call := w.call()
		call.ID, call.Lasted = logtest.ID(time.Now(), 1), 0
		w.logs.Abandoned("support", call)
		w.after(10 * time.Second)
		require.Equal(t, []string{call.ID}, w.ids(), "what comes afterwards is found")
		require.WithinDuration(t, time.Now(), w.reader.Judged(), 10*time.Second)

		w.end()
		w.start()
		began = time.Now()
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.GreaterOrEqual(t, time.Since(began), 2*time.Second, "the second start reads what was written meanwhile")
	})
}

// An Asterisk that answers long after the first start is read up to then like any other.
func TestAConnectionLongAfterTheFirstStart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Hour + 500*time.Millisecond) // a log has whole seconds
		call := w.call()
		began := time.Now()
		time.AfterFunc(time.Second, func() { w.logs.Abandoned("support", call) })
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.Equal(t, []string{call.ID}, w.ids())
	})
}

// What happened while Asterisk was listed the events tell only after that: they aren't
// overtaken then either.
func TestTheEventsThatWaitedForTheList(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		w.reader.Connecting(w.Context())
		call := w.call()
		w.logs.Abandoned("support", call)
		w.after(10 * time.Second)
		time.AfterFunc(time.Second, func() { // many waited
			w.reader.Saw(verdict(call, 0))
			w.reader.Took(call.ID)
		})
		require.NoError(t, w.reader.Until(w.Context(), time.Now()))
		w.after(10 * time.Second)
		require.Empty(t, w.ids())
	})
}
