package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// dialling is a customer's task with an attempt in a state.
func beingDialled(in AttemptState) (*design, *state) {
	d := asBuilt()
	s := d.initial()
	s.task.State, s.newest().State = TaskDialing, in
	return d, &s
}

// A disk that is full for a while loses no outcome.
func TestAnOutcomeThatCannotBeStoredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := beingDialled(AttemptCustomer)
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
	d, s := beingDialled(AttemptCustomer)
	id := s.newest().ID
	for range 2 {
		require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
			_, err := conclude(tx, d.book, id, ending{result: ResultCustomerBusy}, Pace{}, noon)
			return err
		}))
	}
	require.Equal(t, 1, s.task.Attempts)
	require.Equal(t, 2, s.newest().Ordinal, "the second attempt is planned, not the third")
}

// A result that can't be is a fault of callbackd's own: what is stored is that it
// failed, with the words it had.
func TestAResultThatCannotBe(t *testing.T) {
	d, s := beingDialled(AttemptAgent)
	require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
		_, err := conclude(tx, d.book, s.newest().ID, ending{result: ResultCustomerBusy, reason: "cause 17"}, Pace{}, noon)
		return err
	}))
	ended := s.attempts[0]
	require.Equal(t, ResultInterrupted, ended.Result)
	require.Equal(t, "customer_busy: cause 17", ended.Reason)
	require.False(t, ended.Counted)
}

// A cancellation that came too late isn't shown as one that is still to come.
func TestAConversationOfACancelledTask(t *testing.T) {
	d, s := beingDialled(AttemptBridged)
	s.task.CancelReason = CancelByPerson
	require.NoError(t, s.Update(t.Context(), func(tx Tx) error {
		_, err := conclude(tx, d.book, s.newest().ID, ending{result: ResultConnected}, Pace{}, noon)
		return err
	}))
	require.Equal(t, TaskCompleted, s.task.State)
	require.Empty(t, s.task.CancelReason)
}

// A treatment's bound counts results since the newest loss: a customer who calls
// again has the whole of it again.
func TestABoundCountsSinceTheNewestLoss(t *testing.T) {
	treatments := Treatments{ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 2}}
	d, s := beingDialled(AttemptCustomer)
	account, _ := d.book.Account("acme")
	account.Rules[0].Treatments = treatments
	past := &history{ledger: &s.ledger}
	busy := func() {
		t.Helper()
		require.NoError(t, past.Update(t.Context(), func(tx Tx) error {
			_, err := conclude(tx, d.book, s.newest().ID, ending{result: ResultCustomerBusy}, Pace{}, noon)
			return err
		}))
	}
	redial := func() {
		s.task.State = TaskDialing
		dialled := *s.newest()
		dialled.State = AttemptCustomer
		s.attempts[1] = &dialled
	}
	busy()
	require.Equal(t, 1, s.newest().Ordinal, "the interval isn't used up")
	redial()
	d.miss(s)
	busy()
	require.Equal(t, TaskScheduled, s.task.State, "the second, but of another loss")
	redial()
	busy()
	require.Equal(t, TaskScheduled, s.task.State)
	redial()
	busy()
	require.Equal(t, TaskExhausted, s.task.State)
	require.Equal(t, string(ResultCustomerBusy), s.task.Reason)
}

// What the customer can't have noticed doesn't count towards a bound either.
func TestABoundCountsOnlyWhatCounts(t *testing.T) {
	d, s := beingDialled(AttemptAgentUp)
	account, _ := d.book.Account("acme")
	account.Rules[0].Treatments = Treatments{ResultAgentHungUp: {In: time.Minute, AtMost: 2}}
	past := &history{ledger: &s.ledger}
	for _, in := range []AttemptState{AttemptAgentUp, AttemptCustomer, AttemptAgentUp} {
		s.task.State = TaskDialing
		dialled := *s.newest()
		dialled.State = in
		s.attempts[1] = &dialled
		require.NoError(t, past.Update(t.Context(), func(tx Tx) error {
			_, err := conclude(tx, d.book, s.newest().ID, ending{result: ResultAgentHungUp}, Pace{}, noon)
			return err
		}))
		require.Equal(t, TaskScheduled, s.task.State)
	}
	require.Len(t, past.ended, 3)
}

// A customer who pressed the stop key isn't given the agent after a gap in the
// farewell, whatever the task had been cancelled for before. Those who talk go on
// talking.
func TestAGapAfterTheStopKey(t *testing.T) {
	for _, before := range []string{"", CancelByPerson} {
		for _, bridged := range []bool{false, true} {
			d, s := beingDialled(AttemptCustomer)
			s.task.CancelReason = before
			dialer := d.dialer(s)
			require.NoError(t, dialer.stopCalling(t.Context(), *s.newest()))
			o, err := dialer.orderNow(t.Context(), s.task.ID)
			require.NoError(t, err)
			require.Equal(t, bridged, o.spares(Standing{Agent: true, Customer: true, CustomerUp: true, Bridged: bridged}))
			require.NotEmpty(t, o.reason)
		}
	}
}

// Who didn't take a try is passed by at the next, also where that only follows one
// that gave way.
func TestWhoDidNotTakeATry(t *testing.T) {
	d, s := beingDialled(AttemptAgent)
	past := &history{ledger: &s.ledger}
	for _, e := range []ending{
		{result: ResultAgentRejected, passedBy: []string{"PJSIP/alice"}},
		{result: ResultSuperseded},
	} {
		var after aftermath
		require.NoError(t, past.Update(t.Context(), func(tx Tx) (err error) {
			after, err = conclude(tx, d.book, s.newest().ID, e, Pace{}, noon)
			return err
		}))
		require.Equal(t, []string{"PJSIP/alice"}, s.newest().Settings.PassedBy, e.result)
		require.Equal(t, e.result == ResultAgentRejected, after.failing == 1, "giving way is no failure")
		s.task.State = TaskDialing
		dialled := *s.newest()
		dialled.State = AttemptAgent
		s.attempts[1] = &dialled
	}
}

// history is a ledger that remembers every attempt that has ended.
type history struct {
	*ledger
	ended []Attempt
}

func (h *history) Update(ctx context.Context, fn func(Tx) error) error {
	return h.ledger.Update(ctx, func(tx Tx) error { return fn(&historyTx{tx, h}) })
}

type historyTx struct {
	Tx
	history *history
}

func (tx *historyTx) UpdateAttempt(a *Attempt, c Change) error {
	if a.State == AttemptEnded {
		tx.history.ended = append(tx.history.ended, *a)
	}
	return tx.Tx.UpdateAttempt(a, c)
}

func (tx *historyTx) Attempts(int64) ([]Attempt, error) { return tx.history.ended, nil }
