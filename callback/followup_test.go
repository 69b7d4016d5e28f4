package callback

import (
	"math/rand/v2"
	"testing"
	"time"

	"callbackd/callback/hours"

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
			WaitForCustomer:  30 * time.Second, AgentPrompt: "callback", Schedule: hours.Always(),
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
		ID: 1, TaskID: 1, Account: "acme", Ordinal: 1, Try: 1, State: AttemptEnded, MissedCallID: 7,
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
		f := follow(book, cancelled, exampleAttempt(account, ResultConnected, true), newest, 1, Pace{})
		require.Equal(t, TaskConnected, f.input)
		require.Nil(t, f.plan)
	})
	t.Run("a cancelled task ends with its attempt", func(t *testing.T) {
		cancelled := task
		cancelled.CancelReason = CancelByPerson
		f := follow(book, cancelled, exampleAttempt(account, ResultCustomerBusy, true), newest, 1, Pace{})
		require.Equal(t, followUp{input: TaskWithdraw, reason: CancelByPerson}, f)
	})
	t.Run("the next interval runs from the end of the attempt", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultCustomerNoAnswer, true), newest, 1, Pace{})
		require.Equal(t, TaskRetry, f.input)
		require.Equal(t, noon.Add(5*time.Minute), f.plan.due)
		require.Equal(t, 2, f.plan.ordinal)
		require.Equal(t, 1, f.plan.try)
	})
	t.Run("the number of intervals is the number of attempts", func(t *testing.T) {
		last := exampleAttempt(account, ResultCustomerBusy, true)
		last.Ordinal = 3
		require.Equal(t, followUp{input: TaskExhaust, reason: "customer_busy"}, follow(book, task, last, newest, 1, Pace{}))
	})
	t.Run("a number that doesn't exist isn't tried again", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultNumberInvalid, true), newest, 1, Pace{})
		require.Equal(t, followUp{input: TaskExhaust, reason: "number_invalid"}, f)
	})
	t.Run("what doesn't count comes back as the same attempt, each time later", func(t *testing.T) {
		ended := exampleAttempt(account, ResultAgentNoAnswer, false)
		for try, want := range []time.Duration{0, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			if try == 0 {
				continue
			}
			ended.Try = try
			f := follow(book, task, ended, newest, try, Pace{})
			require.Equal(t, TaskComeBack, f.input)
			require.Equal(t, noon.Add(want), f.plan.due, "try %d", try)
			require.Equal(t, 1, f.plan.ordinal)
			require.Equal(t, try+1, f.plan.try)
		}
	})
	t.Run("what gave way comes back as soon as it may", func(t *testing.T) {
		f := follow(book, task, exampleAttempt(account, ResultSuperseded, false), newest, 1, Pace{})
		require.Equal(t, noon, f.plan.due)
	})
	t.Run("an edited rule changes the next attempt, not one that comes back", func(t *testing.T) {
		edited := exampleAccount(func(a *Account) {
			a.Rules[0].DialingIntervals = []time.Duration{time.Minute, 10 * time.Minute}
			a.Rules[0].WaitForCustomer = 45 * time.Second
		})
		book := NewRulebook(edited)
		f := follow(book, task, exampleAttempt(account, ResultCustomerBusy, true), newest, 1, Pace{})
		require.Equal(t, noon.Add(10*time.Minute), f.plan.due)
		require.Equal(t, 45*time.Second, f.plan.settings.WaitForCustomer)
		f = follow(book, task, exampleAttempt(account, ResultAgentNoAnswer, false), newest, 1, Pace{})
		require.Equal(t, 30*time.Second, f.plan.settings.WaitForCustomer)
	})
	t.Run("a rule that is gone leaves what was copied", func(t *testing.T) {
		gone := exampleAccount(func(a *Account) { a.Rules = nil })
		f := follow(NewRulebook(gone), task, exampleAttempt(account, ResultCustomerBusy, true), newest, 1, Pace{})
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

	f := follow(book, task, third, again, 1, Pace{})
	require.Equal(t, TaskRetry, f.input, "the intervals start anew")
	require.Equal(t, 1, f.plan.ordinal)
	require.Equal(t, Target{TargetQueue, "sales"}, f.plan.settings.Target, "the newest loss decides the target")
	require.Equal(t, noon.Add(50*time.Second), f.plan.due)
	require.EqualValues(t, 9, f.plan.missedID)

	gaveWay := exampleAttempt(account, ResultSuperseded, false)
	f = follow(book, task, gaveWay, again, 1, Pace{})
	require.Equal(t, TaskComeBack, f.input)
	require.Equal(t, noon, f.plan.due, "the due time never moves later")
	require.Equal(t, 1, f.plan.try)

	f = follow(book, task, exampleAttempt(account, ResultConnected, true), again, 1, Pace{})
	require.Equal(t, TaskConnected, f.input, "they talked: nothing is left to do")
}

func TestTreatments(t *testing.T) {
	const in = 5 * time.Minute
	busy := func(result Result, treatment Treatment) func(*Account) {
		return func(a *Account) { a.Rules[0].Treatments = Treatments{result: treatment} }
	}
	retry := func(ordinal int, after time.Duration) followUp {
		return followUp{input: TaskRetry, plan: &plan{ordinal: ordinal, try: 1, due: noon.Add(after)}}
	}
	for name, row := range map[string]struct {
		account func(*Account)
		result  Result
		ordinal int
		alike   int
		want    followUp
	}{
		"another delay uses up no interval":        {busy(ResultCustomerBusy, Treatment{In: in}), ResultCustomerBusy, 2, 1, retry(2, in)},
		"also after the last interval":             {busy(ResultCustomerBusy, Treatment{In: in}), ResultCustomerBusy, 3, 9, retry(3, in)},
		"at most so often":                         {busy(ResultCustomerBusy, Treatment{In: in, AtMost: 3}), ResultCustomerBusy, 1, 2, retry(1, in)},
		"and then no more":                         {busy(ResultCustomerBusy, Treatment{In: in, AtMost: 3}), ResultCustomerBusy, 1, 3, followUp{input: TaskExhaust}},
		"only that result":                         {busy(ResultCustomerBusy, Treatment{In: in, AtMost: 1}), ResultCustomerNoAnswer, 1, 1, retry(2, 5*time.Minute)},
		"close":                                    {busy(ResultVoicemail, Treatment{Close: true}), ResultVoicemail, 1, 1, followUp{input: TaskExhaust}},
		"a number that doesn't exist may be tried": {busy(ResultNumberInvalid, Treatment{}), ResultNumberInvalid, 1, 1, retry(2, 5*time.Minute)},
		"unless nothing is said of it":             {busy(ResultCustomerBusy, Treatment{In: in}), ResultNumberInvalid, 1, 1, followUp{input: TaskExhaust}},
		"an agent who hung up while it rang":       {busy(ResultAgentHungUp, Treatment{In: time.Minute}), ResultAgentHungUp, 1, 1, retry(1, time.Minute)},
		"next with a bound":                        {busy(ResultCustomerBusy, Treatment{AtMost: 2}), ResultCustomerBusy, 2, 2, followUp{input: TaskExhaust}},
		"fewer intervals than when it was planned": {func(a *Account) { a.Rules[0].DialingIntervals = a.Rules[0].DialingIntervals[:1] }, ResultCustomerBusy, 1, 1, followUp{input: TaskExhaust}},
		"another delay, and fewer intervals by then": {func(a *Account) {
			busy(ResultCustomerBusy, Treatment{In: in})(a)
			a.Rules[0].DialingIntervals = a.Rules[0].DialingIntervals[:1]
		}, ResultCustomerBusy, 3, 1, retry(3, in)},
	} {
		t.Run(name, func(t *testing.T) {
			ended := exampleAttempt(exampleAccount(), row.result, true) // the rule was edited since
			ended.Ordinal = row.ordinal
			task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
			newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685550000", LostBy: Target{TargetQueue, "support"}, Rule: "lost"}
			f := follow(NewRulebook(exampleAccount(row.account)), task, ended, newest, row.alike, Pace{})
			require.Equal(t, string(row.result), f.reason)
			require.Equal(t, row.want.input, f.input)
			if row.want.plan == nil {
				require.Nil(t, f.plan)
				return
			}
			require.Equal(t, row.want.plan.ordinal, f.plan.ordinal)
			require.Equal(t, row.want.plan.due, f.plan.due)
			require.Equal(t, 1, f.plan.try)
		})
	}
}

// What was copied is used only where the rule is gone from the file.
func TestTreatmentsOfARuleThatIsGone(t *testing.T) {
	ended := exampleAttempt(exampleAccount(func(a *Account) {
		a.Rules[0].Treatments = Treatments{ResultCustomerBusy: {Close: true}}
	}), ResultCustomerBusy, true)
	task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
	edited := NewRulebook(exampleAccount())
	require.Equal(t, TaskRetry, follow(edited, task, ended, nil, 1, Pace{}).input)
	gone := NewRulebook(exampleAccount(func(a *Account) { a.Rules = nil }))
	require.Equal(t, TaskExhaust, follow(gone, task, ended, nil, 1, Pace{}).input)
	require.Equal(t, TaskExhaust, follow(NewRulebook(), task, ended, nil, 1, Pace{}).input)
}

// However the results fall, a rule without `in` makes as many attempts as it has
// intervals, and one with `in` and a bound comes to an end.
func TestFollowingEndsAlways(t *testing.T) {
	t.Parallel()
	results := []Result{ResultCustomerNoAnswer, ResultCustomerBusy, ResultCustomerRejected, ResultUnreachable, ResultVoicemail, ResultAgentHungUp, ResultInterrupted}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 0))
		treatments := Treatments{}
		bound := 3 // the intervals
		for _, result := range results {
			if random.IntN(2) == 0 {
				most := 1 + random.IntN(4)
				treatments[result] = Treatment{In: time.Minute, AtMost: most}
				bound += most
			}
		}
		account := exampleAccount(func(a *Account) { a.Rules[0].Treatments = treatments })
		book := NewRulebook(account)
		task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
		newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Rule: "lost", LostBy: Target{TargetQueue, "support"}}
		seen := map[Result]int{}
		for ordinal, made := 1, 1; ; made++ {
			require.LessOrEqual(t, made, bound, "seed %d", seed)
			ended := exampleAttempt(account, results[random.IntN(len(results))], true)
			ended.Ordinal = ordinal
			seen[ended.Result]++
			f := follow(book, task, ended, newest, seen[ended.Result], Pace{})
			if f.plan == nil {
				break
			}
			require.GreaterOrEqual(t, f.plan.ordinal, ordinal, "seed %d", seed)
			require.True(t, f.plan.due.After(ended.Ended), "never at once, seed %d", seed)
			ordinal = f.plan.ordinal
		}
	}
}
