package lockfile

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The second of two installations waits, says so, and goes on when the first
// one is done.
func TestLockWaits(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Take(ctx, path, func() { t.Error("the first waits for nobody") })
	require.NoError(t, err)

	said := 0
	second, err := Take(ctx, path, func() {
		said++
		assert.NoError(t, first.Close())
	})
	require.NoError(t, err)
	assert.Equal(t, 1, said)
	assert.NoError(t, second.Close())
}

// Who waits can be interrupted, and the lock stays with the first.
func TestLockGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Try(path)
	require.NoError(t, err)
	defer first.Close()

	ctx, cancel := context.WithCancel(t.Context())
	_, err = Take(ctx, path, cancel)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, path)

	_, err = Try(path)
	assert.ErrorIs(t, err, ErrHeld)
}
