package torture

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/softphone"
)

// judgeCalls looks for the missed calls and the tasks of the calls that reached
// nobody.
func (w *world) judgeCalls(stories map[int64]httpapi.TaskStory) {
	w.t.Helper()
	rows := w.missedCalls()
	for _, c := range w.everybody() {
		w.judgeCustomer(c, rows[c.number])
		early := c.neverRang()
		for _, m := range rows[c.number] {
			_, there := stories[m.TaskID]
			if m.Reason == callback.ReasonNoRule && m.LostBy.Kind == callback.TargetScenario && early > 0 {
				early-- // given up before the queue: no rule is about that
				continue
			}
			if m.Decision != callback.DecisionTaskCreated && m.Decision != callback.DecisionMerged || !there {
				w.figure.tasksLost.Add(1)
				w.violated("%s was missed at %s, and has no task: %s %s", c.number, clock(m.Lost), m.Decision, m.Reason)
			}
		}
	}
}

// neverRang counts the calls that a customer gave up before the queue took them.
func (c *customer) neverRang() (n int) {
	for _, call := range c.calls {
		if call.Times().Ringing.IsZero() {
			n++
		}
	}
	return n
}

// judgeCustomer compares a customer's calls with the missed calls that are
// noted. It counts them: which is which can't be told where callbackd was told
// late of their ends.
func (w *world) judgeCustomer(c *customer, rows []httpapi.MissedCall) {
	var dead, lost, known int
	for _, call := range c.calls {
		w.figure.calls.Add(1)
		times := call.Times()
		switch {
		case !times.Answered.IsZero():
			w.judgeHelp(c, call, len(rows) > 0)
			return // who was helped called once
		case times.Ringing.IsZero():
			dead++ // there was no Asterisk to take it
		default:
			lost++
			if !w.diedIn(times.Began, times.Ended) {
				known++ // from the events, or from Asterisk's logs
			}
		}
	}
	w.figure.dead.Add(int64(dead))
	w.figure.lost.Add(int64(lost))
	switch noted := len(rows); {
	case noted < known:
		w.figure.tasksLost.Add(int64(known - noted))
		w.violated("%s gave up %d times on an Asterisk that lived, and was noted as missed %d times: %s", c.number, known, noted, c.itinerary())
	case noted > lost+dead:
		w.violated("%s gave up %d times, and was noted as missed %d times: %s", c.number, lost, noted, c.itinerary())
	case noted < lost:
		w.figure.withAsterisk.Add(int64(lost - noted))
	}
}

// judgeHelp judges a call that an agent answered.
func (w *world) judgeHelp(c *customer, call *softphone.Call, noted bool) {
	w.figure.helped.Add(1)
	times := call.Times()
	talked := times.Ended.Sub(times.Answered)
	switch {
	case !noted:
	case w.proxy.watch.blind(times.Answered, times.Ended):
		w.figure.helpedInGaps.Add(1)
		if len(w.CallsTo(c.number)) > 0 && !w.diedIn(times.Began, times.Ended) && talked > talkEnough+time.Second {
			w.violated("%v was answered for %v, partly in a gap, and was called back", call, talked)
		}
	case talked > talkEnough+200*time.Millisecond:
		w.violated("%v was answered for %v, in plain sight, and is noted as missed", call, talked)
	}
}

// itinerary lists when a customer called.
func (c *customer) itinerary() string {
	var words []string
	for _, call := range c.calls {
		words = append(words, clock(call.Times().Began)+" to "+clock(call.Times().Ended))
	}
	return strings.Join(words, ", ")
}

func (w *world) everybody() []*customer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Values(w.customers))
}

// missedCalls lists all missed calls by number.
func (w *world) missedCalls() map[string][]httpapi.MissedCall {
	w.t.Helper()
	client, err := apiclient.Open(w.ConfigFile)
	require.NoError(w.t, err)
	rows := map[string][]httpapi.MissedCall{}
	for before := int64(0); ; {
		list, err := client.MissedCalls(w.t.Context(), apiclient.MissedCallQuery{Before: before, Limit: 1000})
		require.NoError(w.t, err)
		for _, m := range list.MissedCalls {
			rows[m.Number] = append(rows[m.Number], m)
		}
		if before = list.NextBefore; before == 0 {
			return rows
		}
	}
}
