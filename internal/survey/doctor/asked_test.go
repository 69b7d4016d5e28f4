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
	where := func(account, language string) string {
		t.Helper()
		path, err := soundPath(p.config, sounds.Key{Account: account, Language: language, Name: shipped})
		require.NoError(t, err)
		return path
	}
	assert.Empty(t, where("acme", "sv"), "not written out before the first start, and no fault")
	for _, folder := range []string{"shipped-sounds", "sounds", "sounds/sv", "sounds/acme", "sounds/acme/sv"} { // from far to near
		p.write(filepath.Join(folder, shipped+".wav"), "")
		assert.Equal(t, p.path(filepath.Join(folder, shipped)), where("acme", "sv"))
	}
	assert.Equal(t, p.path(filepath.Join("sounds/acme", shipped)), where("acme", ""))
	assert.Equal(t, p.path(filepath.Join("sounds", shipped)), where("globex", "de"))
	_, err := soundPath(p.config, sounds.Key{Account: "acme", Name: "none"})
	require.Error(t, err)
}
