package storagetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// newToken is a token that can be stored; of another n it has another name and hash.
func newToken(n byte) callback.Token {
	return callback.Token{
		Name: string('a' + rune(n)), Role: callback.RoleAgent, Account: acme, By: callback.ByAdmin,
		Hash: callback.TokenHash{0: n, 31: 255},
	}
}

func testToken(t *testing.T, s callback.Store) {
	own, general := newToken(1), newToken(2)
	general.Account, general.Role = "", callback.RoleAdmin
	update(t, s, func(tx callback.Tx) {
		list, err := tx.Tokens()
		require.NoError(t, err)
		require.Empty(t, list)
		require.NoError(t, tx.InsertToken(&own))
		require.NoError(t, tx.InsertToken(&general))
	})
	assert.Positive(t, own.ID)
	assert.WithinDuration(t, time.Now(), own.Created, time.Minute)
	view(t, s, func(tx callback.ReadTx) {
		list, err := tx.Tokens()
		require.NoError(t, err)
		assert.Equal(t, []callback.Token{own, general}, list)
		for _, want := range list {
			have, err := tx.Token(want.ID)
			require.NoError(t, err)
			assert.Equal(t, want, have)
			have, err = tx.TokenOf(want.Hash)
			require.NoError(t, err)
			assert.Equal(t, want, have)
		}
		_, err = tx.Token(general.ID + 1)
		require.ErrorIs(t, err, callback.ErrNotFound)
		_, err = tx.TokenOf(newToken(3).Hash)
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.UseToken(own.ID, morning))
		require.NoError(t, tx.UseToken(general.ID+1, morning), "who isn't there isn't missed")
		own.LastUsed = morning
		for _, want := range []callback.Token{own, general} {
			have, err := tx.Token(want.ID)
			require.NoError(t, err)
			assert.Equal(t, want, have)
		}
	})
}

func testRevokedToken(t *testing.T, s callback.Store) {
	token, other := newToken(1), newToken(2)
	var revoked callback.Token
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.InsertToken(&token))
		require.NoError(t, tx.InsertToken(&other))
		require.NoError(t, tx.UseToken(token.ID, morning))
		require.NoError(t, tx.RevokeToken(token.ID, callback.ByAdmin))
		var err error
		revoked, err = tx.Token(token.ID)
		require.NoError(t, err)
	})
	assert.False(t, revoked.Holds())
	assert.WithinDuration(t, time.Now(), revoked.Revoked, time.Minute)
	assert.Equal(t, callback.ByAdmin, revoked.RevokedBy)
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.RevokeToken(token.ID, "somebody-else"))
		require.NoError(t, tx.UseToken(token.ID, morning.Add(time.Hour)))
		require.NoError(t, tx.RevokeToken(other.ID+1, callback.ByAdmin), "who isn't there isn't missed")
		have, err := tx.TokenOf(token.Hash)
		require.NoError(t, err, "it is known still")
		assert.Equal(t, revoked, have)
		have, err = tx.Token(other.ID)
		require.NoError(t, err)
		assert.Equal(t, other, have)
		again := token
		again.Hash = newToken(3).Hash
		assert.NoError(t, tx.InsertToken(&again), "its name is free")
	})
}

func testTokenRules(t *testing.T, s callback.Store) {
	for name, spoil := range map[string]func(*callback.Token){
		"without a name":    func(k *callback.Token) { k.Name = "" },
		"by nobody":         func(k *callback.Token) { k.By = "" },
		"of a strange role": func(k *callback.Token) { k.Role = "king" },
		"of no role":        func(k *callback.Token) { k.Role = "" },
		"revoked by nobody": func(k *callback.Token) { k.Revoked = morning },
		"by whom, not when": func(k *callback.Token) { k.RevokedBy = callback.ByAdmin },
	} {
		token := newToken(1)
		spoil(&token)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertToken(&token) }), callback.ErrRefused, "a token %s", name)
	}
	whole := newToken(1)
	update(t, s, func(tx callback.Tx) { require.NoError(t, tx.InsertToken(&whole)) })
	for name, spoil := range map[string]func(*callback.Token){
		"of the same name":   func(k *callback.Token) { k.Name = whole.Name },
		"of the same secret": func(k *callback.Token) { k.Hash = whole.Hash },
	} {
		token := newToken(2)
		spoil(&token)
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.InsertToken(&token) }), callback.ErrExists, "a token %s", name)
	}
}
