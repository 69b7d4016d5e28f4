package callback_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// in is a request for a time from now.
func in(d time.Duration) func(*callback.Request) {
	return func(r *callback.Request) { r.At = time.Now().Add(d) }
}

func note(text string) func(*callback.Request) {
	return func(r *callback.Request) { r.Note = text }
}

// Two requests of one customer are one promise if they are for the same target, and both
// at once or both for one day; the earlier time holds.
func TestDuplicatesMerge(t *testing.T) {
	toAlice := func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetAgent, Name: "alice"} }
	for name, row := range map[string]struct {
		first, second []func(*callback.Request)
		merged        bool
		due           time.Duration // of the first task
	}{
		"at once twice":           {nil, nil, true, time.Hour},
		"for a time and earlier":  {[]func(*callback.Request){in(10 * time.Hour)}, []func(*callback.Request){in(8 * time.Hour)}, true, 8*time.Hour + time.Minute},
		"for a time and later":    {[]func(*callback.Request){in(8 * time.Hour)}, []func(*callback.Request){in(10 * time.Hour)}, true, 8 * time.Hour},
		"for two days":            {[]func(*callback.Request){in(8 * time.Hour)}, []func(*callback.Request){in(32 * time.Hour)}, false, 8 * time.Hour},
		"over the same midnight":  {[]func(*callback.Request){in(22*time.Hour + 30*time.Minute)}, []func(*callback.Request){in(23*time.Hour + 30*time.Minute)}, false, 22*time.Hour + 30*time.Minute},
		"at once and for a time":  {nil, []func(*callback.Request){in(8 * time.Hour)}, false, time.Hour},
		"for a time and at once":  {[]func(*callback.Request){in(8 * time.Hour)}, nil, false, 8 * time.Hour},
		"of two targets":          {nil, []func(*callback.Request){toAlice}, false, time.Hour},
		"of two customers":        {nil, []func(*callback.Request){func(r *callback.Request) { r.Number = "0701234568" }}, false, time.Hour},
		"the same in other words": {nil, []func(*callback.Request){func(r *callback.Request) { r.Number = "+46 70 123 45 67" }}, true, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals[0] = time.Hour }), func(w *workbench) {
				begun := time.Now()
				w.ask(request(append(row.first, note("one"))...))
				w.after(time.Minute)
				second := w.ask(request(append(row.second, note("two"))...))
				task, attempts := w.read(1)
				assert.Equal(t, row.due, task.Due.Sub(begun))
				require.Len(t, attempts, 1)
				assert.Equal(t, task.Due, attempts[0].Due)
				if !row.merged {
					assert.Equal(t, callback.OutcomeCreated, second.Outcome)
					assert.EqualValues(t, 2, second.Task.ID)
					return
				}
				assert.Equal(t, callback.OutcomeMerged, second.Outcome)
				assert.EqualValues(t, 1, second.Task.ID)
				assert.Equal(t, "one; two", task.Note)
				assert.Equal(t, time.Now().UTC(), task.Asked)
			})
		})
	}
}

// A time that is over is nobody's any more: when the task for it is tried again nobody
// knows, and it may be given up before the new one.
func TestATimeIsNotMergedIntoOneThatIsOver(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request(in(time.Hour)))
		w.after(time.Hour + time.Minute) // one attempt, which isn't answered
		asked := w.ask(request(in(5 * time.Hour)))
		assert.Equal(t, callback.OutcomeCreated, asked.Outcome)
		assert.Equal(t, 5*time.Hour, time.Until(asked.Task.Due))
		assert.Equal(t, callback.OutcomeMerged, w.ask(request(in(6*time.Hour))).Outcome)
	})
}

// Who asks once more after an attempt has all attempts again.
func TestAskingAgain(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request())
		w.after(time.Minute)
		_, attempts := w.read(1)
		assert.Equal(t, 2, attempts[len(attempts)-1].Ordinal)

		w.ask(request())
		task, attempts := w.read(1)
		assert.Equal(t, 1, attempts[len(attempts)-1].Ordinal, "the intervals start anew")
		assert.Equal(t, time.Now().UTC(), task.Due)
	})
}

