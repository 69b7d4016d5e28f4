package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// A customer whom an agent called by hand while nobody watched isn't called once more on top
// of it; one who was lost again since is.
func TestCallsByHandWhileNobodyWatches(t *testing.T) {
	for _, a := range absences {
		t.Run(a.name, func(t *testing.T) {
			withLogs(t, func(w *world) {
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
				w.after(time.Minute)
				w.loses(customer)
				w.after(time.Second)
				a.begin(w)
				w.after(time.Minute)
				w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
				w.logs.Dialled("PJSIP/alice", w.call(customer, 30*time.Second), 0)
				w.after(10 * time.Millisecond)
				a.over(w)
				w.after(5 * time.Minute)
				require.Equal(t, callback.TaskCancelled, w.task().State)
				require.Equal(t, callback.CancelAgentCalled, w.task().Reason)
				require.Zero(t, w.rung(), "nobody is rung")
				require.Empty(t, w.asterisk.Requests("POST /channels"), "not even the agent's phone")

				a.begin(w)
				w.after(time.Minute)
				w.logs.Abandoned("support", w.call(customer, 20*time.Second))
				w.after(10 * time.Millisecond)
				a.over(w)
				w.after(time.Minute)
				require.Len(t, w.tasks(), 2)
				require.Equal(t, 1, w.rung(), "lost again")
			})
		})
	}
}

// The row of a call by hand that the events told of says nothing new, and holds nothing up.
func TestCallsByHandThatWereSeen(t *testing.T) {
	withLogs(t, func(w *world) {
		w.after(time.Minute)
		seen := w.dials(customer)
		w.after(20 * time.Second)
		w.leaves(seen)
		w.logs.Dialled("PJSIP/alice", w.call(customer, 21*time.Second), 0)
		w.after(10 * time.Second)
		require.Zero(t, w.meter.of("live_unseen"))

		w.asterisk.Stop()
		w.logs.Abandoned("support", w.call(customer, time.Second))
		w.after(time.Minute)
		w.asterisk.Start()
		w.after(time.Minute)
		require.True(t, w.ready())
		require.Len(t, w.missed(), 1)
	})
}
