package storage

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/storage/storagetest"
)

func TestStore(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) callback.Store { return openTest(t) })
}

// openTest opens a new database that the test closes.
func openTest(t testing.TB, opts ...Option) *DB {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "callbackd.db"), opts...)
}

func reopen(t testing.TB, path string, opts ...Option) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}
