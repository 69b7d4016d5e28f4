package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func pointer[T any](v T) *T { return &v }

// A promise is edited: the next attempt says and rings what stands there now.
func TestATaskIsEdited(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(time.Hour), note("one")))
		task, err := w.desk().Edit(context.Background(), 1, callback.Edit{
			Note: pointer(" two "), Language: pointer("en_GB"), Target: &callback.Target{Kind: callback.TargetAgent, Name: "alice"},
		}, "ann")
		require.NoError(t, err)
		assert.Equal(t, "two", task.Note)
		stored, attempts := w.read(1)
		assert.Equal(t, task, stored)
		assert.Equal(t, "agent:alice", attempts[0].Settings.Target.String())
		assert.Equal(t, "en_GB", attempts[0].Settings.Language)
		assert.Equal(t, time.Hour, time.Until(task.Due))

		_, err = w.desk().Edit(context.Background(), 1, callback.Edit{Language: pointer("")}, "ann")
		require.NoError(t, err)
		_, attempts = w.read(1)
		assert.Empty(t, attempts[0].Settings.Language, "the file's, which has none")
		assert.Equal(t, "agent:alice", attempts[0].Settings.Target.String())
	})
}

// Who takes a language back gives the task that of the file, in every attempt.
func TestTheLanguageOfTheFile(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.Language = "sv" }), func(w *workbench) {
		w.ask(request(in(time.Hour), func(r *callback.Request) { r.Language = "de" }))
		_, err := w.desk().Edit(context.Background(), 1, callback.Edit{Language: pointer("")}, "ann")
		require.NoError(t, err)
		task, attempts := w.read(1)
		assert.Empty(t, task.Language)
		assert.Equal(t, "sv", attempts[0].Settings.Language)
	})
}

// The attempts after the next one are those of the edited promise, too.
func TestAnEditLasts(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request())
		w.after(time.Minute)
		_, err := w.desk().Edit(context.Background(), 1, callback.Edit{Target: &callback.Target{Kind: callback.TargetGroup, Name: "sales"}, Language: pointer("sv")}, "ann")
		require.NoError(t, err)
		w.after(11 * time.Minute)
		_, attempts := w.read(1)
		require.Len(t, attempts, 3)
		for _, a := range attempts[1:] {
			assert.Equal(t, "group:sales", a.Settings.Target.String())
			assert.Equal(t, "sv", a.Settings.Language)
		}
	})
}

func TestWhatCannotBeEdited(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		a.Rules[0].DialingIntervals[0] = time.Hour
		a.Queues["sales"] = callback.Queue{Name: "sales", MaxTasks: 1}
	}), func(w *workbench) {
		edit := func(id int64, e callback.Edit) func(*callback.Desk) error {
			return func(d *callback.Desk) error { _, err := d.Edit(context.Background(), id, e, "ann"); return err }
		}
		target := func(kind callback.TargetKind, name string) *callback.Target {
			return &callback.Target{Kind: kind, Name: name}
		}
		w.lose("1", alicesCustomer, "support")
		w.ask(request(in(time.Hour)))
		w.ask(request(in(time.Hour), func(r *callback.Request) { r.Number, r.Target = "0701234568", *target(callback.TargetQueue, "sales") }))

		assert.Equal(t, callback.RefusedTargetOfRule, w.refused(edit(1, callback.Edit{Target: target(callback.TargetAgent, "alice")})).Reason)
		assert.Equal(t, callback.RefusedTargetOfRule, w.refused(edit(1, callback.Edit{Language: pointer("sv")})).Reason)
		task, err := w.desk().Edit(context.Background(), 1, callback.Edit{Note: pointer("<script>")}, "ann")
		require.NoError(t, err, "whoever works on it may note something")
		assert.Equal(t, "<script>", task.Note)

		assert.Equal(t, callback.RefusedTextInvalid, w.refused(edit(2, callback.Edit{Note: pointer("a\x00")})).Reason)
		assert.Equal(t, callback.RefusedTextInvalid, w.refused(edit(2, callback.Edit{Language: pointer("swedish")})).Reason)
		assert.Equal(t, callback.RefusedTargetUnknown, w.refused(edit(2, callback.Edit{Target: target(callback.TargetAgent, "carol")})).Reason)
		assert.Equal(t, callback.RefusedTargetUnknown, w.refused(edit(2, callback.Edit{Target: target(callback.TargetScenario, "menu")})).Reason)
		assert.Equal(t, callback.RefusedQueueFull, w.refused(edit(2, callback.Edit{Target: target(callback.TargetQueue, "sales")})).Reason)

		_, err = w.desk().Edit(context.Background(), 9, callback.Edit{}, "ann")
		require.ErrorIs(t, err, callback.ErrNotFound)
		_, err = w.desk().Close(context.Background(), 2, "", "ann")
		require.NoError(t, err)
		var state *callback.TransitionError
		_, err = w.desk().Edit(context.Background(), 2, callback.Edit{Note: pointer("late")}, "ann")
		require.ErrorAs(t, err, &state, "final is final")
	})
}

