package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What follows each result that counts, by each treatment, with intervals left and
// without. By default only a number that doesn't exist is not tried again.
func TestEachResultByEachTreatment(t *testing.T) {
	const in = 7 * time.Minute
	type treated struct {
		treatment *Treatment // nil: the rule says nothing
		alike     int
	}
	again, next, over := "the same attempt after 7m", "the next interval", "no more"
	counting := []Result{
		ResultCustomerNoAnswer, ResultCustomerBusy, ResultCustomerRejected, ResultNumberInvalid, ResultUnreachable,
		ResultVoicemail, ResultAgentHungUp, ResultInterrupted,
	}
	for name, row := range map[string]struct {
		treated
		first, last string
	}{
		"nothing is said":                 {treated{nil, 1}, next, over},
		"next":                            {treated{&Treatment{}, 9}, next, over},
		"next, at most 3, the second":     {treated{&Treatment{AtMost: 3}, 2}, next, over},
		"next, at most 3, the third":      {treated{&Treatment{AtMost: 3}, 3}, over, over},
		"in 7 minutes":                    {treated{&Treatment{In: in}, 99}, again, again},
		"in 7 minutes, at most 3, second": {treated{&Treatment{In: in, AtMost: 3}, 2}, again, again},
		"in 7 minutes, at most 3, third":  {treated{&Treatment{In: in, AtMost: 3}, 3}, over, over},
		"close":                           {treated{&Treatment{Close: true}, 1}, over, over},
	} {
		for _, result := range counting {
			for ordinal, want := range map[int]string{1: row.first, 3: row.last} {
				if row.treatment == nil && result == ResultNumberInvalid {
					want = over
				}
				f := followed(result, true, ordinal, row.treatment, row.alike)
				have := over
				switch {
				case f.plan == nil:
					require.Equal(t, TaskExhaust, f.input)
				case f.plan.ordinal == ordinal && f.plan.due.Equal(noon.Add(in)):
					have = again
				case f.plan.ordinal == ordinal+1 && f.plan.due.Equal(noon.Add(5*time.Minute)):
					have = next
				default:
					have = fmt.Sprintf("attempt %d at %s", f.plan.ordinal, f.plan.due)
				}
				require.Equal(t, want, have, "%s, %s, attempt %d of 3", name, result, ordinal)
				require.Equal(t, string(result), f.reason)
			}
		}
	}
}

// What doesn't count comes back, and a conversation is the end, whatever a treatment
// says and however few intervals are left.
func TestTreatmentsAreOnlyForWhatCounts(t *testing.T) {
	for _, treatment := range []*Treatment{nil, {}, {In: time.Hour}, {In: time.Hour, AtMost: 1}, {AtMost: 1}, {Close: true}} {
		for _, ordinal := range []int{1, 3} {
			for _, result := range []Result{ResultAgentNoAnswer, ResultAgentRejected, ResultAgentHungUp, ResultSuperseded, ResultTrunkFailed, ResultInterrupted} {
				f := followed(result, false, ordinal, treatment, 1)
				require.Equal(t, TaskComeBack, f.input, result)
				require.Equal(t, ordinal, f.plan.ordinal, result)
				require.False(t, f.plan.due.After(noon.Add(time.Minute)), result)
			}
			require.Equal(t, followUp{input: TaskConnected}, followed(ResultConnected, true, ordinal, treatment, 1))
		}
	}
}

// followed is what an attempt leads to that ended at noon, by a rule with three
// intervals (1, 5 and 5 minutes) and a treatment of the result.
func followed(result Result, counted bool, ordinal int, treatment *Treatment, alike int) followUp {
	account := exampleAccount(func(a *Account) {
		a.Rules[0].DialingIntervals = []time.Duration{time.Minute, 5 * time.Minute, 5 * time.Minute}
		if treatment != nil {
			a.Rules[0].Treatments = Treatments{result: *treatment}
		}
	})
	ended := exampleAttempt(account, result, counted)
	ended.Ordinal = ordinal
	newest := &MissedCall{ID: 7, PBX: "pbx1", Trunk: "PJSIP/pstn", Dialled: "+4685550000", LostBy: Target{TargetQueue, "support"}, Rule: "lost"}
	return follow(NewRulebook(account), Task{ID: 1, Account: "acme", State: TaskDialing, Rule: "lost"}, ended, newest, alike, Pace{})
}
