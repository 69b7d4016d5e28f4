package callback

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// dialling is a customer's task with an attempt in a state.
func dialling(in AttemptState) (*design, *state) {
	d := asBuilt()
	s := d.initial()
	s.task.State, s.newest().State = TaskDialing, in
	return d, &s
}

// A disk that is full for a while loses no outcome.
func TestAnOutcomeThatCannotBeStoredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := dialling(AttemptCustomer)
		began := time.Now()
		s.hears = func(Change) error {
			if time.Since(began) < time.Minute {
				return errDisk
			}
			return nil
		}
		d.dialer(s).finish(t.Context(), s.newest().ID, ending{result: ResultCustomerBusy})
		require.Equal(t, ResultCustomerBusy, s.attempts[0].Result)
		require.Equal(t, TaskScheduled, s.task.State)
	})
}

// An outcome whose commit wasn't confirmed is stored once more, and changes
// nothing then.
func TestAnOutcomeThatIsStoredTwice(t *testing.T) {
	d, s := dialling(AttemptCustomer)
	id := s.newest().ID
	for range 2 {
		require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
			return conclude(tx, d.book, id, ending{result: ResultCustomerBusy}, Pace{}, noon)
		}))
	}
	require.Equal(t, 1, s.task.Attempts)
	require.Equal(t, 2, s.newest().Ordinal, "the second attempt is planned, not the third")
}

// A result that can't be is a fault of callbackd's own: what is stored is that it
// failed, with the words it had.
func TestAResultThatCannotBe(t *testing.T) {
	d, s := dialling(AttemptAgent)
	require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
		return conclude(tx, d.book, s.newest().ID, ending{result: ResultCustomerBusy, reason: "cause 17"}, Pace{}, noon)
	}))
	ended := s.attempts[0]
	require.Equal(t, ResultInterrupted, ended.Result)
	require.Equal(t, "customer_busy: cause 17", ended.Reason)
	require.False(t, ended.Counted)
}

// A cancellation that came too late isn't shown as one that is still to come.
func TestAConversationOfACancelledTask(t *testing.T) {
	d, s := dialling(AttemptBridged)
	s.task.CancelReason = CancelByPerson
	require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
		return conclude(tx, d.book, s.newest().ID, ending{result: ResultConnected}, Pace{}, noon)
	}))
	require.Equal(t, TaskCompleted, s.task.State)
	require.Empty(t, s.task.CancelReason)
}
