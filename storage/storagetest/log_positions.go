package storagetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func testLogPositions(t *testing.T, s callback.Store) {
	position := func(pbx string) string {
		t.Helper()
		var stored []byte
		view(t, s, func(tx callback.ReadTx) {
			var err error
			stored, err = tx.LogPosition(pbx)
			require.NoError(t, err)
		})
		return string(stored)
	}
	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.SetLogPosition("pbx1", []byte(`{"next": 1}`)))
		require.NoError(t, tx.SetLogPosition("pbx2", []byte(`{"next": 9, "id": "a | b å"}`)))
		require.NoError(t, tx.SetLogPosition("pbx1", []byte(`{"next": 2}`)))
	})
	assert.Equal(t, `{"next": 2}`, position("pbx1"), "the newest")
	assert.Equal(t, `{"next": 9, "id": "a | b å"}`, position("pbx2"), "each PBX has its own, byte by byte")

	require.NoError(t, attempt(t, s, func(tx callback.Tx) error { return tx.SetLogPosition("pbx1", []byte(`{"next": 3}`)) }))
	assert.Equal(t, `{"next": 2}`, position("pbx1"), "it goes with the calls that its transaction stores")

	for name, c := range map[string]struct{ pbx, position string }{
		"of no PBX":       {"", `{"next": 1}`},
		"that isn't JSON": {"pbx1", `{"next": `},
		"of nothing":      {"pbx1", ``},
	} {
		err := attempt(t, s, func(tx callback.Tx) error { return tx.SetLogPosition(c.pbx, []byte(c.position)) })
		assert.ErrorIs(t, err, callback.ErrRefused, "a position %s", name)
	}
}
