package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Two customers whose calls a carrier refuses tell that the trunk is broken. No agent's
// phone rings for those who wait, until a minute has passed; then one customer is tried,
// and when that call works, all others may go.
func TestATrunkThatFails(t *testing.T) {
	agents := []string{"alice", "bob"}
	w := newGate(t, lab.Config{Agents: agents, Queues: []private.Queue{
		{Name: "support", Members: agents, Strategy: "linear", Autofill: true}, {Name: "sales"},
	}})
	lost := []string{"+46701234561", "+46701334562", "+46701434563"}
	w.pauses(agents, true)
	for _, number := range lost {
		w.isLostBy("queue:support", number)
		w.waits(number, "no agent of support is free")
	}
	w.pauses(agents[:1], false)
	for _, number := range lost[:2] {
		w.refused503(w.rings("alice"), number)
	}
	const paused = "the trunk of region sweden failed 2 times, paused until "
	w.waits(lost[2], paused)
	require.Equal(t, []string{"trunk_failed (doesn't count)"}, results(w.waits(lost[1], paused)))
	require.Equal(t, []string{"unreachable"}, results(w.taskOf(lost[0], callback.TaskExhausted)), "it might have been that number's own fault")
	require.Equal(t, 1, w.logged("trunk_paused"))
	w.pauses(agents[1:], false)
	w.again()
	w.waits(lost[2], paused)
	require.Empty(t, w.Agents["bob"].Calls(), "no phone rings for nothing")
	require.Len(t, w.Agents["alice"].Calls(), 2)

	w.sleeps(time.Minute)
	ring := w.rings("alice")
	first, second := lost[1], lost[2]
	if ring.From().Number == second {
		first, second = second, first
	}
	w.waits(second, "the trunk of region sweden failed 2 times, another attempt tries it first")
	require.Empty(t, w.Agents["bob"].Calls(), "one tries it")
	ring.MustAnswer(t)
	called := w.customerRings(first)
	called.MustAnswer(t)
	w.speak("alice", ring, called)
	w.calledBack("bob", w.rings("bob"), second)
	called.MustHangup(t)
	w.taskOf(first, callback.TaskCompleted)
	w.nothingLeft()
}

// refused503 has an agent take a callback that the carrier refuses.
func (w *world) refused503(ring *softphone.Call, number string) {
	w.t.Helper()
	require.Equal(w.t, number, ring.From().Number)
	ring.MustAnswer(w.t)
	called, err := w.CustomersPhone(w.soon(), number)
	w.must(err)
	w.must(called.Reject(503))
	ring.MustEnd(w.t)
}
