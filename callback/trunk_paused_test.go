package callback_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// brokenTrunk ends every leg as a carrier does that refuses us, and notes when each
// was sent, counted from the start of the test.
func (w *workbench) brokenTrunk(pbx string) (sent *[]time.Duration, mend func()) {
	began := time.Now()
	sent = new([]time.Duration)
	var noting sync.Mutex
	var mended atomic.Bool
	p := w.pbxs[pbx]
	p.answer = true // after five seconds
	p.ends = func(string) callback.LegEnd {
		if mended.Load() {
			return callback.LegEnd{TimedOut: true}
		}
		noting.Lock()
		*sent = append(*sent, time.Since(began).Truncate(time.Second))
		noting.Unlock()
		select {
		case <-time.After(time.Second):
		case <-p.lifetime.Done():
		}
		return callback.LegEnd{Cause: 21, SIP: 403}
	}
	return sent, func() { mended.Store(true) }
}

// Fifteen calls that fail at once make one pause of a minute. After it one call at a
// time tries the trunk, and each that fails pauses it for twice as long.
func TestATrunkThatFails(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		sent, mend := w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 30)...)
		w.after(10 * time.Second)
		require.Len(t, *sent, 15, "as many as there are lines")
		require.Equal(t, 1, w.alarms("trunk_paused"))
		results := map[callback.Result]int{}
		for id := range int64(15) {
			_, attempts := w.read(id + 1)
			results[attempts[0].Result]++
		}
		require.Equal(t, map[callback.Result]int{callback.ResultUnreachable: 1, callback.ResultTrunkFailed: 14}, results,
			"the first may have been the number's own fault")
		waiting, _ := w.read(20)
		// How many had failed when it was looked at is chance: all fail at once.
		require.Regexp(t, `^the trunk of region sweden failed \d+ times, paused until Sat 00:01 in UTC$`, waiting.WaitingFor)

		w.after(40 * time.Minute)
		// Each try takes the agent five seconds and the trunk one.
		minutes := func(d time.Duration) time.Duration { return d.Truncate(time.Minute) }
		var tries []time.Duration
		for _, d := range (*sent)[15:] {
			tries = append(tries, minutes(d))
		}
		require.Equal(t, []time.Duration{1 * time.Minute, 3 * time.Minute, 7 * time.Minute, 15 * time.Minute, 30 * time.Minute}, tries)
		require.Equal(t, 1+len(tries), w.alarms("trunk_paused"))

		mend()
		before := w.pbxs["pbx1"].rung.Load()
		w.after(6 * time.Minute) // the pause is over, and one leg has found that the customer doesn't answer
		require.Greater(t, w.pbxs["pbx1"].rung.Load(), before+15, "all may go")
	})
}

// While the trunk is tried, nobody else tries it; a region of its own isn't concerned.
func TestOneAttemptTriesATrunkThatFailed(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 3)...)
		w.after(30 * time.Second)
		w.seed("north", numbers(swedish, 10, 11)...)
		w.seed("sweden", numbers(swedish, 20, 30)...)
		w.after(time.Second)
		require.EqualValues(t, 1, w.pbxs["pbx2"].under.Load())
		require.Zero(t, w.pbxs["pbx1"].under.Load())
		w.after(37 * time.Second) // a minute after the second fault
		require.EqualValues(t, 1, w.pbxs["pbx1"].under.Load())
		waiting, _ := w.read(10)
		require.Equal(t, "the trunk of region sweden failed 3 times, another attempt tries it first", waiting.WaitingFor)
	})
}

// One number alone that fails so is that number's trouble: nobody waits for it, and
// its attempts count.
func TestOneNumberAloneDoesNotPauseTheTrunk(t *testing.T) {
	t.Parallel()
	account := exampleAccount()
	account.Rules[0].Treatments = callback.Treatments{callback.ResultUnreachable: {In: time.Minute}}
	atWorkbench(t, account, func(w *workbench) {
		sent, _ := w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(10 * time.Minute)
		require.Greater(t, len(*sent), 5)
		_, attempts := w.read(1)
		for _, a := range attempts[:len(attempts)-1] {
			require.Equal(t, callback.ResultUnreachable, a.Result)
			require.True(t, a.Counted)
		}
		require.Zero(t, w.alarms("trunk_paused"))
	})
}

