package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/softphone"
)

const (
	// settling is for every task to come to its end: what was cut off again and
	// again comes back later and later.
	settling   = 3 * time.Minute
	tidying    = 25 * time.Second // for Asterisk to be empty: callbackd keeps an idle probe for five seconds
	ariAnswers = 5 * time.Second
	lookEvery  = 250 * time.Millisecond
)

// judge fails the test with all that must not happen and did.
func (w *world) judge() {
	w.t.Helper()
	for _, fault := range w.verdict() {
		w.t.Error(fault)
	}
	w.t.Logf("\n%s", w.figure)
}

// verdict waits until all is over, compares what callbackd has stored with what
// the phones saw and what Asterisk holds, and gives what is wrong.
func (w *world) verdict() []string {
	w.t.Helper()
	require.NoError(w.t, w.WaitReady(w.t.Context()))
	stories := w.settle()
	w.judgeCalls(stories)
	w.judgeRings(stories)
	w.judgeLeftovers()
	w.judgeARI()
	w.judgeWorth()
	w.proxy.mu.Lock()
	w.figure.injected.Store(int64(w.proxy.injected))
	w.proxy.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults
}

// manyCalls is from when on shares say something: of few calls most may end in
// gaps by chance.
const manyCalls = 100

// judgeWorth looks whether there was anything to judge.
func (w *world) judgeWorth() {
	f := w.figure
	noted := f.lost.Load() - f.withAsterisk.Load()
	switch {
	case f.completed.Load() == 0 || f.rings.Load() == 0:
		w.violated("nobody was called back: nothing is proved")
	case f.lost.Load() >= manyCalls && 4*noted < f.lost.Load():
		w.violated("of %d lost calls only %d were noted: little is proved", f.lost.Load(), noted)
	}
}

// calm is how long no task may have come for all to be there: of a call that ended
// in a gap callbackd hears when it has read Asterisk's logs.
const calm = 6 * time.Second

// settle waits until every task has come to an end, and gives their stories by
// id.
func (w *world) settle() map[int64]httpapi.TaskStory {
	w.t.Helper()
	client, err := apiclient.Open(w.ConfigFile)
	require.NoError(w.t, err)
	var open []int64
	ids := map[int64]bool{}
	known, grew := 0, time.Now()
	look := func() bool {
		open = open[:0]
		for before := int64(0); ; {
			list, err := client.Tasks(w.t.Context(), apiclient.TaskQuery{Before: before, Limit: 1000})
			if err != nil {
				return false // callbackd is away for a moment
			}
			for _, task := range list.Tasks {
				ids[task.ID] = true
				if task.State.Open() {
					open = append(open, task.ID)
				}
			}
			if before = list.NextBefore; before == 0 {
				if len(ids) > known {
					known, grew = len(ids), time.Now()
				}
				return len(open) == 0 && time.Since(grew) > calm
			}
		}
	}
	for deadline := time.Now().Add(settling); !look(); w.pause(lookEvery) {
		if time.Now().After(deadline) {
			w.figure.tasksStuck.Store(int64(len(open)))
			w.violated("tasks %v don't come to their end", open)
			break
		}
	}
	stories := make(map[int64]httpapi.TaskStory, len(ids))
	for id := range ids {
		story, err := client.Task(w.t.Context(), id)
		require.NoError(w.t, err)
		stories[id] = story
		w.judgeTask(story)
	}
	return stories
}

// judgeTask checks that a task ended by its rules.
func (w *world) judgeTask(story httpapi.TaskStory) {
	w.figure.tasks.Add(1)
	connected := false
	for _, a := range story.Attempts {
		w.figure.attempts.Add(1)
		if a.Counted {
			w.figure.counted.Add(1)
		}
		connected = connected || a.Result == callback.ResultConnected
		if sent := !a.CustomerSent.IsZero(); a.Counted != sent && a.Result != callback.ResultTrunkFailed {
			w.violated("attempt %d of task %d ended as %s: counted %v, customer's leg sent %v", a.ID, story.ID, a.Result, a.Counted, sent)
		}
	}
	switch story.State {
	case callback.TaskCompleted:
		w.figure.completed.Add(1)
		if !connected {
			w.violated("task %d is completed, and nobody was connected", story.ID)
		}
	case callback.TaskExhausted:
		w.figure.exhausted.Add(1)
		if counted := countedOf(story); counted < intervals(story) {
			w.violated("task %d is exhausted after %d attempts (%s)", story.ID, counted, story.Reason)
		}
	case callback.TaskCancelled:
		w.figure.cancelled.Add(1)
	}
	if connected && story.State != callback.TaskCompleted {
		w.violated("task %d is %s, though somebody was connected", story.ID, story.State)
	}
}

func countedOf(story httpapi.TaskStory) (n int) {
	for _, a := range story.Attempts {
		if a.Counted {
			n++
		}
	}
	return n
}

func intervals(story httpapi.TaskStory) int {
	return len(story.Attempts[len(story.Attempts)-1].Settings.DialingIntervals)
}

