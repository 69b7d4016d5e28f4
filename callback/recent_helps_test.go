package callback_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// The logs tell of a loss in a gap when whoever was helped since has been helped already:
// nobody calls them.
func TestALossThatIsHeardOfAfterTheHelp(t *testing.T) {
	helped := func() callback.Finding { return call("2", answered) }
	for name, row := range map[string]struct {
		help   func() callback.Finding
		ago    time.Duration // when the call that the logs tell of was lost, before the reading
		source callback.Source
		after  callback.TaskState
		reason string
	}{
		"lost, and then helped":             {helped, 3 * time.Minute, callback.SourceLogs, callback.TaskCancelled, callback.CancelCustomerCalled},
		"lost, and then called by an agent": {byHand, 3 * time.Minute, callback.SourceLogs, callback.TaskCancelled, callback.CancelAgentCalled},
		"helped by that very call":          {helped, -2 * time.Second, callback.SourceLogs, callback.TaskCancelled, callback.CancelCustomerCalled},
		"helped, and then lost":             {helped, time.Second, callback.SourceLogs, callback.TaskScheduled, ""},
		"somebody else was helped":          {another, 3 * time.Minute, callback.SourceLogs, callback.TaskScheduled, ""},
		"helped too long ago":               {helped, 25 * time.Hour, callback.SourceLogs, callback.TaskDialing, ""},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, inAnHour(), func(w *workbench) {
				w.take(row.help())
				if row.ago > 0 {
					w.after(max(row.ago-time.Minute, time.Minute))
				}
				if row.ago > 24*time.Hour {
					w.take(call("another", answered, func(v *callback.Verdict) { v.Caller = "+46701234569" }))
				}
				late := call("1", func(v *callback.Verdict) {
					v.Source, v.Ended, v.Arrived = row.source, v.Ended.Add(-row.ago), v.Arrived.Add(-row.ago)
				})
				require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{late}, []byte(`{}`)))
				synctest.Wait()
				task, _ := w.read(1)
				assert.Equal(t, row.after, task.State)
				assert.Equal(t, row.reason, task.Reason)
				assert.Len(t, w.missed(), 1, "it is noted all the same")
			})
		})
	}
}

func byHand() callback.Finding { return callback.CallBegan{LiveCall: outbound("2", "PJSIP/alice")} }

func another() callback.Finding {
	return call("2", answered, func(v *callback.Verdict) { v.Caller = "+46701234569" })
}

// The verdict on a loss may wait for what Asterisk says of the number, while its customer
// is helped over another PBX.
func TestALossThatWaitsWhileItsCustomerIsHelped(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		lost := call("1")
		w.after(3 * time.Second)
		w.take(call("2", answered, func(v *callback.Verdict) { v.PBX = "pbx2" }))
		w.after(2 * time.Second)
		w.take(lost)
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskCancelled, task.State)
	})
}

// Whoever wrote a word that means nothing into the dialplan hears of it, once.
func TestAWordThatMeansNothing(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		var log bytes.Buffer
		w.intake.With(callback.IntakeOptions{Log: zerolog.New(&log)})
		saying := func(said string) func(*callback.Verdict) {
			return func(v *callback.Verdict) { v.Loss.Said = said }
		}
		w.take(call("1", saying("the queue\n"+strings.Repeat("x", 200))), call("2", saying("the queue\n"+strings.Repeat("x", 200))), call("3", saying("")), call("4", saying(callback.SaidIgnore)))
		require.Equal(t, 1, strings.Count(log.String(), "CALLBACKD_MISSED"), log.String())
		assert.Contains(t, log.String(), `"call":"1"`)
		assert.Contains(t, log.String(), `the queue\\n`)
		assert.NotContains(t, log.String(), strings.Repeat("x", 101))
		assert.Equal(t, "queue:support", w.missed()[0].LostBy.String(), "as if nothing were said")
	})
}
