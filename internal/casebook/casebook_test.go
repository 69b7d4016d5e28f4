package casebook

import (
	"flag"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

var all = flag.Bool("all", false, "play every case, not only the representative third")

// side is how many cases are played side by side: they mostly wait.
const side = 8

// TestLive plays cases on a real Asterisk with SIP phones: callbackd sees who
// was answered, and who lost whom; and so do Asterisk's own logs, afterwards.
func TestLive(t *testing.T) {
	b := newBench(t, side)
	cases := make(chan Case)
	go func() {
		defer close(cases)
		for _, c := range All() {
			if c.Live || *all {
				cases <- c
			}
		}
	}()
	var offices sync.WaitGroup
	for _, o := range b.Offices() {
		offices.Go(func() {
			for c := range cases {
				t.Run(c.Name, func(t *testing.T) { b.check(t, o, c) })
			}
		})
	}
	offices.Wait()
	t.Run("logs", func(t *testing.T) { b.checkLogs(t) })
}

// TestMessageLeft plays what may become of a caller who gets a voicemail box,
// where an account asks whether a message was left: only then does Asterisk tell.
func TestMessageLeft(t *testing.T) {
	b := newBench(t, 1, func(a *callback.Account) { a.MessageLeft = callback.MessageHandled })
	for name, left := range map[string]bool{"vm-message-left": true, "vm-hungup-before": false, "q-timeout-voicemail": false} {
		c := All()[slices.IndexFunc(All(), func(c Case) bool { return c.Name == name })]
		b.check(t, b.Offices()[0], c)
		verdicts := b.played[len(b.played)-1].verdicts
		require.Len(t, verdicts, 1)
		assert.Equal(t, left, verdicts[0].MessageLeft, name)
		reason := callback.Reason("")
		if left {
			reason = callback.ReasonMessageLeft
		}
		assert.Equal(t, reason, b.missed[verdicts[0].CallID].Reason, name)
	}
}
