package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// A request has the intervals and the treatments of its section, and the next attempt has
// them as they are then.
func TestTheAttemptsOfARequest(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.pbxs["pbx1"].ends = func(string) callback.LegEnd { return callback.LegEnd{Cause: 17, SIP: 486} }
		w.ask(request())
		w.after(time.Minute)
		_, attempts := w.read(1)
		require.Len(t, attempts, 2)
		assert.Equal(t, 10*time.Minute, attempts[1].Due.Sub(attempts[0].Ended))

		w.edit(requestsAccount(func(a *callback.Account) {
			a.Requests.CallerID = "+4685550002"
			a.Requests.Treatments = callback.Treatments{callback.ResultCustomerBusy: {In: 2 * time.Hour}}
		}))
		w.after(11 * time.Minute)
		_, attempts = w.read(1)
		require.Len(t, attempts, 3)
		assert.Equal(t, "+4685550001", attempts[1].Settings.CallerID, "it was planned")
		assert.Equal(t, "+4685550002", attempts[2].Settings.CallerID)
		assert.Equal(t, 2*time.Hour, attempts[2].Due.Sub(attempts[1].Ended), "the treatment as it is now")

		w.edit(requestsAccount(func(a *callback.Account) {
			a.Requests.Treatments = callback.Treatments{callback.ResultCustomerBusy: {Close: true}}
		}))
		w.after(3 * time.Hour)
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskExhausted, task.State)
		assert.Equal(t, string(callback.ResultCustomerBusy), task.Reason)
		assert.Equal(t, 3, task.Attempts)
	})
}

// What takes a request's ground away makes it wait, in words; nobody cancels it.
func TestRequestsThatWait(t *testing.T) {
	for name, row := range map[string]struct {
		edit func(*callback.Account)
		says string
	}{
		"the section is gone":   {func(a *callback.Account) { a.Requests = nil }, "account acme takes no requests any more"},
		"the target is gone":    {func(a *callback.Account) { delete(a.Agents, "alice"); a.Groups = nil }, "agent:alice isn't in the file of account acme any more: give the task another target"},
		"the country is closed": {func(a *callback.Account) { a.Callable.Countries = []string{"NO"} }, "country_not_callable"},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.ask(request(in(time.Hour), func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetAgent, Name: "alice"} }))
				w.edit(requestsAccount(row.edit))
				w.after(5 * time.Hour)
				task, _ := w.read(1)
				assert.Equal(t, callback.TaskScheduled, task.State)
				assert.Contains(t, task.WaitingFor, row.says)
				assert.Zero(t, w.pbxs["pbx1"].rung.Load())

				w.edit(requestsAccount())
				w.after(time.Second)
				assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load(), "it goes on when that is back")
			})
		})
	}
}

// Nobody was reached in all the time that give_up_after leaves, counted from when the
// customer was to be called.
func TestARequestGrowsTooOld(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann")) // which keeps no promise young
		w.ask(request(in(48 * time.Hour)))
		w.after((5*24 - 1) * time.Hour)
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
		w.after(time.Hour)
		task, _ = w.read(1)
		assert.Equal(t, callback.TaskExpired, task.State)
	})
}

// What an edit of the section does to open requests is told before it is saved.
func TestWhatAnEditDoesToRequests(t *testing.T) {
	for name, row := range map[string]struct {
		edit   func(*callback.Account)
		effect callback.Effect
	}{
		"nothing":           {func(*callback.Account) {}, ""},
		"another caller ID": {func(a *callback.Account) { a.Requests.CallerID = "" }, callback.EffectSettings},
		"no section":        {func(a *callback.Account) { a.Requests = nil }, callback.EffectForbidden},
		"another default": {func(a *callback.Account) {
			a.Requests.Forward = callback.Target{Kind: callback.TargetGroup, Name: "sales"}
		}, ""},
		"the rule of another": {func(a *callback.Account) { a.Rules = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(), func(w *workbench) {
				w.ask(request(in(time.Hour)))
				require.NoError(t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) error {
					concerned, err := callback.Edited(tx, requestsAccount(), requestsAccount(row.edit), time.Now())
					require.NoError(t, err)
					if row.effect == "" {
						assert.Empty(t, concerned)
						return nil
					}
					require.Len(t, concerned, 1)
					assert.Equal(t, row.effect, concerned[0].Effect)
					return nil
				}))
			})
		})
	}
}

// A shadow account promises and dials nothing: the task says what would have been done.
func TestRequestsOfAShadow(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Mode = callback.ModeShadow }), func(w *workbench) {
		w.ask(request())
		w.after(time.Second)
		task, attempts := w.read(1)
		assert.Equal(t, callback.CancelShadow, task.Reason)
		assert.Contains(t, attempts[0].Reason, "queue:support")
	})
}