// Two numbers make a broken trunk, also when one of them comes again.
func TestANumberThatFailsAgainOnABrokenTrunk(t *testing.T) {
	t.Parallel()
	account := exampleAccount()
	account.Lines = 1
	atWorkbench(t, account, func(w *workbench) {
		w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(30 * time.Minute)
		var ended []callback.Attempt
		for id := range int64(2) {
			_, attempts := w.read(id + 1)
			ended = append(ended, attempts...)
		}
		ended = slices.DeleteFunc(ended, func(a callback.Attempt) bool { return a.CustomerSent.IsZero() })
		slices.SortFunc(ended, func(a, b callback.Attempt) int { return a.CustomerSent.Compare(b.CustomerSent) })
		require.Greater(t, len(ended), 4)
		for _, a := range ended[1:] {
			assert.Equal(t, callback.ResultTrunkFailed, a.Result)
			assert.False(t, a.Counted)
		}
	})
}

// A trunk that fails for days is tried every quarter of an hour, and each pause is
// told of.
func TestATrunkThatFailsForDays(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		sent, _ := w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(30 * time.Hour)
		require.InDelta(t, 30*4, len(*sent), 5)
		require.Equal(t, len(*sent)-1, w.alarms("trunk_paused"), "the first was one number alone")
		require.Less(t, w.pbxs["pbx1"].rung.Load(), int64(len(*sent)+5), "no agent is rung in vain")
	})
}

// An agent who has answered meanwhile isn't given a call into a trunk that is
// paused, and the attempt doesn't count.
func TestATrunkThatFailsWhileAnAgentAnswers(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		sent, _ := w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(3 * time.Second)
		w.seed("sweden", numbers(swedish, 2, 3)...) // whose agent answers after the second fault
		w.after(10 * time.Second)
		require.Len(t, *sent, 2)
		_, attempts := w.read(3)
		require.Equal(t, callback.ResultSuperseded, attempts[0].Result)
		require.Contains(t, attempts[0].Reason, "the trunk of region sweden failed 2 times, paused until Sat 00:01 in UTC")
		require.Equal(t, callback.AttemptScheduled, attempts[1].State)
	})
}

// A restart forgets no pause: it stands in the attempts.
func TestATrunkPauseOutlivesARestart(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(10 * time.Second)
		require.NoError(t, w.store.Update(context.Background(), func(tx callback.Tx) error { return tx.Rouse("") })) // as every start does
		w.scheduler.Wake()
		w.after(20 * time.Second)
		require.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load())
	})
}

// An attempt that fails again and again before its customer is called raises an
// alarm from the third time on.
func TestAnAttemptThatKeepsFailing(t *testing.T) {
	t.Parallel()
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		p := w.pbxs["pbx1"]
		p.refuses = true
		w.seed("sweden", numbers(swedish, 0, 1)...)
		w.after(4 * time.Minute) // at 0 and after 1 and 2 minutes
		require.EqualValues(t, 3, p.rung.Load())
		require.Equal(t, 1, w.alarms("attempt_keeps_failing"))
		w.after(5 * time.Minute)
		require.EqualValues(t, 4, p.rung.Load())
		require.Equal(t, 2, w.alarms("attempt_keeps_failing"))
		require.Contains(t, w.said.String(), `"account":"acme","task":1,"target":"queue:support","result":"agent_rejected"`)
	})
}

// Whom the trunk kept from being called is called once it works again: no phone rang, so
// no cap is used up.
func TestATrunkThatFailsUsesUpNoCaps(t *testing.T) {
	t.Parallel()
	account := exampleAccount()
	account.Callable.PerNumber.Day, account.Callable.PerNumber.Month, account.Callable.PerDay = 3, 3, 4
	atWorkbench(t, account, func(w *workbench) {
		_, mend := w.brokenTrunk("pbx1")
		w.seed("sweden", numbers(swedish, 0, 2)...)
		w.after(2 * time.Hour)
		rung := w.pbxs["pbx1"].rung.Load()
		require.Greater(t, rung, int64(6), "as often as the caps allow and more")
		mend()
		w.after(time.Hour)
		require.Greater(t, w.pbxs["pbx1"].rung.Load(), rung)
	})
}
