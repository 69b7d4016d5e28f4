package endtoend

import (
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/lab"
)

// Whatever becomes of the file: callbackd goes on with what it had.
func TestFaultyFilesWhileTasksAreOpen(t *testing.T) {
	w := newWorld(t, "[immediately, 5m, 30m]", "[5m]").promptLasts(shortPrompt).start()
	const waiting = "+46701111111"
	w.loses(waiting)
	due := w.taskOf(waiting, callback.TaskScheduled).Due
	w.saves(lab.ExampleRules)
	w.loses(customer)
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	called.MustAnswer(t)
	w.talk(agent, called)

	half, _, _ := strings.Cut(lab.ExampleRules, "rules:")
	var version string
	for _, fault := range []struct {
		text  []byte
		words string
	}{
		{[]byte{}, "the file is empty"},
		{[]byte("\x7fELF\x02\x01\x01\x00\xff\xfe"), "not a text file"},
		{bytes.Repeat([]byte("# ten megabytes\n"), 10<<20/16), "larger than 1 MiB"},
		{bytes.Repeat([]byte("["), 100_000), "nested more than 16 deep"},
		{[]byte(half), "rules"},
	} {
		w.must(os.WriteFile(w.file("acme"), fault.text, 0o600))
		now := w.lastGood("acme", fault.words)
		if version == "" {
			version = now
		}
		require.Equal(t, version, now)
		w.speak("alice", agent, called)
	}

	// SIGHUP has them read again, and what is wrong said again.
	const alarm = "the account's last good rules stay in force"
	before := w.logged(alarm)
	require.Equal(t, 5, before, "each content is complained of once")
	w.must(w.daemon.Process.Signal(syscall.SIGHUP))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, 1, w.logged("the rules were read, as asked"))
		assert.Equal(c, before+1, w.logged(alarm))
	}, inForceSoon, 20*time.Millisecond)

	w.must(os.Remove(w.file("acme")))
	require.Equal(t, version, w.lastGood("acme", "missing"))
	w.again()
	require.Equal(t, version, w.lastGood("acme", "missing"), "nor does a restart change anything")
	w.speak("alice", agent, called)
	called.MustHangup(t)
	agent.MustEnd(t)
	require.Equal(t, []string{"connected"}, results(w.taskOf(customer, callback.TaskCompleted)))
	require.Equal(t, due, w.taskOf(waiting, callback.TaskScheduled).Due, "nothing is cancelled")

	// A call is decided by the rules that were good last.
	const next = "+46702222222"
	w.loses(next)
	w.calledBack("alice", w.rings("alice"), next)
	w.saves(lab.ExampleRules)
	w.nothingLeft()
}
