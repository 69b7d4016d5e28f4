package callback_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// What an edit does to an open task is told by what decides.
func TestEdited(t *testing.T) {
	edit := func(changes ...func(*callback.Account)) *callback.Account {
		account := exampleAccount()
		for _, change := range changes {
			change(account)
		}
		return account
	}
	shadow := func(a *callback.Account) { a.Mode = callback.ModeShadow }
	const pretends = "account acme is in shadow mode: a task ends when it is due"
	for name, row := range map[string]struct {
		account, edited *callback.Account
		want            []callback.Concerned
	}{
		"nothing":           {edit(), edit(), nil},
		"to shadow":         {edit(), edit(shadow), []callback.Concerned{{TaskID: 1, Effect: callback.EffectForbidden, Reason: pretends}}},
		"to live":           {edit(shadow), edit(), []callback.Concerned{{TaskID: 1, Effect: callback.EffectAllowed, Reason: pretends}}},
		"disabled":          {edit(), edit(func(a *callback.Account) { a.Rules[0].Enabled = false }), []callback.Concerned{{TaskID: 1, Effect: callback.EffectCancelled, Reason: callback.CancelRuleDisabled}}},
		"the queue is gone": {edit(), edit(func(a *callback.Account) { a.Queues = nil }), []callback.Concerned{{TaskID: 1, Effect: callback.EffectOriginDeleted, Reason: callback.CancelOriginDeleted}}},
		"the region has a new name": {edit(), edit(func(a *callback.Account) {
			region := a.Regions["sweden"]
			region.Name = "se"
			a.Regions = map[string]callback.Region{"se": region}
		}), []callback.Concerned{{TaskID: 1, Effect: callback.EffectSettings}}},
		"the region is gone": {edit(), edit(func(a *callback.Account) { delete(a.Regions, "sweden") }), []callback.Concerned{
			{TaskID: 1, Effect: callback.EffectForbidden, Reason: `region "sweden" isn't in the file of account acme`},
		}},
		"more intervals": {edit(), edit(func(a *callback.Account) {
			a.Rules[0].DialingIntervals = append(a.Rules[0].DialingIntervals, time.Hour)
		}), []callback.Concerned{{TaskID: 1, Effect: callback.EffectSettings}}},
	} {
		t.Run(name, func(t *testing.T) {
			later := exampleAccount()
			later.Rules[0].DialingIntervals[0] = time.Hour
			atWorkbench(t, later, func(w *workbench) {
				w.lose("1", "+46701234567", "support")
				var list []callback.Concerned
				require.NoError(t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
					list, err = callback.Edited(tx, row.account, row.edited, time.Now())
					return err
				}))
				require.Equal(t, row.want, list)
			})
		})
	}
}
