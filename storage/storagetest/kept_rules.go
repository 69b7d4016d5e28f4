package storagetest

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testKeptRules(t *testing.T, s callback.Store) {
	kept := func() []callback.KeptRules {
		t.Helper()
		var all []callback.KeptRules
		view(t, s, func(tx callback.ReadTx) {
			var err error
			all, err = tx.KeptRules()
			require.NoError(t, err)
		})
		return all
	}
	assert.Empty(t, kept())
	first := callback.KeptRules{Account: globex, Path: "rules/globex.yaml", Text: []byte("account: globex\n"), Kept: morning}
	odd := callback.KeptRules{
		Account: acme, Path: "rules/a b.yaml", Kept: morning,
		Text: append([]byte("account: acme\n# \x00\xff\r\n"), bytes.Repeat([]byte("# 0123456789abcdef\n"), 500_000)...),
	}
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.KeepRules(first))
		require.NoError(t, tx.KeepRules(odd))
	})
	assert.Equal(t, []callback.KeptRules{odd, first}, kept(), "byte by byte, also a file of 10 MB")

	before := time.Now().Truncate(time.Millisecond)
	newer := callback.KeptRules{Account: acme, Path: "rules/acme.yaml", Text: []byte("account: acme\nlines: 3\n")}
	update(t, s, func(tx callback.Tx) { require.NoError(t, tx.KeepRules(newer)) })
	all := kept()
	require.Len(t, all, 2)
	assert.False(t, all[0].Kept.Before(before), "kept now")
	newer.Kept = all[0].Kept
	assert.Equal(t, []callback.KeptRules{newer, first}, all)

	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.ForgetRules(acme))
		require.NoError(t, tx.ForgetRules(acme), "nothing is left to forget")
	})
	assert.Equal(t, []callback.KeptRules{first}, kept())

	for name, spoil := range map[string]func(*callback.KeptRules){
		"without an account": func(k *callback.KeptRules) { k.Account = "" },
		"without a path":     func(k *callback.KeptRules) { k.Path = "" },
		"without a text":     func(k *callback.KeptRules) { k.Text = nil },
		"that are empty":     func(k *callback.KeptRules) { k.Text = []byte{} },
	} {
		spoilt := first
		spoil(&spoilt)
		err := attempt(t, s, func(tx callback.Tx) error { return tx.KeepRules(spoilt) })
		assert.ErrorIs(t, err, callback.ErrRefused, "rules %s", name)
	}
}
