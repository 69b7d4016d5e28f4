package torture

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/softphone"
)

// phase is a moment of an attempt at which Asterisk dies.
type phase struct {
	name    string
	results []string // of the attempts
	rings   int      // of the customer's phone
}

var phases = []phase{
	{"the agent's phone rings", []string{"interrupted (doesn't count)", "connected"}, 1},
	{"the agent hears the prompt", []string{"interrupted (doesn't count)", "connected"}, 1},
	{"the customer's phone rings", []string{"interrupted", "connected"}, 2},
	{"they talk", []string{"connected"}, 1},
	{"the customer hangs up", []string{"connected"}, 1},
}

func TestAsteriskIsKilled(t *testing.T) {
	t.Parallel() // or the other tests would wait for it
	rounds := 1
	if *long {
		rounds = 5
	}
	for _, p := range phases {
		t.Run(p.name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.start()
			for range rounds {
				w.killedIn(p)
			}
			w.judge()
		})
	}
}

// killedIn lets Asterisk die in a phase of the first attempt.
func (w *world) killedIn(p phase) {
	w.t.Helper()
	require.NoError(w.t, w.WaitReady(w.t.Context())) // it waits longer after each death
	c := w.newCustomer(w.lanes[0])
	moment := make(chan struct{})
	c.mu.Lock()
	c.at = func(now string) {
		if now == p.name {
			c.at = nil
			close(moment)
		}
	}
	c.mu.Unlock()
	c.givesUp(w.t.Context(), 500*time.Millisecond)
	select {
	case <-moment:
	case <-time.After(20 * time.Second):
		require.FailNow(w.t, "the attempt doesn't come so far", "%s; %v", p.name, w.Explain(context.DeadlineExceeded))
	}
	w.killAsterisk(0)
	story, over := w.over(c)
	require.True(w.t, over, "the task comes to its end")
	require.Equal(w.t, callback.TaskCompleted, story.State)
	require.Equal(w.t, p.results, results(story))
	require.Len(w.t, w.CallsTo(c.number), p.rings)
}

// over waits until the customer's only task has come to its end.
func (w *world) over(c *customer) (story httpapi.TaskStory, over bool) {
	deadline := time.Now().Add(settling)
	for time.Now().Before(deadline) && w.t.Context().Err() == nil {
		w.pause(lookEvery)
		list, err := w.tasksOf(c)
		if err != nil || len(list) == 0 {
			continue // callbackd is away, or hasn't seen it yet
		}
		story = list[0]
		if !story.State.Open() {
			return story, true
		}
	}
	return story, false
}

// tasksOf are the stories of a customer's tasks, newest first.
func (w *world) tasksOf(c *customer) (stories []httpapi.TaskStory, err error) {
	client, err := apiclient.Open(w.ConfigFile)
	if err != nil {
		return nil, err
	}
	list, err := client.Tasks(w.t.Context(), apiclient.TaskQuery{Number: c.number})
	if err != nil {
		return nil, err
	}
	for _, task := range list.Tasks {
		story, err := client.Task(w.t.Context(), task.ID)
		if err != nil {
			return nil, err
		}
		stories = append(stories, story)
	}
	return stories, nil
}

// results lists how attempts ended: "customer_busy", "agent_no_answer (doesn't count)".
func results(story httpapi.TaskStory) (list []string) {
	for _, a := range story.Attempts {
		switch {
		case a.State != callback.AttemptEnded:
		case a.Counted:
			list = append(list, string(a.Result))
		default:
			list = append(list, string(a.Result)+" (doesn't count)")
		}
	}
	return list
}

// reach tells whoever waits for a phase that it has come.
func (c *customer) reach(now string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at != nil {
		c.at(now)
	}
}

// hear tells when a tone is heard.
func (c *customer) hear(call *softphone.Call, hz int, now string) {
	ctx, cancel := context.WithTimeout(c.world.home, 20*time.Second)
	defer cancel()
	if _, err := call.Hears(ctx, hz); err == nil {
		c.reach(now)
	}
}
