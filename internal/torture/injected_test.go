package torture

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// TestJudgement does on purpose, behind callbackd's back, what callbackd must
// never do: the judgement has to find it, and nothing else. Else all that the
// other tests count would prove nothing.
func TestJudgement(t *testing.T) {
	t.Parallel() // or the other tests would wait for it
	for _, row := range []struct {
		name   string
		inject func(*world)
		finds  string // in each fault, and there is one at least
		figure func(*figures) int64
	}{
		{"a customer's phone rings twice", (*world).twice, "rang at", func(f *figures) int64 { return f.doubleRings.Load() }},
		{"a bridge is left over", (*world).leavesOver, "is left over", func(f *figures) int64 { return f.leftovers.Load() }},
		{"a lost call isn't noticed", (*world).looksAway, "gave up", func(f *figures) int64 { return f.tasksLost.Load() }},
		{"a conversation is cut", (*world).parts, "was cut off", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.figure.unreal = true
			w.withoutLogs()
			w.start()
			w.calledBack(w.newCustomer(w.lanes[0])) // as it should be
			row.inject(w)
			faults := w.verdict()
			require.NotEmpty(t, faults)
			for _, fault := range faults {
				require.Contains(t, fault, row.finds)
			}
			if row.figure != nil {
				require.Positive(t, row.figure(w.figure))
			}
		})
	}
}

// calledBack has a customer lose a call, and waits for the end of the callback.
func (w *world) calledBack(c *customer) {
	w.t.Helper()
	c.givesUp(w.t.Context(), 400*time.Millisecond)
	story, over := w.over(c)
	require.True(w.t, over)
	require.Equal(w.t, callback.TaskCompleted, story.State)
}

// twice asks Asterisk once more for what callbackd has asked for.
func (w *world) twice() {
	w.proxy.mu.Lock()
	w.proxy.echo = func(q *asked) bool { return q.kind == ringCustomer }
	w.proxy.mu.Unlock()
	c := w.newCustomer(w.lanes[0])
	w.calledBack(c)
	require.Eventually(w.t, func() bool { return len(w.CallsTo(c.number)) == 2 }, 10*time.Second, lookEvery)
}

// withoutLogs keeps Asterisk's logs from callbackd: they would tell it what is hidden
// from it on purpose.
func (w *world) withoutLogs() {
	w.t.Helper()
	text, err := os.ReadFile(w.ConfigFile)
	require.NoError(w.t, err)
	catchUp := regexp.MustCompile(`(?m)^ +catch_up:\n( {6,}.*\n)+`)
	require.Regexp(w.t, catchUp, string(text))
	require.NoError(w.t, os.WriteFile(w.ConfigFile, catchUp.ReplaceAll(text, nil), 0o644))
}

// leavesOver makes what callbackd would have swept, when it has just been killed.
func (w *world) leavesOver() {
	w.killCallbackd()
	_, err := w.ARI.CreateBridge(w.t.Context(), "callbackd-bridge-of-somebody", "")
	require.NoError(w.t, err)
	w.start()
}

// looksAway hides from callbackd what happens, and doesn't say so.
func (w *world) looksAway() {
	w.proxy.mu.Lock()
	s := w.proxy.stream
	w.proxy.mu.Unlock()
	s.silence.Do(func() { close(s.silent) })
	w.newCustomer(w.lanes[0]).givesUp(w.t.Context(), 400*time.Millisecond)
	require.Eventually(w.t, func() bool {
		w.proxy.mu.Lock()
		defer w.proxy.mu.Unlock()
		return w.proxy.stream != s
	}, 30*time.Second, lookEvery, "callbackd finds out")
	w.awaitStream()
}

// parts hangs up a customer who talks.
func (w *world) parts() {
	c := w.newCustomer(w.lanes[0])
	c.talk = 5 * time.Second
	talking := make(chan struct{})
	c.at = func(now string) {
		if now == "they talk" {
			c.at = nil
			close(talking)
		}
	}
	c.givesUp(w.t.Context(), 400*time.Millisecond)
	select {
	case <-talking:
	case <-time.After(20 * time.Second):
		require.FailNow(w.t, "nobody talks")
	}
	channels, err := w.ARI.Channels(w.t.Context())
	require.NoError(w.t, err)
	for _, channel := range channels {
		if strings.Contains(channel.ID, "-customer-") {
			require.NoError(w.t, w.ARI.Hangup(w.t.Context(), channel.ID, ari.HangupNormal))
		}
	}
	_, over := w.over(c)
	require.True(w.t, over)
}

// again is the same request for a channel of nobody's.
func (q *asked) again() *asked {
	twin := *q
	twin.twin = true
	twin.body = bytes.ReplaceAll(q.body, []byte(q.channel), []byte("twin-"+q.channel))
	return &twin
}
