package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// exampleAccount is the account of most tests here.
func exampleAccount(change ...func(*Account)) *Account {
	a := &Account{
		Name: "acme", Mode: ModeLive, Country: "SE", Location: time.UTC, Lines: 15, MinTalk: time.Second,
		Numbers: []string{"+4685550000"},
		Regions: map[string]Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: FormatPlusE164, Formats: "ulaw", ToneZone: "se",
		}},
		Queues: map[string]Queue{"support": {Name: "support"}, "sales": {Name: "sales"}},
		Rules: []Rule{{
			Name: "lost", MissedIn: MissedInContactCenter, Enabled: true,
			DialingIntervals: []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute},
			WaitForCustomer:  30 * time.Second, AgentPrompt: "callback",
		}},
	}
	for _, f := range change {
		f(a)
	}
	return a
}

func exampleAttempt(a *Account, result Result, counted bool) Attempt {
	m := MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685550000", LostBy: Target{TargetQueue, "support"}}
	return Attempt{
		ID: 1, TaskID: 1, Ordinal: 1, Try: 1, State: AttemptEnded, MissedCallID: 7,
		Settings: a.settings(a.Rules[0], m), Result: result, Counted: counted, Ended: noon,
	}
}

func TestFollowUp(t *testing.T) {
	account := exampleAccount()
	book := NewRulebook(account)
	task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
	newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685550000", LostBy: Target{TargetQueue, "support"}, Rule: "lost"}

	t.Run("a conversation completes, even if somebody cancelled meanwhile", func(t *testing.T) {
		cancelled := task
		cancelled.CancelReason = CancelByPerson
		f := follow(book, cancelled, exampleAttempt(account, ResultConnected, true), newest, Pace{})
		require.Equal(t, TaskConnected, f.input)
		require.Nil(t, f.plan)
	})
	t.Run("a cancelled task ends with its attempt", func(t *testing.T) {
		cancelled := task
		cancelled.CancelReason = CancelByPerson
		f := follow(book, cancelled, exampleAttempt(account, ResultCustomerBusy, true), newest, Pace{})
		require.Equal(t, followUp{input: TaskWithdraw, reason: CancelByPerson}, f)
	})
	t.Run("the next interval runs from the end of the attempt", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultCustomerNoAnswer, true), newest, Pace{})
		require.Equal(t, TaskRetry, f.input)
		require.Equal(t, noon.Add(5*time.Minute), f.plan.due)
		require.Equal(t, 2, f.plan.ordinal)
		require.Equal(t, 1, f.plan.try)
	})
	t.Run("the number of intervals is the number of attempts", func(t *testing.T) {
		last := exampleAttempt(account, ResultCustomerBusy, true)
		last.Ordinal = 3
		require.Equal(t, followUp{input: TaskExhaust, reason: "customer_busy"}, follow(book, task, last, newest, Pace{}))
	})
	t.Run("a number that doesn't exist isn't tried again", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultNumberInvalid, true), newest, Pace{})
		require.Equal(t, followUp{input: TaskExhaust, reason: "number_invalid"}, f)
	})
	t.Run("what doesn't count comes back as the same attempt, each time later", func(t *testing.T) {
		ended := exampleAttempt(account, ResultAgentNoAnswer, false)
		for try, want := range []time.Duration{0, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			if try == 0 {
				continue
			}
			ended.Try = try
			f := follow(book, task, ended, newest, Pace{})
			require.Equal(t, TaskComeBack, f.input)
			require.Equal(t, noon.Add(want), f.plan.due, "try %d", try)
			require.Equal(t, 1, f.plan.ordinal)
			require.Equal(t, try+1, f.plan.try)
		}
	})
	t.Run("what gave way comes back as soon as it may", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultSuperseded, false), newest, Pace{})
		require.Equal(t, noon, f.plan.due)
	})
	t.Run("an edited rule changes the next attempt, not one that comes back", func(t *testing.T) {
		edited := exampleAccount(func(a *Account) {
			a.Rules[0].DialingIntervals = []time.Duration{time.Minute, 10 * time.Minute}
			a.Rules[0].WaitForCustomer = 45 * time.Second
		})
		book := NewRulebook(edited)
		f := follow(book, task, exampleAttempt(account, ResultCustomerBusy, true), newest, Pace{})
		require.Equal(t, noon.Add(10*time.Minute), f.plan.due)
		require.Equal(t, 45*time.Second, f.plan.settings.WaitForCustomer)
		f = follow(book, task, exampleAttempt(account, ResultAgentNoAnswer, false), newest, Pace{})
		require.Equal(t, 30*time.Second, f.plan.settings.WaitForCustomer)
	})
	t.Run("a rule that is gone leaves what was copied", func(t *testing.T) {
		gone := exampleAccount(func(a *Account) { a.Rules = nil })
		f := follow(NewRulebook(gone), task, exampleAttempt(account, ResultCustomerBusy, true), newest, Pace{})
		require.Equal(t, noon.Add(5*time.Minute), f.plan.due)
	})
}

func TestFollowUpOfACustomerWhoCalledAgainMeanwhile(t *testing.T) {
	account := exampleAccount()
	book := NewRulebook(account)
	task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
	again := &MissedCall{
		ID: 9, PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685550000", Rule: "lost",
		LostBy: Target{TargetQueue, "sales"}, Lost: noon.Add(-10 * time.Second),
	}
	third := exampleAttempt(account, ResultCustomerBusy, true)
	third.Ordinal = 3

	f := follow(book, task, third, again, Pace{})
	require.Equal(t, TaskRetry, f.input, "the intervals start anew")
	require.Equal(t, 1, f.plan.ordinal)
	require.Equal(t, Target{TargetQueue, "sales"}, f.plan.settings.Target, "the newest loss decides the target")
	require.Equal(t, noon.Add(50*time.Second), f.plan.due)
	require.EqualValues(t, 9, f.plan.missedID)

	gaveWay := exampleAttempt(account, ResultSuperseded, false)
	f = follow(book, task, gaveWay, again, Pace{})
	require.Equal(t, TaskComeBack, f.input)
	require.Equal(t, noon, f.plan.due, "the due time never moves later")
	require.Equal(t, 1, f.plan.try)

	f = follow(book, task, exampleAttempt(account, ResultConnected, true), again, Pace{})
	require.Equal(t, TaskConnected, f.input, "they talked: nothing is left to do")
}
