package torture

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKills(t *testing.T) {
	w := newWorld(t, 4)
	kills := 3
	if *long {
		kills = 60
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	w.start()
	calls := w.stream(ctx)
	for n := range kills {
		w.pause(w.chance.between(200*time.Millisecond, 3500*time.Millisecond))
		if n%2 == 0 {
			w.killCallbackd()
			w.pause(w.chance.between(0, time.Second))
			w.start()
			continue
		}
		w.killAsterisk(w.chance.between(0, time.Second))
		if w.chance.oneIn(3) {
			w.killCallbackd() // before it has found its Asterisk again
			w.start()
			continue
		}
		require.NoError(t, w.WaitReady(t.Context()))
	}
	stop()
	calls.Wait()
	w.judge()
}
