package endtoend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

const (
	manyTasks   = 200
	talkFor     = 400 * time.Millisecond
	callersEach = 1500 * time.Millisecond // a live caller comes so often
	maxLegs     = 5                       // agents
)

// Two hundred customers are called back by five agents, each once, in the order in which
// they were lost, never with more legs than agents; and live callers, who keep coming,
// never see a callback go first.
func TestTwoHundredTasksOnFiveAgents(t *testing.T) {
	agents := []string{"alice", "bob", "carol", "dave", "erin"}
	w := newGate(t, lab.Config{
		Agents: agents,
		Queues: []private.Queue{{Name: "support", Members: agents, Strategy: "rrmemory", Autofill: true}, {Name: "sales"}},
	})
	w.pauses(agents, true)
	var lost []string
	for i := range manyTasks {
		lost = append(lost, fmt.Sprintf("+4670%07d", 1_000_000+37_919*i)) // no two of them neighbours
		w.isLostBy("queue:support", lost[i])
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	var people sync.WaitGroup
	defer people.Wait()
	defer stop()
	for _, agent := range agents {
		people.Go(func() { answersAll(ctx, w.Agents[agent]) })
	}
	for _, number := range lost {
		people.Go(func() { w.talksBriefly(ctx, number) })
	}
	var callers []*softphone.Call
	over := make(chan struct{})
	w.pauses(agents, false)
	people.Go(func() {
		defer close(over)
		tick := time.NewTicker(callersEach)
		defer tick.Stop()
		for !w.allCalled(lost) {
			select {
			case <-tick.C:
				callers = append(callers, w.callsAndTalks(ctx, &people))
			case <-ctx.Done():
				return
			}
		}
	})
	for most, before := 0, []string(nil); ; {
		select {
		case <-over:
		case <-time.After(50 * time.Millisecond):
			legs := w.agentLegs()
			most = max(most, len(slices.DeleteFunc(before, func(id string) bool { return !slices.Contains(legs, id) })))
			before = legs
			continue
		}
		require.LessOrEqual(t, most, maxLegs, "agent legs at once")
		require.Greater(t, most, 1, "agents work side by side")
		break
	}
	require.NoError(t, ctx.Err())
	for _, caller := range callers {
		caller.MustEnd(t)
	}
	w.inOrder(lost)
	w.nobodyOvertaken(agents, callers)
}

// pauses has agents pause in all their queues, or go on.
func (w *world) pauses(agents []string, pause bool) {
	w.t.Helper()
	command := map[bool]string{true: "queue pause member PJSIP/", false: "queue unpause member PJSIP/"}[pause]
	for _, agent := range agents {
		_, err := w.Asterisk.CLI(w.t.Context(), command+agent)
		w.must(err)
	}
}

// answersAll is an agent who answers whatever rings and waits until it is over.
func answersAll(ctx context.Context, phone *softphone.Phone) {
	for {
		call, err := phone.Incoming(ctx)
		if err != nil {
			return
		}
		if call.Ring() == nil && call.Answer() == nil {
			_, _ = call.Ended(ctx) // it is over with the test
		}
	}
}

// talksBriefly is a customer who answers once.
func (w *world) talksBriefly(ctx context.Context, number string) {
	call, err := w.CustomersPhone(ctx, number)
	if err != nil || call.Ring() != nil || call.Answer() != nil {
		return
	}
	hangsUpAfter(ctx, call)
}

func hangsUpAfter(ctx context.Context, call *softphone.Call) {
	select {
	case <-time.After(talkFor):
		_ = call.Hangup() // it may be over already
	case <-call.Done():
	case <-ctx.Done():
	}
}

// callsAndTalks is a live caller who waits for as long as it takes.
func (w *world) callsAndTalks(ctx context.Context, people *sync.WaitGroup) *softphone.Call {
	call := w.waitsInSupport()
	people.Go(func() {
		if _, err := call.Answered(ctx); err == nil {
			hangsUpAfter(ctx, call)
		}
	})
	return call
}

func (w *world) allCalled(numbers []string) bool {
	return !slices.ContainsFunc(numbers, func(number string) bool {
		calls := w.CallsTo(number)
		return len(calls) == 0 || calls[0].Times().Ended.IsZero()
	})
}

// agentLegs lists our agent legs: those that wait, those that talk, and, for some
// milliseconds, those that are over. Only what is in two lists is a leg.
func (w *world) agentLegs() (ids []string) {
	channels, err := w.ARI.Channels(w.t.Context())
	w.must(err)
	for _, c := range channels {
		if strings.HasPrefix(c.ID, "callbackd-agent-") && !strings.HasSuffix(c.ID, ";2") {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// inOrder checks that each customer was called once, and none long before somebody who
// was lost earlier: five attempts run side by side, and one that gave way to a live caller
// comes back.
func (w *world) inOrder(lost []string) {
	w.t.Helper()
	var began []time.Time
	for _, number := range lost {
		calls := w.CallsTo(number)
		require.Len(w.t, calls, 1, "calls to %s", number)
		began = append(began, calls[0].Times().Began)
	}
	order := make([]int, len(lost))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return began[a].Compare(began[b]) })
	for place, i := range order {
		require.InDelta(w.t, i, place, 2*maxLegs, "the customer lost as number %d was called as number %d", i, place)
	}
}

// nobodyOvertaken checks that no callback began to ring an agent while a live caller
// waited: from a moment after joining, in which legs give way, until the answer.
func (w *world) nobodyOvertaken(agents []string, callers []*softphone.Call) {
	w.t.Helper()
	require.Greater(w.t, len(callers), 10)
	const moment = 100 * time.Millisecond
	var longest time.Duration
	for _, caller := range callers {
		joined, answered := caller.Times().Began.Add(moment), caller.Times().Answered
		require.False(w.t, answered.IsZero(), "a live caller was never answered")
		longest = max(longest, answered.Sub(caller.Times().Began))
		for _, agent := range agents {
			for _, call := range w.Agents[agent].Calls() {
				began := call.Times().Began
				if isCallback(call) && began.After(joined) && began.Before(answered.Add(-moment)) {
					w.t.Errorf("%s's phone rang for %s %s after a live caller joined, who waited %s", agent, call.From().Name, began.Sub(joined)+moment, answered.Sub(caller.Times().Began))
				}
			}
		}
	}
	w.t.Logf("%d live callers, of whom the longest waited %s", len(callers), longest.Round(time.Millisecond))
	require.Less(w.t, longest, 5*time.Second)
}
