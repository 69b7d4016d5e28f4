package callback_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/callgen"
)

// How many calls are made up, and how many of them go on at once.
const (
	seeds        = 34
	callsPerSeed = 300
)

func busyness(seed uint64) int { return []int{10, 100, 300}[seed%3] }

// Calls of every kind, made up at random by a generator that knows what really happened:
// none is missed, none invented, none given to somebody else; also when Asterisk sends
// everything twice, or keeps no order between channels.
func TestGeneratedCalls(t *testing.T) {
	answered, lost := 0, map[string]int{}
	for seed := range uint64(seeds) {
		r := callgen.Play(seed, callsPerSeed, busyness(seed))
		events := r.Events()
		for how, stream := range map[string][]callback.CallEvent{
			"as they came":    events,
			"doubled":         callgen.Doubled(events),
			"2 ms of jitter":  callgen.Jittered(events, 2*time.Millisecond, seed),
			"20 ms of jitter": callgen.Jittered(events, 20*time.Millisecond, seed),
		} {
			w := watch(stream)
			w.mustMatch(t, r, fmt.Sprintf("seed %d, %s", seed, how))
		}
		for _, c := range r.Calls {
			if c.Answered() {
				answered++
			}
			kind, _, _ := strings.Cut(c.LostBy, ":")
			lost[kind]++
		}
	}
	// The generator's people must not stop calling, answering or passing calls on unnoticed.
	require.Greater(t, answered, seeds*callsPerSeed/5)
	for _, kind := range []string{"queue", "group", "agent", "scenario"} {
		require.Greater(t, lost[kind], seeds*callsPerSeed/50, kind)
	}
}

// A gap at any moment: what lies outside is known as ever; what a gap touched is right, or
// said to be known in part only; nothing is told twice.
func TestGeneratedCallsWithGaps(t *testing.T) {
	for seed := range uint64(seeds) {
		r := callgen.Play(seed, callsPerSeed, busyness(seed))
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWatcher()
		var gaps []gap
		for at := 0; at < len(r.Moments); {
			from := at + random.IntN(len(r.Moments)/5)
			w.observe(r.Moments[at:min(from, len(r.Moments))])
			if from >= len(r.Moments) {
				break
			}
			to := min(len(r.Moments), from+1+random.IntN(200))
			now := r.ListingAt(to)
			w.take(w.d.Resume(now.Channels, now.Created, now.Bridges))
			gaps = append(gaps, gap{from, to})
			at = to
		}
		require.NotEmpty(t, gaps)
		w.mustMatchOutside(t, r, gaps, fmt.Sprintf("seed %d, gaps %v", seed, gaps))
	}
}

// gap is a piece of the stream that nobody heard.
type gap struct{ from, to int }

// touches reports whether what happened from the one moment to the other was in a gap in part.
func touches(gaps []gap, span [2]int) bool {
	return slices.ContainsFunc(gaps, func(g gap) bool { return span[0] < g.to && span[1] >= g.from })
}

// office is the account in whose names the generator knows who lost a call.
func office() *callback.Account {
	a := &callback.Account{
		Agents: map[string]callback.Agent{}, Groups: map[string]callback.Group{},
		Queues: map[string]callback.Queue{}, Scenarios: map[string]callback.Scenario{},
	}
	for name, endpoint := range callgen.Agents {
		a.Agents[name] = callback.Agent{Name: name, Endpoint: endpoint}
	}
	for name, members := range callgen.Groups {
		a.Groups[name] = callback.Group{Name: name, Members: members}
	}
	for _, name := range callgen.Queues {
		a.Queues[name] = callback.Queue{Name: name}
	}
	for name, contexts := range callgen.Scenarios {
		a.Scenarios[name] = callback.Scenario{Name: name, Contexts: contexts}
	}
	return a
}

// watcher is a detector and all that it found.
type watcher struct {
	d        *callback.Detector
	office   *callback.Account
	verdicts map[string]callback.Verdict
	began    map[string]callback.LiveCall
	answered map[string]bool
	over     map[string]bool
	wentOut  map[string]bool
	wrong    []string
}

