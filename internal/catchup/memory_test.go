package catchup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

// What was told a quarter of an hour ago is forgotten.
func TestTheMemoryOfLongAgo(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		call := w.call()
		w.reader.Saw(verdict(call, 0))
		w.reader.Took(call.ID)
		w.after(16 * time.Minute)
		w.reader.Saw(verdict(w.call(), 0))
		w.logs.Abandoned("support", call)
		w.after(10 * time.Second)
		require.Equal(t, []string{call.ID}, w.ids())
	})
}

// However much happens at once, no more than so much is remembered.
func TestTheMemoryIsBounded(t *testing.T) {
	const most = 50_000
	for name, row := range map[string]struct {
		told func(w *world, c logtest.Call) // once that of which a log will know, then that of others
	}{
		"verdicts": {func(w *world, c logtest.Call) {
			w.reader.Saw(verdict(c, 0))
			w.reader.Took(c.ID)
		}},
		"calls that went out": {func(w *world, c logtest.Call) { w.reader.Saw(callback.WentOut{PBX: "pbx1", ID: c.ID}) }},
	} {
		for others, taken := range map[int]bool{most - 1: false, most: true} {
			t.Run(fmt.Sprint(name, ", and ", others, " others"), func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.after(time.Minute)
					call := w.call()
					row.told(w, call)
					for n := range others {
						row.told(w, logtest.Call{ID: fmt.Sprint("other-", n), Number: customer})
					}
					w.logs.Unanswered("PJSIP/alice", call)
					w.after(10 * time.Second)
					if taken {
						require.Equal(t, []string{call.ID}, w.ids())
					} else {
						require.Empty(t, w.ids())
					}
				})
			})
		}
	}
}
