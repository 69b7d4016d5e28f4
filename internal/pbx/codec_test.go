package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// Where the agent's phone doesn't speak what the agent's leg carries, or nobody knows,
// the conversation is mixed, recorded or not; and where it doesn't, the log tells what to
// write, once.
func TestAPhoneWithAnotherCodec(t *testing.T) {
	formats := func(formats string) func(*callback.Account) {
		return func(a *callback.Account) {
			region := a.Regions["sweden"]
			region.Formats = formats
			a.Regions["sweden"] = region
		}
	}
	unrecorded := func(a *callback.Account) { a.Rules[0].Recording = nil }
	for name, row := range map[string]struct {
		native, formats string
		mixed, told     bool
	}{
		"it speaks the leg's":       {native: "(ulaw)", formats: "ulaw"},
		"it speaks the leg's, too":  {native: "(alaw|ulaw)", formats: "ulaw"},
		"it speaks another":         {native: "(alaw)", formats: "ulaw", mixed: true, told: true},
		"the leg carries raw audio": {native: "(ulaw)", formats: "slin16", mixed: true, told: true},
		"nobody can tell":           {formats: "ulaw", mixed: true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.SetFunctionFunc("CHANNEL(audionativeformat)", func(string) (string, bool) { return row.native, row.native != "" })
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Minute)
				w.loses("+46709999999")
				w.after(time.Minute)
				var types []string
				for _, r := range w.asterisk.Requests("POST /bridges/*") {
					types = append(types, r.Query["type"]...)
				}
				want := "mixing"
				if row.mixed {
					want = "mixing,video_sfu"
				}
				require.Equal(t, []string{want, want}, types)
				told := 0
				if row.told {
					told = 1
				}
				require.Equal(t, told, strings.Count(w.logged(), `"alarm":"codec_differs"`))
				if row.told {
					require.Contains(t, w.logged(), "PJSIP/alice speaks "+strings.Trim(row.native, "()")+", and region sweden of account acme says formats: "+row.formats)
				}
			}, formats(row.formats), unrecorded)
		})
	}
}