// What ended before the customer asked once more bounds nothing after it.
func TestAskingAgainForgetsWhatEndedBefore(t *testing.T) {
	t.Run("at_most", func(t *testing.T) {
		busyTwice := requestsAccount(func(a *callback.Account) {
			a.Requests.Treatments = callback.Treatments{callback.ResultCustomerBusy: {In: time.Hour, AtMost: 2}}
		})
		atWorkbench(t, busyTwice, func(w *workbench) {
			w.pbxs["pbx1"].answer = true
			w.pbxs["pbx1"].ends = func(string) callback.LegEnd { return callback.LegEnd{Cause: 17, SIP: 486} }
			w.ask(request())
			w.after(time.Minute)
			w.ask(request())
			w.after(time.Minute)
			task, _ := w.read(1)
			assert.Equal(t, callback.TaskScheduled, task.State, "the first since")
			w.after(time.Hour)
			task, _ = w.read(1)
			assert.Equal(t, callback.TaskExhausted, task.State, "and the second")
		})
	})
	t.Run("what didn't count", func(t *testing.T) {
		atWorkbench(t, requestsAccount(), func(w *workbench) {
			w.pbxs["pbx1"].refuses = true
			w.ask(request())
			w.after(4 * time.Minute) // the third try is over by now: the next is in four minutes
			w.ask(request())
			w.after(time.Second)
			_, attempts := w.read(1)
			planned, ended := attempts[len(attempts)-1], attempts[len(attempts)-2]
			assert.Equal(t, time.Minute, planned.Due.Sub(ended.Ended))
		})
	})
}

// A request that comes while one of the customer is being dialled is a promise of its own:
// it is kept after that attempt, however it ends, and never beside it.
func TestAskingDuringAnAttempt(t *testing.T) {
	lastOne := func(a *callback.Account) { a.Requests.DialingIntervals = []time.Duration{2 * time.Minute} }
	for name, row := range map[string]struct {
		account       func(*callback.Account)
		talks         time.Duration
		first, second []func(*callback.Request)
		when          time.Duration // the second is asked for
		fate          callback.TaskState
	}{
		"an agent's phone rings":      {lastOne, 0, nil, nil, 122 * time.Second, callback.TaskScheduled},
		"and one is enough":           {func(a *callback.Account) { lastOne(a); a.Requests.Duplicates = callback.DuplicatesRefuse }, 0, nil, nil, 122 * time.Second, callback.TaskScheduled},
		"before they talk":            {lastOne, time.Minute, nil, nil, 122 * time.Second, callback.TaskCancelled},
		"while they talk":             {lastOne, time.Minute, nil, nil, 140 * time.Second, callback.TaskScheduled},
		"while they talk, for a time": {lastOne, time.Minute, []func(*callback.Request){in(2 * time.Minute)}, []func(*callback.Request){in(5 * time.Hour)}, 140 * time.Second, callback.TaskScheduled},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(row.account), func(w *workbench) {
				w.pbxs["pbx1"].answer, w.pbxs["pbx1"].talks = true, row.talks
				w.ask(request(row.first...))
				w.after(row.when)
				asked := w.ask(request(row.second...))
				assert.Equal(t, callback.OutcomeCreated, asked.Outcome)
				w.after(200*time.Second - row.when) // the first attempt is over
				first, _ := w.read(1)
				assert.False(t, first.State.Open(), first.State)
				second, _ := w.read(asked.Task.ID)
				assert.Equal(t, row.fate, second.State)
				if row.fate == callback.TaskCancelled {
					assert.Equal(t, callback.CancelCalledBack, second.Reason)
					return
				}
				w.after(6 * time.Hour)
				assert.EqualValues(t, 2, w.pbxs["pbx1"].rung.Load(), "it is kept")
			})
		})
	}
}

// What a person holds stays held, whoever asks once more.
func TestAskingAgainForWhatIsHeld(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(2 * time.Hour)))
		_, err := callback.Hold(context.Background(), w.store, 1, "ann", "")
		require.NoError(t, err)
		asked := w.ask(request(in(time.Hour)))
		assert.Equal(t, callback.TaskHeld, asked.Task.State)
		assert.Equal(t, "ann", asked.Task.HeldBy)
		assert.Equal(t, time.Hour, time.Until(asked.Task.Due))
		w.after(3 * time.Hour)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())
	})
}

