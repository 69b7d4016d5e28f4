package pbx

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// Who comes back into a queue has waited since the first time; who has talked to somebody in
// between, and is passed on to the queue, has not.
func TestHowLongACallerHasWaited(t *testing.T) {
	stranger := func(string) bool { return false }
	joins := &ari.ChannelDialplan{App: "Queue", AppData: "support,,,,60"}
	for name, row := range map[string]struct {
		between ari.Event
		want    time.Duration
	}{
		"out of it for the menu": {&ari.ChannelDialplan{App: "Stasis", AppData: "callbackd,offer,support"}, 30*time.Minute + time.Second},
		"talked to an agent":     {&ari.ChannelEnteredBridge{}, time.Second},
		"another call":           {&ari.ChannelDestroyed{}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w queueWaits
				w.observe(joins, stranger)
				w.observe(row.between, stranger)
				time.Sleep(30 * time.Minute)
				w.observe(joins, stranger)
				time.Sleep(time.Second)
				require.Equal(t, row.want, w.longest("support", "another", time.Now()))
			})
		})
	}
}
