package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// A customer who answers and is gone before anybody could talk has declined,
// whatever the cause says.
func TestACustomerWhoAnswersAndGoes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 300*time.Millisecond))
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/record", Times: 1, Delay: 800 * time.Millisecond})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, []string{"customer_rejected"}, w.results())
	})
}

// Asterisk says that it has brought both together, and hasn't: that is no
// conversation, and nobody is left in silence.
func TestABridgeThatStaysEmpty(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Status: 204})
		w.after(time.Second)
		w.loses(customer)
		w.after(20 * time.Second)
		require.Equal(t, []string{"interrupted"}, w.results())
		w.tidy()
	})
}

// Two numbers in a row that fail as on a broken trunk mean the trunk: that is
// ours, and doesn't count. One number alone means that number.
func TestABrokenTrunk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Rejects(time.Second, 503))
		w.after(time.Second)
		w.loses(customer)
		w.after(6 * time.Minute)
		require.Equal(t, []string{"unreachable", "unreachable"}, w.results(), "one number alone")
		require.Equal(t, 2, w.task().Attempts)

		w.loses("+46702222222")
		w.after(30 * time.Second)
		tasks := w.tasks()
		require.Zero(t, tasks[0].Attempts)
		failed := w.attemptsOf(tasks[0].ID)[0]
		require.Equal(t, callback.ResultTrunkFailed, failed.Result)
		require.False(t, failed.Counted)
	})
}

// attemptsOf lists the attempts of a task, oldest first.
func (w *world) attemptsOf(task int64) (list []callback.Attempt) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		list, err = tx.Attempts(task)
		return err
	}))
	return list
}
