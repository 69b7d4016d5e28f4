package endtoend

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/softphone"
)

// An account has 15 lines. While all are busy the 16th task waits and says so, though
// an agent is free; the next line that is free is its own.
func TestFifteenLinesAreBusy(t *testing.T) {
	t.Parallel()
	const lines = 15
	var list []coding
	for line := range lines + 1 {
		agent := softphone.PCMU // of each codec there are eight agents
		if line%2 == 1 {
			agent = softphone.PCMA
		}
		list = append(list, coding{agent, agent.Format(), softphone.PCMU, "none", line})
	}
	w := newAudioLab(t, list)
	agents := w.everybodyAnswers()
	w.losesEach(list)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()

	agent, customer := make([]taken, len(list)), make([]*softphone.Call, len(list))
	connect := func(i int) {
		var err error
		agent[i], customer[i], err = agents.calledBack(ctx, customerOf(i))
		w.must(err)
	}
	for i := range lines {
		connect(i)
	}
	for i := range lines {
		w.speak(agent[i].agent, agent[i].call, customer[i])
	}
	w.waits(customerOf(lines), "all 15 lines of acme are in use")
	require.Empty(t, w.CallsTo(customerOf(lines)))

	free := time.Now()
	customer[7].MustHangup(t)
	connect(lines)
	require.Less(t, customer[lines].Times().Began.Sub(free), 3*time.Second)
	w.speak(agent[lines].agent, agent[lines].call, customer[lines])
	for i, call := range customer {
		if i != 7 {
			_, err := call.HearsAfter(ctx, free, w.Voice(agent[i].agent))
			w.must(err)
			call.MustHangup(t)
		}
	}
	for i := range list {
		require.Equal(t, []string{"connected"}, results(w.taskOf(customerOf(i), callback.TaskCompleted)))
		require.Len(t, w.CallsTo(customerOf(i)), 1)
	}
	w.nothingLeft()
}