func newWatcher() *watcher {
	return &watcher{
		d: callback.NewDetector("pbx1",
			func(endpoint string) bool { return slices.Contains(callgen.Trunks, endpoint) }, callgen.OwnLeg),
		office:   office(),
		verdicts: map[string]callback.Verdict{},
		began:    map[string]callback.LiveCall{}, answered: map[string]bool{}, over: map[string]bool{},
		wentOut: map[string]bool{},
	}
}

func watch(stream []callback.CallEvent) *watcher {
	w := newWatcher()
	for _, e := range stream {
		w.take(w.d.Observe(e))
	}
	return w
}

func (w *watcher) observe(moments []callgen.Moment) {
	for _, m := range moments {
		if m.Event != nil {
			w.take(w.d.Observe(m.Event))
		}
	}
}

// take notes findings; each may come once.
func (w *watcher) take(findings []callback.Finding) {
	for _, f := range findings {
		var twice bool
		var id string
		switch f := f.(type) {
		case callback.Verdict:
			id = f.CallID
			_, twice = w.verdicts[id]
			w.verdicts[id] = f
		case callback.CallBegan:
			id = f.ID
			_, twice = w.began[id]
			w.began[id] = f.LiveCall
		case callback.CallAnswered:
			id, twice = f.ID, w.answered[f.ID]
			w.answered[id] = true
		case callback.CallOver:
			id, twice = f.ID, w.over[f.ID]
			w.over[id] = true
		case callback.WentOut:
			id, twice = f.ID, w.wentOut[f.ID]
			w.wentOut[id] = true
		}
		if twice {
			w.wrong = append(w.wrong, fmt.Sprintf("%T of %s for the second time", f, id))
		}
	}
}

// mustMatch holds what was found against what really happened.
func (w *watcher) mustMatch(t *testing.T, r *callgen.Recording, how string) {
	t.Helper()
	for _, c := range r.Calls {
		if fault := w.fault(c); fault != "" {
			w.wrong = append(w.wrong, fmt.Sprintf("%s: %s\n%s\n%s", c.ID, fault, c.Script(), r.Tell(c.ID)))
		}
		if w.wentOut[c.ID] {
			w.wrong = append(w.wrong, c.ID+" came in, and is said to have gone out")
		}
		delete(w.verdicts, c.ID)
		w.mustHave(c.ID)
	}
	for _, c := range r.Outbound {
		if fault := w.faultOutbound(c); fault != "" {
			w.wrong = append(w.wrong, fmt.Sprintf("%s of %s to %s: %s\n%s", c.ID, c.Agent, c.Number, fault, r.Tell(c.ID)))
		}
		if !w.wentOut[c.ID] {
			w.wrong = append(w.wrong, c.ID+" went out unnoticed\n"+r.Tell(c.ID))
		}
		w.mustHave(c.ID)
	}
	for id := range w.verdicts {
		w.wrong = append(w.wrong, "invented: "+id)
	}
	for id := range w.began {
		w.wrong = append(w.wrong, "began, but wasn't: "+id+"\n"+r.Tell(id))
	}
	require.Zero(t, w.d.Calls(), how)
	w.report(t, how)
}

// mustHave says whether a call's beginning and end were found.
func (w *watcher) mustHave(id string) {
	if _, began := w.began[id]; !began || !w.over[id] {
		w.wrong = append(w.wrong, fmt.Sprintf("%s: began %t, over %t", id, began, w.over[id]))
	}
	delete(w.began, id)
}

func (w *watcher) report(t *testing.T, how string) {
	t.Helper()
	for _, wrong := range w.wrong[:min(len(w.wrong), 2)] {
		t.Errorf("%s: %s", how, wrong)
	}
	if len(w.wrong) > 0 {
		t.Errorf("%s: %d wrong", how, len(w.wrong))
	}
}

// inaccuracy is by how much talk times may differ: people talk between the events of
// several channels, which aren't in order.
const inaccuracy = 100 * time.Millisecond