// judgeRings compares the calls that customers' phones saw with what Asterisk
// was asked for, and that with the attempts.
func (w *world) judgeRings(stories map[int64]httpapi.TaskStory) {
	attempts := map[string]httpapi.Attempt{}
	for _, story := range stories {
		for _, a := range story.Attempts {
			attempts[a.CustomerChannel] = a
		}
	}
	for _, c := range w.everybody() {
		asked := w.proxy.delivered(c.number)
		seen := map[string]bool{}
		for _, d := range asked {
			switch a, known := attempts[d.channel]; {
			case seen[d.channel]:
				w.doubleRing("Asterisk was asked twice to ring %s as %s", c.number, d.channel)
			case !known:
				w.doubleRing("Asterisk was asked to ring %s as %s, which is no attempt's", c.number, d.channel)
			case a.CustomerSent.IsZero():
				w.doubleRing("Asterisk was asked to ring %s for attempt %d, which ended as %s and says that it wasn't", c.number, a.ID, a.Result)
			}
			seen[d.channel] = true
		}
		w.judgePhone(c, asked, attempts)
	}
}

func (w *world) judgePhone(c *customer, asked []delivery, attempts map[string]httpapi.Attempt) {
	rang := map[int]bool{}
	var before *softphone.Call
	for _, ring := range w.CallsTo(c.number) {
		w.figure.rings.Add(1)
		times := ring.Times()
		i := -1
		for j, d := range asked {
			if !d.at.After(times.Began) {
				i = j
			}
		}
		switch {
		case i < 0:
			w.doubleRing("%s rang at %s, and Asterisk wasn't asked to", c.number, clock(times.Began))
			continue
		case rang[i]:
			w.doubleRing("%s rang at %s, for the second time in attempt %d", c.number, clock(times.Began), attempts[asked[i].channel].ID)
		}
		rang[i] = true
		// A phone that a dead Asterisk has rung goes on for a while.
		if before != nil && times.Began.Before(before.Times().Ended) && !w.diedIn(before.Times().Began, times.Began) {
			w.doubleRing("%s rang at %s, while another callback lived", c.number, clock(times.Began))
		}
		before = ring
		if heard, ok := ring.Heard().Find(w.Voice(c.lane.agent)); ok && heard.Duration() >= talkSeen {
			w.figure.conversations.Add(1)
			if a := attempts[asked[i].channel]; a.Result != callback.ResultConnected {
				w.figure.notConnected.Add(1)
				if !w.proxy.watch.blind(ring.At(heard.From), times.Ended) {
					w.violated("%s heard the agent for %v, and attempt %d ended as %s: %s", c.number, heard.Duration(), a.ID, a.Result, a.ResultReason)
				}
			}
		}
	}
}

func (w *world) doubleRing(format string, args ...any) {
	w.figure.doubleRings.Add(1)
	w.violated(format, args...)
}

// judgeLeftovers waits until Asterisk holds nothing of callbackd's.
func (w *world) judgeLeftovers() {
	w.t.Helper()
	var left []string
	for deadline := time.Now().Add(tidying); time.Now().Before(deadline); w.pause(lookEvery) {
		var err error
		left, err = w.ofCallbackd(w.t.Context())
		require.NoError(w.t, err)
		left = slices.DeleteFunc(left, func(what string) bool { return w.known[what] })
		if len(left) == 0 {
			return
		}
	}
	w.figure.leftovers.Add(int64(len(left)))
	for _, what := range left {
		w.known[what] = true
		w.violated("%s is left over", what)
	}
}

// ofCallbackd lists what Asterisk holds of callbackd's.
func (w *world) ofCallbackd(ctx context.Context) (list []string, err error) {
	channels, err := w.ARI.Channels(ctx)
	if err != nil {
		return nil, err
	}
	bridges, err := w.ARI.Bridges(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		if strings.HasPrefix(c.ID, "callbackd-") {
			list = append(list, fmt.Sprintf("channel %s (%s, %s), a leg to %s,", c.ID, c.Name, c.State, w.proxy.whose(c.ID)))
		}
	}
	for _, b := range bridges {
		if strings.HasPrefix(b.ID, "callbackd-") {
			list = append(list, fmt.Sprintf("bridge %s, for %s,", b.ID, w.proxy.whose(b.ID)))
		}
	}
	return list, nil
}

// whose is the number of the customer of an attempt's channel or bridge.
func (p *proxy) whose(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.numbers[keyOf.FindString(id)]
}

// judgeARI asks Asterisk what hangs first when its ARI has locked up.
func (w *world) judgeARI() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), ariAnswers)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Asterisk.URL+"/ari/applications", nil)
	require.NoError(w.t, err)
	request.SetBasicAuth(w.Asterisk.Username, w.Asterisk.Password)
	response, err := http.DefaultClient.Do(request)
	require.NoError(w.t, err, "ARI answers GET /applications")
	defer response.Body.Close()
	var applications []struct{ Name string }
	require.NoError(w.t, json.NewDecoder(response.Body).Decode(&applications))
	require.Len(w.t, applications, 1)
	require.Equal(w.t, "callbackd", applications[0].Name)
}

func clock(t time.Time) string { return t.Format("15:04:05.000") }
