package callback_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

var supportQueue = callback.Target{Kind: callback.TargetQueue, Name: "support"}

// requestsAccount is an account that takes requests, of a queue, an agent and a group, and
// appointments (advice).
func requestsAccount(change ...func(*callback.Account)) *callback.Account {
	account := exampleAccount()
	account.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	account.Groups = map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice"}}}
	account.Requests = &callback.Requests{
		Rule: callback.Rule{
			Name: callback.RequestsRule, Enabled: true, Schedule: hours.Always(), Region: "sweden", CallerID: "+4685550001",
			DialingIntervals: []time.Duration{0, 10 * time.Minute, time.Hour}, WaitForCustomer: 30 * time.Second, GiveUpAfter: 3,
			Forward: supportQueue,
		},
		Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead,
	}
	account.Appointments = map[string]*callback.AppointmentBook{"advice": advice(account.Requests.Rule)}
	for _, f := range change {
		f(account)
	}
	return account
}

// byOffice has requests go by the hours of an office.
func byOffice(a *callback.Account) { a.Requests.Schedule = weekdays() }

func (w *workbench) desk() *callback.Desk { return callback.NewDesk(w.store, w.rules) }

// request is one of alicesCustomer, at once.
func request(change ...func(*callback.Request)) callback.Request {
	r := callback.Request{Account: "acme", Number: "070-123 45 67", Via: callback.ViaAPI, By: "admin"}
	for _, f := range change {
		f(&r)
	}
	return r
}

func at(moment time.Time) func(*callback.Request) {
	return func(r *callback.Request) { r.At = moment }
}

// ask makes a request that is taken.
func (w *workbench) ask(r callback.Request) callback.Asked {
	w.t.Helper()
	asked, err := w.desk().Ask(context.Background(), r)
	require.NoError(w.t, err)
	return asked
}

// refused makes a request, or changes one, and expects a refusal; nothing may be stored.
func (w *workbench) refused(do func(*callback.Desk) error) *callback.AskRefusal {
	w.t.Helper()
	synctest.Wait() // what was asked for before may be about to be dialled
	before := w.history()
	err := do(w.desk())
	var refusal *callback.AskRefusal
	require.ErrorAs(w.t, err, &refusal)
	assert.Contains(w.t, callback.AskReasons, refusal.Reason)
	assert.NotEmpty(w.t, refusal.Why)
	assert.Equal(w.t, before, w.history(), "something was stored")
	return refusal
}

// history counts the changes of all tasks.
func (w *workbench) history() (changes int) {
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
		tasks, err := tx.Tasks(callback.TaskFilter{Limit: 1000})
		for _, task := range tasks {
			history, err := tx.History(task.ID)
			if err != nil {
				return err
			}
			changes += len(history)
		}
		return err
	}))
	return changes
}