// fault compares a verdict with the truth; "" is none.
func (w *watcher) fault(c *callgen.Call) string {
	v, judged := w.verdicts[c.ID]
	switch {
	case !judged:
		return "no verdict"
	case v.Partial:
		return "partial"
	case v.Caller != c.Number || v.Dialled != c.Dialled || v.Trunk != c.Trunk:
		return fmt.Sprintf("%s calls %s on %s", v.Caller, v.Dialled, v.Trunk)
	case (v.Talked - c.Talked).Abs() > inaccuracy:
		return fmt.Sprintf("talked %s, but they did for %s", v.Talked, c.Talked)
	case v.MessageLeft != c.MessageLeft:
		return fmt.Sprintf("message left %t", v.MessageLeft)
	case !v.Ended.Equal(c.Ended) || !v.Arrived.Equal(c.Arrived):
		return fmt.Sprintf("from %s to %s, but it was from %s to %s", v.Arrived, v.Ended, c.Arrived, c.Ended)
	}
	return w.misattributed(v, c)
}

// misattributed compares who lost a call; "" is right.
func (w *watcher) misattributed(v callback.Verdict, c *callgen.Call) string {
	lostBy := ""
	if !c.Answered() || v.Loss.Queue != "" || len(v.Loss.Endpoints) > 0 {
		lostBy = w.office.Attribute(v.Loss).String()
	}
	switch {
	case lostBy != c.LostBy:
		return fmt.Sprintf("lost by %q, but it was %q: %+v", lostBy, c.LostBy, v.Loss)
	case (v.Loss.Said == callback.SaidIgnore) != (c.Said == callback.SaidIgnore):
		return fmt.Sprintf("said %q, but it was %q", v.Loss.Said, c.Said)
	}
	return ""
}

func (w *watcher) faultOutbound(c *callgen.Outbound) string {
	live := w.began[c.ID]
	switch {
	case !live.Outbound:
		return "not outbound"
	case live.Number != c.Number || live.Agent != c.Agent || live.Trunk != "PJSIP/pstn":
		return fmt.Sprintf("%s to %s on %s", live.Agent, live.Number, live.Trunk)
	case w.answered[c.ID] != c.Answered:
		return fmt.Sprintf("answered %t", w.answered[c.ID])
	}
	return ""
}

// mustMatchOutside is mustMatch for a stream with gaps.
func (w *watcher) mustMatchOutside(t *testing.T, r *callgen.Recording, gaps []gap, how string) {
	t.Helper()
	spans := r.Spans()
	whole, partial := 0, 0
	for _, c := range r.Calls {
		span := spans[c.ID]
		v, judged := w.verdicts[c.ID]
		touched := touches(gaps, span)
		ended := slices.ContainsFunc(gaps, func(g gap) bool { return g.from <= span[1] && span[1] < g.to })
		fault := ""
		switch {
		case ended && judged:
			fault = "judged, though nobody heard its end"
		case ended:
		case !touched:
			fault = w.fault(c)
			whole++
		case !judged:
			fault = "no verdict"
		case !v.Partial:
			fault = "touched by a gap, but not partial"
		case v.Talked > inaccuracy && c.Talked == 0:
			fault = "talked with nobody"
		default:
			partial++
		}
		if fault != "" {
			w.wrong = append(w.wrong, fmt.Sprintf("%s %v: %s\n%s\n%s", c.ID, span, fault, c.Script(), r.Tell(c.ID)))
		}
		delete(w.verdicts, c.ID)
	}
	for id, v := range w.verdicts {
		// A leg over the trunk that was dialled in a gap, and has been given a dialplan
		// since, looks like a caller. It has no number: nobody is called back.
		if !v.Partial || v.Caller != "" {
			w.wrong = append(w.wrong, "invented: "+id+"\n"+r.Tell(id))
		}
	}
	for _, c := range r.Outbound {
		if span := spans[c.ID]; !touches(gaps, span) {
			if fault := w.faultOutbound(c); fault != "" {
				w.wrong = append(w.wrong, fmt.Sprintf("%s of %s to %s: %s\n%s", c.ID, c.Agent, c.Number, fault, r.Tell(c.ID)))
			}
			w.mustHave(c.ID)
		}
	}
	require.NotZero(t, whole, how)
	require.NotZero(t, partial, how)
	require.Zero(t, w.d.Calls(), how)
	w.report(t, how)
}