// A request that is cancelled while it is being dialled promises nothing any more.
func TestADyingRequestTakesNothingIn(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].deaf = true
		w.ask(request())
		w.after(time.Second)
		_, err := callback.Cancel(context.Background(), w.store, 1, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		assert.Equal(t, callback.OutcomeCreated, w.ask(request()).Outcome)
	})
}

func TestDuplicatesThatArentMerged(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesAllow }), func(w *workbench) {
		w.ask(request(in(time.Hour)))
		assert.Equal(t, callback.OutcomeCreated, w.ask(request(in(time.Hour))).Outcome)
	})
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesRefuse }), func(w *workbench) {
		w.ask(request(in(time.Hour)))
		refusal := w.refused(func(d *callback.Desk) error {
			_, err := d.Ask(context.Background(), request(in(2*time.Hour)))
			return err
		})
		assert.Equal(t, callback.RefusedDuplicate, refusal.Reason)
		assert.EqualValues(t, 1, refusal.Task)
		w.ask(request(in(30 * time.Hour)))
	})
}

// A note that is a part of another one is a note.
func TestTheSameNote(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		for _, text := range []string{"not on Monday; the bill", "on Monday", "not on Monday; the bill", "on Monday"} {
			w.ask(request(in(time.Hour), note(text)))
		}
		task, _ := w.read(1)
		assert.Equal(t, "not on Monday; the bill; on Monday", task.Note)
	})
}

// Merged notes stay readable, however often somebody asks.
func TestNotesOfManyRequests(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		for i := range 8 {
			w.ask(request(in(time.Hour), note(strings.Repeat(string(rune('a'+i)), 900))))
		}
		w.ask(request(in(time.Hour), note(strings.Repeat("h", 900))))
		task, _ := w.read(1)
		assert.Equal(t, 4000, len([]rune(task.Note)))
		assert.True(t, strings.HasPrefix(task.Note, "…"))
		assert.True(t, strings.HasSuffix(task.Note, strings.Repeat("g", 900)+"; "+strings.Repeat("h", 900)), "the newest are there, none twice")
	})
}

// A program that got no answer asks again under its key, and is promised nothing twice.
func TestTheKeyOfARequest(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesAllow }), func(w *workbench) {
		keyed := func(r *callback.Request) { r.Key = "8f14e45f" }
		first := w.ask(request(keyed, in(time.Hour)))
		again := request(keyed, in(time.Hour))
		again.At = again.At.In(time.FixedZone("", 7200)) // the same moment
		known := w.ask(again)
		assert.Equal(t, callback.OutcomeKnown, known.Outcome)
		assert.Equal(t, first.Task.ID, known.Task.ID)

		other := request(keyed, in(time.Hour), note("x"))
		refusal := w.refused(func(d *callback.Desk) error { _, err := d.Ask(context.Background(), other); return err })
		assert.Equal(t, callback.RefusedKeyUsed, refusal.Reason)
		assert.Equal(t, callback.FieldKey, refusal.Field)
		other.By = "shop"
		assert.Equal(t, callback.OutcomeCreated, w.ask(other).Outcome, "two programs may have one key")

		_, err := callback.Cancel(context.Background(), w.store, 1, callback.CancelByPerson, "ann")
		require.NoError(t, err)
		again.At = first.Task.At
		assert.Equal(t, callback.TaskCancelled, w.ask(again).Task.State, "the same task, as it is by now")

		w.after(24*time.Hour + time.Second)
		assert.Equal(t, callback.OutcomeCreated, w.ask(request(keyed)).Outcome, "keys are kept for a day")
	})
}

// What a request leaves out is filled in from the task that it follows, and isn't told
// when it is asked again.
func TestTheKeyOfARequestThatFollows(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(time.Hour)))
		_, err := w.desk().Close(context.Background(), 1, "", "ann")
		require.NoError(t, err)
		following := callback.Request{Account: "acme", Via: callback.ViaAgent, By: "alice", Previous: 1, Key: "8f14e45f"}
		first := w.ask(following)
		known := w.ask(following)
		assert.Equal(t, callback.OutcomeKnown, known.Outcome)
		assert.Equal(t, first.Task.ID, known.Task.ID)
	})
}