// What is asked for becomes a task like any other: with its settings, its place, its
// history, and the queue's agents ring.
func TestACallbackIsAskedFor(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		asked := w.ask(request(func(r *callback.Request) {
			r.Note, r.Language, r.Via, r.By = " about <b>the offer</b> ", "sv", callback.ViaWeb, "form"
		}))
		assert.Equal(t, callback.OutcomeCreated, asked.Outcome)
		task, attempts := w.read(asked.Task.ID)
		assert.Equal(t, callback.Task{
			ID: 1, Account: "acme", Kind: callback.KindRequest, Number: alicesCustomer, State: callback.TaskScheduled, Target: supportQueue,
			Region: "sweden", Rule: callback.RequestsRule, Arrived: time.Now().UTC(), Due: time.Now().UTC(), Wake: time.Now().UTC(), Asked: time.Now().UTC(),
			GiveUp: task.GiveUp, Source: "web", Note: "about <b>the offer</b>", Language: "sv", WaitingFor: task.WaitingFor, Created: task.Created, Updated: task.Updated,
		}, task)
		assert.Equal(t, time.Date(2000, 1, 4, 0, 0, 0, 0, time.UTC), task.GiveUp, "three days")
		require.Len(t, attempts, 1)
		s := attempts[0].Settings
		assert.Equal(t, "sv", s.Language, "the customer's own")
		assert.Equal(t, "+4685550001", s.CallerID)
		assert.Equal(t, "pbx1", s.PBX)
		assert.Equal(t, []time.Duration{0, 10 * time.Minute, time.Hour}, s.DialingIntervals)

		require.NoError(t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
			history, err := tx.History(task.ID)
			require.NoError(t, err)
			assert.Equal(t, "asked", history[0].Input)
			assert.Equal(t, "by form, via web", history[0].Reason)
			return nil
		}))
		require.NoError(t, w.control.Resume(context.Background(), "ann"))
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// A time that is asked for is when the customer is called, whatever the first interval.
func TestACallbackForATime(t *testing.T) {
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		monday := time.Date(2000, 1, 3, 10, 0, 0, 0, time.FixedZone("", 3600))
		task := w.ask(request(at(monday))).Task
		for _, have := range []time.Time{task.Due, task.At, task.Arrived} {
			assert.True(t, monday.Equal(have), have)
		}
		w.after(time.Until(monday) - time.Second)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// Each reason, with the field that is to be changed; nothing is stored.
func TestRequestsThatAreRefused(t *testing.T) {
	saturday := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	monday := saturday.Add(58 * time.Hour) // 11:00 in Stockholm
	for name, row := range map[string]struct {
		account func(*callback.Account)
		ask     func(*callback.Request)
		reason  callback.AskReason
		field   callback.AskField
		says    string
	}{
		"of nobody":              {nil, func(r *callback.Request) { r.Account = "initech" }, callback.RefusedNoAccount, callback.FieldAccount, ""},
		"of one that takes none": {func(a *callback.Account) { a.Requests = nil }, nil, callback.RefusedRequestsOff, callback.FieldAccount, "requests"},
		"letters in a number":    {nil, func(r *callback.Request) { r.Number = "07O1234567" }, callback.RefusedNumberInvalid, callback.FieldNumber, `"07O1234567"`},
		"64 kB of a number":      {nil, func(r *callback.Request) { r.Number = strings.Repeat("7", 1<<16) }, callback.RefusedNumberInvalid, callback.FieldNumber, "…"},
		"no number":              {nil, func(r *callback.Request) { r.Number = "" }, callback.RefusedNumberInvalid, callback.FieldNumber, ""},
		"a withheld one":         {nil, func(r *callback.Request) { r.Number = "anonymous" }, callback.RefusedNumberInvalid, callback.FieldNumber, ""},
		"one's own":              {nil, func(r *callback.Request) { r.Number = "+4685550000" }, callback.RefusedOwnNumber, callback.FieldNumber, ""},
		"another country":        {nil, func(r *callback.Request) { r.Number = "+4791234567" }, callback.RefusedCountryNotCallable, callback.FieldNumber, "NO"},
		"a refused prefix":       {func(a *callback.Account) { a.Callable.Refuse = []string{"+46701"} }, nil, callback.RefusedPrefix, callback.FieldNumber, "+46701"},
		"an emergency":           {nil, func(r *callback.Request) { r.Number = "112" }, callback.RefusedNumberInvalid, callback.FieldNumber, ""},
		"control characters":     {nil, func(r *callback.Request) { r.Note = "a\x1b[2Jb" }, callback.RefusedTextInvalid, callback.FieldNote, ""},
		"two lines":              {nil, func(r *callback.Request) { r.Note = "a\nb" }, callback.RefusedTextInvalid, callback.FieldNote, ""},
		"a turned line":          {nil, func(r *callback.Request) { r.Note = "a\u202eb" }, callback.RefusedTextInvalid, callback.FieldNote, ""},
		"half a character":       {nil, func(r *callback.Request) { r.Note = "\xc3" }, callback.RefusedTextInvalid, callback.FieldNote, ""},
		"too many words":         {nil, func(r *callback.Request) { r.Note = strings.Repeat("ä", 1001) }, callback.RefusedTextInvalid, callback.FieldNote, "1000"},
		"no language":            {nil, func(r *callback.Request) { r.Language = "../sv" }, callback.RefusedTextInvalid, callback.FieldLanguage, ""},
		"by nothing":             {nil, func(r *callback.Request) { r.Via = "fax" }, callback.RefusedSourceUnknown, callback.FieldSource, "fax"},
		"no such queue":          {nil, func(r *callback.Request) { r.Target.Kind, r.Target.Name = callback.TargetQueue, "sales" }, callback.RefusedTargetUnknown, callback.FieldTarget, "queue:sales"},
		"a scenario":             {nil, func(r *callback.Request) { r.Target.Kind, r.Target.Name = callback.TargetScenario, "main-menu" }, callback.RefusedTargetUnknown, callback.FieldTarget, ""},
		"nobody to call":         {func(a *callback.Account) { a.Requests.Forward = callback.Target{} }, nil, callback.RefusedTargetUnknown, callback.FieldTarget, "say who"},
		"no hours at all": {func(a *callback.Account) {
			a.Location, a.Callable.Countries, a.Requests.Schedule = nil, []string{"US"}, &hours.Schedule{Name: "office", Weekly: [7][]hours.Window{time.Monday: {{From: 540, To: 545}}}}
		}, func(r *callback.Request) { r.Number = "+18002255288" }, callback.RefusedNoTimezone, callback.FieldNumber, "time zone"},
		"now":              {nil, at(saturday), callback.RefusedTimePast, callback.FieldAt, "future"},
		"long ago":         {nil, at(time.Unix(0, 0)), callback.RefusedTimePast, callback.FieldAt, ""},
		"in 61 days":       {nil, at(saturday.Add(61 * 24 * time.Hour)), callback.RefusedTimeTooFar, callback.FieldAt, "60d"},
		"in the year 9999": {nil, at(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)), callback.RefusedTimeTooFar, callback.FieldAt, ""},
		"in the year 10000": {nil, func(r *callback.Request) {
			r.Key, r.At = "1", time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600))
		}, callback.RefusedTimeTooFar, callback.FieldAt, ""},
		"on a Saturday":  {byOffice, at(saturday.Add(10 * time.Hour)), callback.RefusedClosed, callback.FieldAt, "opens on Mon 09:00 in Europe/Stockholm"},
		"at the closing": {byOffice, at(monday.Add(7 * time.Hour)), callback.RefusedClosed, callback.FieldAt, "opens on Tue 09:00"},
		"after nothing":  {nil, func(r *callback.Request) { r.Previous = 4711 }, callback.RefusedPrevious, callback.FieldPrevious, "4711"},
	} {
		t.Run(name, func(t *testing.T) {
			change := row.account
			if change == nil {
				change = func(*callback.Account) {}
			}
			atWorkbench(t, requestsAccount(change), func(w *workbench) {
				r := request()
				if row.ask != nil {
					row.ask(&r)
				}
				refusal := w.refused(func(d *callback.Desk) error { _, err := d.Ask(context.Background(), r); return err })
				assert.Equal(t, row.reason, refusal.Reason)
				assert.Equal(t, row.field, refusal.Field)
				assert.Contains(t, refusal.Why, row.says)
				assert.Zero(t, w.count(callback.TaskScheduled))
			})
		})
	}
}

