package callback

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// noticing is an intake over a customer's open task.
func noticing(t *testing.T) (s *state, take func(change ...func(*Verdict)), decided *[]MissedCall) {
	d := asBuilt()
	initial := d.initial()
	s, decided = &initial, new([]MissedCall)
	in := NewIntake(&s.ledger, NewRules(d.book), func(m MissedCall) { *decided = append(*decided, m) })
	return s, func(change ...func(*Verdict)) {
		t.Helper()
		require.NoError(t, in.Take(context.Background(), lostCall(append(change, func(v *Verdict) {
			if v.CallID == lostCall().CallID {
				v.CallID = "next"
			}
		})...)))
	}, decided
}

// Whoever talked to a person needs no callback; whoever heard one for a moment,
// before the line went, does.
func TestACustomerWhoWasHelped(t *testing.T) {
	for name, row := range map[string]struct {
		talked time.Duration
		state  TaskState
		lost   int
	}{
		"nobody":                       {0, TaskScheduled, 2},
		"for less than the account's":  {900 * time.Millisecond, TaskScheduled, 2},
		"for as long as the account's": {time.Second, TaskCancelled, 1},
		"for minutes":                  {5 * time.Minute, TaskCancelled, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, take, _ := noticing(t)
			take(func(v *Verdict) { v.Talked = row.talked })
			require.Equal(t, row.state, s.task.State)
			require.Len(t, s.calls, row.lost)
			if row.state == TaskCancelled {
				require.Equal(t, CancelCustomerCalled, s.task.Reason)
				require.Equal(t, AttemptEnded, s.newest().State, "nothing stays planned")
			}
		})
	}
}

// A call that is nobody's is answered by the same measure.
func TestAShortTalkOfNoAccount(t *testing.T) {
	s, take, decided := noticing(t)
	nobodys := func(talked time.Duration) func(*Verdict) {
		return func(v *Verdict) { v.Trunk, v.Talked = "PJSIP/elsewhere", talked }
	}
	take(nobodys(900 * time.Millisecond))
	require.Len(t, *decided, 1)
	require.Equal(t, ReasonNoAccount, (*decided)[0].Reason)
	take(nobodys(time.Second), func(v *Verdict) { v.CallID = "answered" })
	require.Len(t, *decided, 1)
	require.Equal(t, TaskScheduled, s.task.State)
}

// Events are doubled, and logs tell of calls that were seen live.
func TestACallThatIsSeenTwice(t *testing.T) {
	s, take, decided := noticing(t)
	take()
	take()
	require.Len(t, s.calls, 2)
	require.Len(t, *decided, 1)
	require.Equal(t, DecisionMerged, (*decided)[0].Decision)
}

// Verdicts can come late, out of a log for example: what a customer did last
// decides.
func TestAnOlderLossThatComesLate(t *testing.T) {
	s, take, _ := noticing(t)
	take(func(v *Verdict) { v.CallID, v.Loss.Queue, v.Ended = "newest", "sales", noon.Add(time.Minute) })
	sales := Target{TargetQueue, "sales"}
	require.Equal(t, sales, s.task.Target)
	take(func(v *Verdict) { v.CallID, v.Loss.Queue, v.Ended = "older", "support", noon.Add(30*time.Second) })
	require.Len(t, s.calls, 3, "it is noted")
	require.Equal(t, sales, s.task.Target)
	require.Equal(t, sales, s.task.LostBy)
	require.Equal(t, sales, s.newest().Settings.Target)
}
