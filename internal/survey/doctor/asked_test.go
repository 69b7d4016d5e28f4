package doctor

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/sounds"
)

// Asterisk is asked for a sound where the daemon will tell it to look.
func TestWhereSoundsAre(t *testing.T) {
	p := newPremises(t)
	p.config.Sounds = p.path("sounds")
	shipped := sounds.Shipped()[0]
	where := func(name string) string {
		t.Helper()
		path, err := soundPath(p.config, name)
		require.NoError(t, err)
		return path
	}
	assert.Empty(t, where(shipped), "not written out before the first start, and no fault")
	p.write(filepath.Join("shipped-sounds", shipped+".wav"), "")
	assert.Equal(t, p.path(filepath.Join("shipped-sounds", shipped)), where(shipped))
	p.write(filepath.Join("sounds", shipped+".wav"), "")
	assert.Equal(t, p.path(filepath.Join("sounds", shipped)), where(shipped), "the operator's own comes first")
	_, err := soundPath(p.config, "none")
	require.Error(t, err)
}