// The next opening is told as a time, too.
func TestAClosedTimeHasANextOpening(t *testing.T) {
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		refusal := w.refused(func(d *callback.Desk) error {
			_, err := d.Ask(context.Background(), request(at(time.Date(2000, 1, 1, 10, 0, 0, 0, time.UTC))))
			return err
		})
		assert.True(t, time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC).Equal(refusal.Opens), refusal.Opens)
		assert.False(t, refusal.Reason.Passes())
	})
}

// As soon as possible is when the hours open.
func TestARequestAtNightWaitsForTheMorning(t *testing.T) {
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		w.ask(request())
		w.after(56*time.Hour - time.Second)
		assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		task, _ := w.read(1)
		assert.Contains(t, task.WaitingFor, "closed by schedule office until Mon 09:00")
		w.after(time.Second)
		assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
	})
}

// Who is on the do-not-call list, or was called too often, isn't promised a call.
func TestRequestsThatCallsForbid(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Callable.PerNumber.Day = 1 }), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.ask(request())
		w.after(time.Minute) // one attempt, which isn't answered
		ask := func(r callback.Request) func(*callback.Desk) error {
			return func(d *callback.Desk) error { _, err := d.Ask(context.Background(), r); return err }
		}
		toAlice := func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetAgent, Name: "alice"} }
		refusal := w.refused(ask(request(toAlice)))
		assert.Equal(t, callback.RefusedCapReached, refusal.Reason)
		assert.True(t, refusal.Reason.Passes())
		assert.WithinDuration(t, time.Now().Add(24*time.Hour), refusal.Again, time.Minute)
		w.ask(request(toAlice, at(time.Now().Add(48*time.Hour)))) // until then the cap is over

		w.block(alicesCustomer)
		assert.Equal(t, callback.RefusedDoNotCall, w.refused(ask(request())).Reason)
	})
}

// While the last call that the caps allow is being made nobody knows whether it counts;
// whoever asks then is told when to come again, as with everything that passes.
func TestACapThatMayYetBeReached(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Callable.PerNumber.Day = 1 }), func(w *workbench) {
		w.ask(request())
		w.after(time.Second) // an agent's phone rings
		refusal := w.refused(func(d *callback.Desk) error { _, err := d.Ask(context.Background(), request()); return err })
		assert.Equal(t, callback.RefusedCapReached, refusal.Reason)
		assert.Equal(t, 5*time.Minute, time.Until(refusal.Again))
	})
}

// Every reason has a meaning, and no two are one.
func TestAskReasons(t *testing.T) {
	seen := map[callback.AskReason]bool{}
	for _, r := range callback.AskReasons {
		assert.NotEmpty(t, r.Meaning(), r)
		assert.False(t, seen[r], r)
		seen[r] = true
	}
	assert.Empty(t, callback.AskReason("because").Meaning())
}

// docs/requests.md lists the reasons.
func TestTheReasonsInTheDocumentation(t *testing.T) {
	table := "| `reason` | status | when |\n|---|---|---|\n"
	for _, r := range callback.AskReasons {
		status := 422
		switch {
		case r.Passes():
			status = 429
		case r == callback.RefusedDuplicate, r == callback.RefusedSlotFull, r == callback.RefusedTaken:
			status = 409
		case r == callback.RefusedAppointmentsOff, r == callback.RefusedBookUnknown:
			status = 404
		}
		table += fmt.Sprintf("| `%s` | %d | %s |\n", r, status, r.Meaning())
	}
	documented(t, "why a request is refused", table)
}
