package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// floor is a ledger with what else a decision reads.
type floor struct {
	*ledger
	switches Switches
	legs     map[time.Duration]Legs // the customer's, by window
	open     map[Target]int         // open tasks
}

func (f *floor) Update(ctx context.Context, fn func(Tx) error) error {
	return f.ledger.Update(ctx, func(tx Tx) error { return fn(&floorTx{tx, f}) })
}

type floorTx struct {
	Tx
	floor *floor
}

func (tx *floorTx) Switches() (Switches, error) { return tx.floor.switches, nil }

func (tx *floorTx) CustomerLegs(_, number string, since time.Time) (Legs, error) {
	if number == "" {
		return Legs{}, nil
	}
	return tx.floor.legs[time.Since(since).Round(time.Hour)], nil
}

func (tx *floorTx) OpenMissed(_ string, targets []Target) (n int, _ error) {
	for _, t := range targets {
		n += tx.floor.open[t]
	}
	return n, nil
}

// noticing is an intake over a customer's open task.
func noticing(t *testing.T) (s *state, take func(change ...func(*Verdict)), decided *[]MissedCall) {
	d := asBuilt()
	initial := d.initial()
	s, decided = &initial, new([]MissedCall)
	in := NewIntake(&floor{ledger: &s.ledger}, NewRules(d.book), func(m MissedCall) { *decided = append(*decided, m) })
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
			take(func(v *Verdict) {
				if v.Talked = row.talked; v.Talked > 0 {
					v.Loss = Loss{Earlier: &Loss{Queue: "support"}} // nobody was tried afterwards
				}
			})
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
		return func(v *Verdict) { v.Trunk, v.Talked, v.Loss = "PJSIP/elsewhere", talked, Loss{} }
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
	take(func(v *Verdict) {
		v.CallID, v.Loss.Queue, v.Arrived, v.Ended = "older", "support", noon.Add(-time.Hour), noon.Add(30*time.Second)
	})
	require.Len(t, s.calls, 3, "it is noted")
	require.Equal(t, noon.Add(-time.Hour), s.task.Arrived, "whoever waits longest is called first")
	require.Equal(t, sales, s.task.Target)
	require.Equal(t, sales, s.task.LostBy)
	require.Equal(t, sales, s.newest().Settings.Target)
}

// intake takes one call of a customer's in, by account, on floor.
func intake(t *testing.T, account *Account, f *floor, change ...func(*Verdict)) MissedCall {
	t.Helper()
	var recorded []MissedCall
	in := NewIntake(f, NewRules(NewRulebook(account)), func(m MissedCall) { recorded = append(recorded, m) })
	require.NoError(t, in.Take(t.Context(), lostCall(change...)))
	require.Len(t, recorded, 1)
	return recorded[0]
}

func newFloor() *floor {
	return &floor{ledger: &ledger{hears: func(Change) error { return nil }}}
}

// Whoever lost the call, it is a customer's call that reached nobody.
func TestEveryLossIsJudged(t *testing.T) {
	for name, row := range map[string]struct {
		loss   Loss
		want   Reason
		lostBy string
	}{
		"a queue":          {Loss{Queue: "support"}, "", "queue:support"},
		"an agent":         {Loss{Endpoints: []string{"PJSIP/erin"}}, "", "agent:erin"},
		"a group":          {Loss{Endpoints: []string{"PJSIP/alice", "PJSIP/bob"}}, "", "group:sales"},
		"a phone":          {Loss{Endpoints: []string{"PJSIP/fax"}}, ReasonTargetUnknown, "agent:PJSIP/fax"},
		"a menu":           {Loss{Contexts: []string{"main-menu"}}, ReasonNoRule, "scenario:menu"},
		"another dialplan": {Loss{Contexts: []string{"from-pstn"}}, ReasonNoRule, "scenario:from-pstn"},
	} {
		f := newFloor()
		m := intake(t, company(), f, func(v *Verdict) { v.Loss = row.loss })
		require.Equal(t, row.want, m.Reason, name)
		require.Equal(t, row.lostBy, m.LostBy.String(), name)
		if row.want == "" {
			require.Equal(t, row.lostBy, f.task.Target.String(), name)
		}
	}
}

