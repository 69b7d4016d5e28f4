package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testDoNotCall(t *testing.T, s callback.Store) {
	entry := callback.DoNotCall{Account: acme, Number: alice, Since: morning, By: callback.ByCustomer, Reason: "pressed 9"}
	again := entry
	again.Since, again.By, again.Reason = morning.Add(time.Hour), "admin", "asked by letter"
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.Unblock(acme, alice), "who isn't on the list stays off it")
		require.NoError(t, tx.Block(entry))
		require.NoError(t, tx.Block(again))
	})
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.DoNotCall(acme, alice)
		require.NoError(t, err)
		assert.Equal(t, entry, have)
		for account, number := range map[string]string{globex: alice, acme: bob} {
			_, err := tx.DoNotCall(account, number)
			assert.ErrorIs(t, err, callback.ErrNotFound, "%s in %s", number, account)
		}
	})
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.Unblock(globex, alice))
		require.NoError(t, tx.Unblock(acme, bob))
		_, err := tx.DoNotCall(acme, alice)
		require.NoError(t, err, "another's removal leaves it")
		require.NoError(t, tx.Unblock(acme, alice))
		_, err = tx.DoNotCall(acme, alice)
		require.ErrorIs(t, err, callback.ErrNotFound)
		require.NoError(t, tx.Block(again))
		have, err := tx.DoNotCall(acme, alice)
		require.NoError(t, err)
		require.Equal(t, again, have, "a new entry is new")
	})
}

func testDoNotCallList(t *testing.T, s callback.Store) {
	var all []callback.DoNotCall
	update(t, s, func(tx callback.Tx) {
		for i := range 120 {
			all = append(all, callback.DoNotCall{Account: acme, Number: customer(i), Since: morning.Add(-time.Duration(i) * time.Minute), By: "admin"})
		}
		for i := range all { // not in their order
			require.NoError(t, tx.Block(all[(i*7)%len(all)]))
		}
		require.NoError(t, tx.Block(callback.DoNotCall{Account: globex, Number: alice, Since: morning, By: "admin"}))
	})
	view(t, s, func(tx callback.ReadTx) {
		for name, c := range map[string]struct {
			after string
			limit int
			want  []callback.DoNotCall
		}{
			"the first page":       {"", 0, all[:100]},
			"the next":             {all[99].Number, 0, all[100:]},
			"a short one":          {all[9].Number, 3, all[10:13]},
			"behind the last":      {all[119].Number, 0, nil},
			"behind one that left": {all[9].Number + "0", 1, all[10:11]},
		} {
			list, err := tx.DoNotCallList(acme, c.after, c.limit)
			require.NoError(t, err)
			assert.Equal(t, c.want, list, name)
		}
		list, err := tx.DoNotCallList("initech", "", 0)
		require.NoError(t, err)
		assert.Empty(t, list)
	})
}

func testDoNotCallRules(t *testing.T, s callback.Store) {
	whole := callback.DoNotCall{Account: acme, Number: alice, Since: morning, By: "admin"}
	for name, spoil := range map[string]func(*callback.DoNotCall){
		"of no account":           func(d *callback.DoNotCall) { d.Account = "" },
		"of a national number":    func(d *callback.DoNotCall) { d.Number = "0701234567" },
		"by nobody":               func(d *callback.DoNotCall) { d.By = "" },
		"since nobody knows when": func(d *callback.DoNotCall) { d.Since = time.Time{} },
	} {
		d := whole
		spoil(&d)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.Block(d) }), callback.ErrRefused, "an entry %s", name)
	}
	assert.NoError(t, attempt(t, s, func(tx callback.Tx) error { return tx.Block(whole) }))
}
