package private

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	asteriskconfig "callbackd/asterisk-config"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What Asterisk reads for a small company, in every file that depends on it.
func TestRender(t *testing.T) {
	s := settings{
		Config: shop("127.0.0.1:5070").withDefaults(),
		RunDir: "/srv/pbx/run", ModuleDir: "/opt/modules", DataDir: "/opt/data",
		SIPPort: 5060, HTTPPort: 8088, RTPFirst: 10000, RTPLast: 10999,
		ARIUser: "callbackd", ARIPassword: "aris-secret",
	}
	s.Dir = "/srv/pbx"
	files, err := render(s)
	require.NoError(t, err)
	assert.Equal(t, asteriskconfig.Dialplan, string(files["callbackd.conf"]), "the file that users include, byte for byte")

	assert.Contains(t, string(files["followme.conf"]), "number = alice,10", "a file that only further text has")
	assert.Contains(t, string(files["features.conf"]), "[featuremap]", "further text replaces nothing")
	assert.Contains(t, string(files["features.conf"]), "[general](+)\natxfernoanswertimeout = 5\n")

	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		template, err := templates.ReadFile("etc/" + name)
		if err != nil || !strings.Contains(string(template), "{{") {
			continue // the same for everybody
		}
		fmt.Fprintf(&text, "-- %s --\n%s", name, files[name])
	}
	golden := filepath.Join("testdata", "etc.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), text.String(), "after a change that is meant, run: go test -run TestRender -update")
}

// An Asterisk of the system knows where its modules and sounds are; naming
// other places would break it.
func TestRenderForSystemAsterisk(t *testing.T) {
	files, err := render(settings{})
	require.NoError(t, err)
	for _, key := range []string{"astmoddir", "astdatadir", "astagidir"} {
		assert.NotContains(t, string(files["asterisk.conf"]), key)
	}
}