// A task that moves within a full area takes nobody's place.
func TestATaskMovesWithinAFullArea(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) {
		a.Areas = map[string]callback.Area{"nordic": {Name: "nordic", MaxTasks: 1}}
		a.Queues = map[string]callback.Queue{"support": {Name: "support", Area: "nordic"}, "sales": {Name: "sales", Area: "nordic"}}
	}), func(w *workbench) {
		w.ask(request(in(time.Hour)))
		_, err := w.desk().Edit(context.Background(), 1, callback.Edit{Target: &callback.Target{Kind: callback.TargetQueue, Name: "sales"}}, "ann")
		require.NoError(t, err)
	})
}

// A task is given another time, and kept then.
func TestATaskIsRescheduled(t *testing.T) {
	for name, kind := range map[string]callback.Kind{"missed": callback.KindMissed, "asked for": callback.KindRequest} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Rules[0].DialingIntervals[0], a.Rules[0].GiveUpAfter = time.Hour, 3 }), func(w *workbench) {
				if kind == callback.KindMissed {
					w.lose("1", alicesCustomer, "support")
				} else {
					w.ask(request(in(time.Hour)))
				}
				later := time.Now().Add(5 * 24 * time.Hour)
				task, err := w.desk().Reschedule(context.Background(), 1, later, "ann")
				require.NoError(t, err)
				assert.Equal(t, later.UTC(), task.Due.UTC())
				assert.True(t, task.GiveUp.After(later), "it doesn't expire before")
				w.after(5*24*time.Hour - time.Second)
				assert.Zero(t, w.pbxs["pbx1"].rung.Load())
				w.after(time.Second)
				assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
			})
		})
	}
}

func TestTimesThatATaskCannotHave(t *testing.T) {
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		w.ask(request())
		for moment, want := range map[time.Duration]callback.AskReason{
			0: callback.RefusedTimePast, -time.Hour: callback.RefusedTimePast, 10 * time.Hour: callback.RefusedClosed, 61 * 24 * time.Hour: callback.RefusedTimeTooFar,
		} {
			assert.Equal(t, want, w.refused(func(d *callback.Desk) error {
				_, err := d.Reschedule(context.Background(), 1, time.Now().Add(moment), "ann")
				return err
			}).Reason, moment)
		}
		account := requestsAccount()
		account.Requests = nil
		w.edit(account)
		assert.Equal(t, callback.RefusedRequestsOff, w.refused(func(d *callback.Desk) error {
			_, err := d.Reschedule(context.Background(), 1, time.Now().Add(time.Hour), "ann")
			return err
		}).Reason)
		w.edit()
		assert.Equal(t, callback.RefusedNoAccount, w.refused(func(d *callback.Desk) error {
			_, err := d.Reschedule(context.Background(), 1, time.Now().Add(time.Hour), "ann")
			return err
		}).Reason)
	})
}

// Now is now, and no sooner than the hours allow.
func TestATaskIsCalledNow(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request(in(5 * time.Hour)))
		task, err := w.desk().CallNow(context.Background(), 1, "ann")
		require.NoError(t, err)
		assert.Zero(t, task.At, "as soon as possible")
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())

		var state *callback.TransitionError
		_, err = w.desk().CallNow(context.Background(), 1, "ann")
		require.ErrorAs(t, err, &state, "it is being dialled")
		_, err = w.desk().Reschedule(context.Background(), 1, time.Now().Add(time.Hour), "ann")
		require.ErrorAs(t, err, &state)
		_, err = w.desk().Edit(context.Background(), 1, callback.Edit{Target: &callback.Target{Kind: callback.TargetAgent, Name: "alice"}}, "ann")
		require.ErrorAs(t, err, &state)
		assert.Equal(t, "task 1", state.What)
		_, err = w.desk().Edit(context.Background(), 1, callback.Edit{Note: pointer("she waits")}, "ann")
		require.NoError(t, err)
	})
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		w.ask(request(in(58 * time.Hour)))
		_, err := w.desk().CallNow(context.Background(), 1, "ann")
		require.NoError(t, err)
		w.after(time.Second)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		task, _ := w.read(1)
		assert.Contains(t, task.WaitingFor, "closed by schedule office")

		_, err = callback.Hold(context.Background(), w.store, 1, "ann", "")
		require.NoError(t, err)
		_, err = w.desk().CallNow(context.Background(), 1, "ann")
		var state *callback.TransitionError
		require.ErrorAs(t, err, &state)
		_, err = w.desk().Reschedule(context.Background(), 1, time.Now().Add(57*time.Hour), "ann")
		require.NoError(t, err)
		task, _ = w.read(1)
		assert.Equal(t, callback.TaskHeld, task.State)
		assert.Contains(t, task.WaitingFor, "held by ann")
	})
}

// Somebody has done it in another way.
func TestATaskIsClosed(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.ask(request())
		w.after(time.Second)
		task, err := w.desk().Close(context.Background(), 1, "answered by e-mail", "ann")
		require.NoError(t, err)
		assert.Equal(t, callback.TaskDialing, task.State, "the agent's phone stops ringing first")
		w.after(time.Second)
		task, _ = w.read(1)
		assert.Equal(t, callback.TaskCancelled, task.State)
		assert.Equal(t, "closed_by_person: answered by e-mail", task.Reason)
		assert.Zero(t, w.pbxs["pbx1"].under.Load())
	})
}