// A refused request uses no key up.
func TestARefusalUsesNoKeyUp(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		keyed := func(r *callback.Request) { r.Key = "8f14e45f" }
		w.refused(func(d *callback.Desk) error {
			_, err := d.Ask(context.Background(), request(keyed, note("a\nb")))
			return err
		})
		assert.Equal(t, callback.OutcomeCreated, w.ask(request(keyed, note("a b"))).Outcome)
	})
}

// Many at once with one key are promised one callback.
func TestOneKeyManyTimesAtOnce(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesAllow }), func(w *workbench) {
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := w.desk().Ask(context.Background(), request(func(r *callback.Request) { r.Key = "k" }))
				assert.NoError(t, err)
			})
		}
		all.Wait()
		synctest.Wait()
		assert.Equal(t, 1, w.count(callback.TaskScheduled)+w.count(callback.TaskDialing))
	})
}

// unlucky is a store in which one write fails: with the crash of callbackd at that moment
// nothing else is there afterwards than with the failure.
type unlucky struct {
	callback.Store
	fails string
}

type unluckyTx struct {
	callback.Tx
	fails string
}

var errDied = errors.New("died")

func (s unlucky) Update(ctx context.Context, fn func(callback.Tx) error) error {
	return s.Store.Update(ctx, func(tx callback.Tx) error { return fn(unluckyTx{tx, s.fails}) })
}

func (tx unluckyTx) dies(at string) error {
	if tx.fails == at {
		return errDied
	}
	return nil
}

func (tx unluckyTx) InsertTask(t *callback.Task, c callback.Change) error {
	return errors.Join(tx.Tx.InsertTask(t, c), tx.dies("task"))
}

func (tx unluckyTx) InsertAttempt(a *callback.Attempt, c callback.Change) error {
	return errors.Join(tx.Tx.InsertAttempt(a, c), tx.dies("attempt"))
}

func (tx unluckyTx) TakeSeat(s callback.Seat, seats int) error {
	return errors.Join(tx.Tx.TakeSeat(s, seats), tx.dies("seat"))
}

func (tx unluckyTx) KeepAskKey(k callback.AskKey) error {
	return errors.Join(tx.Tx.KeepAskKey(k), tx.dies("key"))
}

// The task, its attempt and the key are stored together or not at all, wherever callbackd
// dies: whoever asks again is promised one callback, not none and not two.
func TestAskingIsOneTransaction(t *testing.T) {
	for _, fails := range []string{"task", "attempt", "key"} {
		t.Run(fails, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				r := request(in(time.Hour), func(r *callback.Request) { r.Key = "8f14e45f" })
				_, err := callback.NewDesk(unlucky{w.store, fails}, w.rules).Ask(context.Background(), r)
				require.ErrorIs(t, err, errDied)
				assert.Zero(t, w.history())
				assert.Equal(t, callback.OutcomeCreated, w.ask(r).Outcome)
				assert.Equal(t, callback.OutcomeKnown, w.ask(r).Outcome)
			})
		})
	}
}

// Another callback after the call: it points back, and says nothing that is known.
func TestACallbackThatFollowsAnother(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(time.Hour), func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetGroup, Name: "sales"} }))
		following := callback.Request{Account: "acme", Via: callback.ViaAgent, By: "alice", Previous: 1}
		ask := func(d *callback.Desk) error { _, err := d.Ask(context.Background(), following); return err }
		assert.Equal(t, callback.RefusedPrevious, w.refused(ask).Reason, "it is still open")
		_, err := w.desk().Close(context.Background(), 1, "", "ann")
		require.NoError(t, err)

		task := w.ask(following).Task
		assert.EqualValues(t, 1, task.Previous)
		assert.Equal(t, alicesCustomer, task.Number)
		assert.Equal(t, "group:sales", task.Target.String())

		following.Number = "0701234568"
		assert.Equal(t, callback.RefusedPrevious, w.refused(ask).Reason, "another customer's")
	})
}
