package callback

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tryAgain has the attempts of one task end one after the other, each as soon as it
// is due, and tells the delays between an end and the next try.
func tryAgain(t *testing.T, ends []Attempt) (delays []time.Duration) {
	t.Helper()
	account := exampleAccount(func(a *Account) {
		a.Rules[0].Treatments = Treatments{ResultCustomerBusy: {In: 20 * time.Minute}} // again by the same interval
	})
	book := NewRulebook(account)
	task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
	var past []Attempt
	at := noon
	for i, end := range ends {
		ended := exampleAttempt(account, end.Result, end.Counted)
		ended.ID, ended.Ended = int64(i+1), at
		past = append(past, ended)
		newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Rule: "lost", LostBy: Target{TargetQueue, "support"}}
		f := follow(book, task, ended, newest, endedAlike(past, ended, time.Time{}), Pace{})
		require.NotNil(t, f.plan)
		delays = append(delays, f.plan.due.Sub(at))
		at = f.plan.due
	}
	return delays
}

// What doesn't count comes back later each time, for as long as it fails in a row.
// What gave way comes back at once: it makes no delay longer and none shorter.
func TestComingBack(t *testing.T) {
	silent, refused := Attempt{Result: ResultAgentNoAnswer}, Attempt{Result: ResultAgentRejected}
	failed, cut, hungUp := Attempt{Result: ResultTrunkFailed}, Attempt{Result: ResultInterrupted}, Attempt{Result: ResultAgentHungUp}
	gaveWay, busy := Attempt{Result: ResultSuperseded}, Attempt{Result: ResultCustomerBusy, Counted: true}
	m := time.Minute
	for name, row := range map[string]struct {
		ends []Attempt
		want []time.Duration
	}{
		"doubles up to a quarter of an hour":    {[]Attempt{silent, silent, silent, silent, silent, silent}, []time.Duration{m, 2 * m, 4 * m, 8 * m, 15 * m, 15 * m}},
		"whatever it was":                       {[]Attempt{silent, refused, failed, cut, hungUp}, []time.Duration{m, 2 * m, 4 * m, 8 * m, 15 * m}},
		"giving way delays nothing":             {[]Attempt{gaveWay, gaveWay, gaveWay, silent}, []time.Duration{0, 0, 0, m}},
		"giving way in between changes nothing": {[]Attempt{silent, gaveWay, silent, gaveWay, gaveWay, silent}, []time.Duration{m, 0, 2 * m, 0, 0, 4 * m}},
		"what counts begins anew":               {[]Attempt{silent, silent, busy, silent, silent}, []time.Duration{m, 2 * m, 20 * m, m, 2 * m}},
	} {
		require.Equal(t, row.want, tryAgain(t, row.ends), name)
	}
}

// A task that gives way, however often and between whatever, isn't delayed by it.
func TestGivingWayNeverDelays(t *testing.T) {
	t.Parallel()
	results := []Result{ResultAgentNoAnswer, ResultAgentRejected, ResultTrunkFailed, ResultInterrupted}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		var with, without []Attempt
		for range random.IntN(8) {
			for range random.IntN(4) {
				with = append(with, Attempt{Result: ResultSuperseded})
			}
			end := Attempt{Result: results[random.IntN(len(results))]}
			with, without = append(with, end), append(without, end)
		}
		var waited []time.Duration
		for i, delay := range tryAgain(t, with) {
			if with[i].Result == ResultSuperseded {
				require.Zero(t, delay, "seed %d", seed)
				continue
			}
			waited = append(waited, delay)
		}
		require.Equal(t, tryAgain(t, without), waited, "seed %d", seed)
	}
}

// Another attempt's failures, and those before the customer called again, are not
// this one's.
func TestFailuresOfTheSameAttempt(t *testing.T) {
	end := func(ordinal int, missed int64) Attempt {
		return Attempt{Ordinal: ordinal, MissedCallID: missed, State: AttemptEnded, Result: ResultAgentNoAnswer}
	}
	ended := end(2, 7)
	require.Equal(t, 2, endedAlike([]Attempt{end(1, 7), end(2, 7), ended}, ended, time.Time{}))
	require.Equal(t, 2, endedAlike([]Attempt{end(2, 6), end(2, 7), ended}, ended, time.Time{}))
	planned := Attempt{Ordinal: 2, MissedCallID: 7, State: AttemptScheduled}
	require.Equal(t, 1, endedAlike([]Attempt{ended, planned}, ended, time.Time{}))
}

// Who didn't take the last try is passed by at the next, unless that only gave way;
// another attempt may ring everybody again.
func TestWhoIsPassedBy(t *testing.T) {
	account := exampleAccount()
	book := NewRulebook() // its file is gone, so that what was copied is all there is
	task := Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}
	newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Rule: "lost", LostBy: Target{TargetQueue, "support"}}
	for name, row := range map[string]struct {
		result  Result
		counted bool
		want    []string
	}{
		"gave way": {ResultSuperseded, false, []string{"PJSIP/alice"}},
		"counted":  {ResultCustomerBusy, true, nil},
	} {
		ended := exampleAttempt(account, row.result, row.counted)
		ended.Settings.PassedBy = []string{"PJSIP/alice"}
		require.Equal(t, row.want, follow(book, task, ended, newest, 1, Pace{}).plan.settings.PassedBy, name)
	}
}