// What is switched off, used up or full at the moment of the decision counts,
// and a call that is refused leaves no task.
func TestWhatIsReadWhereItIsDecided(t *testing.T) {
	support, sales := Target{TargetQueue, "support"}, Target{TargetQueue, "sales"}
	account := exampleAccount(capped(3, 9), func(a *Account) {
		a.Areas = map[string]Area{"nordic": {Name: "nordic", MaxTasks: 5}}
		a.Queues = map[string]Queue{"support": {Name: "support", Area: "nordic", MaxTasks: 3}, "sales": {Name: "sales", Area: "nordic"}}
	})
	for name, row := range map[string]struct {
		floor func(*floor)
		want  Reason
	}{
		"nothing":      {func(*floor) {}, ""},
		"frozen":       {func(f *floor) { f.switches.Frozen = map[string]Switch{"acme": {}} }, ReasonAccountFrozen},
		"deactivated":  {func(f *floor) { f.switches.Off = map[RuleKey]Switch{{"acme", "lost"}: {}} }, ReasonRuleDisabled},
		"only stopped": {func(f *floor) { f.switches.Stopped = &Switch{} }, ""},
		"a day's cap":  {func(f *floor) { f.legs = map[time.Duration]Legs{24 * time.Hour: {Count: 3}} }, ReasonCapReached},
		"a month's cap": {func(f *floor) {
			f.legs = map[time.Duration]Legs{24 * time.Hour: {Count: 2}, 30 * 24 * time.Hour: {Count: 9}}
		}, ReasonCapReached},
		"room for one": {func(f *floor) { f.open = map[Target]int{support: 2, sales: 2} }, ""},
		"a full queue": {func(f *floor) { f.open = map[Target]int{support: 3} }, ReasonQueueFull},
		"a full area":  {func(f *floor) { f.open = map[Target]int{support: 2, sales: 3} }, ReasonAreaFull},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFloor()
				row.floor(f)
				m := intake(t, account, f)
				require.Equal(t, row.want, m.Reason)
				require.Len(t, f.calls, 1, "it is noted whatever is decided")
				require.Equal(t, row.want == "", f.task.State == TaskScheduled)
				require.Equal(t, row.want == "", m.TaskID != 0)
			})
		})
	}
}

// A customer who has a task already needs no room for another.
func TestALossThatMergesNeedsNoRoom(t *testing.T) {
	account := exampleAccount(func(a *Account) {
		a.Queues = map[string]Queue{"support": {Name: "support", MaxTasks: 1}}
	})
	f := newFloor()
	require.Equal(t, DecisionTaskCreated, intake(t, account, f).Decision)
	f.open = map[Target]int{{TargetQueue, "support"}: 1}
	require.Equal(t, DecisionMerged, intake(t, account, f, func(v *Verdict) { v.CallID = "again" }).Decision)
}

// The promise is as old as the newest loss: what the customer did last tells how
// long it is wanted.
func TestAMergeStartsTheDeadlineAnew(t *testing.T) {
	account := exampleAccount(func(a *Account) { a.Rules[0].GiveUpAfter = 3 })
	call := func(id string, at time.Time) func(*Verdict) {
		return func(v *Verdict) { v.CallID, v.Arrived, v.Ended = id, at.Add(-time.Minute), at }
	}
	f := newFloor()
	intake(t, account, f, call("1", noon))
	require.Equal(t, noon.AddDate(0, 0, 3), f.task.GiveUp.UTC())
	later := noon.AddDate(0, 0, 2)
	intake(t, account, f, call("2", later))
	require.Equal(t, later.AddDate(0, 0, 3), f.task.GiveUp.UTC())
	intake(t, account, f, call("3", noon.Add(time.Hour)))
	require.Equal(t, later.AddDate(0, 0, 3), f.task.GiveUp.UTC(), "an older loss that comes late changes nothing")

	f.task.State = TaskDialing
	f.attempts[1].State = AttemptAgent
	latest := later.AddDate(0, 0, 1)
	intake(t, account, f, call("4", latest))
	require.Equal(t, latest.AddDate(0, 0, 3), f.task.GiveUp.UTC(), "also while it is being dialled")
}
