package callback_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// BenchmarkRound is one look of the scheduler at ten thousand due tasks of ten
// queues that all wait for the same kind of thing. It comes with each commit, and
// where Asterisk has to be asked twice a second.
func BenchmarkRound(b *testing.B) {
	tenQueues := func() *callback.Account {
		account := exampleAccount()
		for q := range 10 {
			name := fmt.Sprintf("queue%d", q)
			account.Queues[name] = callback.Queue{Name: name}
		}
		return account
	}
	renamed := oneCall(tenQueues())
	renamed.Rules[0].Region = "sweden"
	for name, row := range map[string]struct {
		account *callback.Account
		region  string
		happens func(*workbench)
	}{
		"lines in use":                    {tenQueues(), "sweden", func(*workbench) {}},
		"region full":                     {oneCall(tenQueues()), "sweden", func(*workbench) {}},
		"region full, by an earlier name": {renamed, "scandinavia", func(*workbench) {}},
		"PBX away":                        {tenQueues(), "sweden", func(w *workbench) { w.pbxs["pbx1"].away = errors.New("Asterisk pbx1 is away") }},
		"no agent free":                   {tenQueues(), "sweden", func(w *workbench) { w.pbxs["pbx1"].waiting = "no agent is free" }},
		"asleep":                          {tenQueues(), "sweden", func(w *workbench) { require.NoError(w.t, w.control.Stop(context.Background(), "ann")) }},
	} {
		b.Run(name, func(b *testing.B) {
			ctx, end := context.WithCancel(b.Context())
			w := newWorkbench(ctx, b, filepath.Join(b.TempDir(), "callbackd.db"), row.account)
			row.happens(w)
			w.seedEach(numbers(swedish, 0, 10_000), func(i int, task *callback.Task) {
				task.Target.Name, task.Region = fmt.Sprintf("queue%d", i%10), row.region
				task.LostBy = task.Target
			})
			w.store.rounds = make(chan struct{})
			done := make(chan struct{})
			go func() { defer close(done); _ = w.scheduler.Run(ctx) }()
			round := func() { w.scheduler.Wake(); <-w.store.rounds }
			for range 40 { // until all of them know what they wait for
				round()
			}
			for b.Loop() {
				round()
			}
			end()
			for waits := true; waits; {
				select {
				case <-w.store.rounds:
				case <-done:
					waits = false
				}
			}
			require.Eventually(b, func() bool { return w.pbxs["pbx1"].under.Load() == 0 }, 10*time.Second, 10*time.Millisecond)
			require.NoError(b, w.store.Close())
		})
	}
}
