package catchup_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The logs aren't left behind before what the events told of a call is committed: if
// callbackd dies until then, the call is found in them, and if it dies later, it isn't
// taken twice.
func TestACallThatIsNotCommittedYet(t *testing.T) {
	for name, committed := range map[string]bool{"killed before": false, "killed afterwards": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(10 * time.Second)
				require.NoError(t, w.reader.Until(w.Context(), time.Now()))
				w.after(time.Minute)
				call := w.call()
				w.reader.Saw(verdict(call, 0))
				w.logs.Abandoned("support", call)
				w.after(5 * time.Minute)
				if committed {
					w.reader.Took(call.ID)
					w.after(time.Minute)
				}
				require.Empty(t, w.ids(), "the events tell it")

				w.end()
				w.start()
				w.after(time.Minute)
				if committed {
					require.Empty(t, w.ids())
					return
				}
				require.Equal(t, []string{call.ID}, w.ids())
			})
		})
	}
}
