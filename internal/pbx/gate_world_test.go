package pbx_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// inOffice is inWorld with queues that work like app_queue's, and agents alice, bob and
// carol whose phones are registered. They answer after two seconds and stay.
func inOffice(t *testing.T, queues map[string]aritest.Queue, scenario func(*world), change ...func(*callback.Account)) {
	inWorldOf(t, func(w *world) {
		for name, q := range queues {
			w.asterisk.SetQueue(name, q)
			w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-agent,"+name+",1)", "1")
		}
		for _, name := range []string{"alice", "bob", "carol", "team"} {
			w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-phones,"+name+",1)", "1")
		}
		for _, name := range []string{"alice", "bob", "carol"} {
			w.asterisk.AgentPhone("PJSIP/"+name, aritest.Answers(2*time.Second, -1))
		}
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 20*time.Second))
	}, func(w *world) {
		w.after(time.Second)
		scenario(w)
	}, slices.Insert(change, 0, func(a *callback.Account) {
		a.Queues = map[string]callback.Queue{}
		for name := range queues {
			a.Queues[name] = callback.Queue{Name: name, Ringing: callback.RingingEach}
		}
		a.Agents = map[string]callback.Agent{}
		for _, name := range []string{"alice", "bob", "carol"} {
			a.Agents[name] = callback.Agent{Name: name, Endpoint: "PJSIP/" + name}
		}
		a.Groups = map[string]callback.Group{"team": {Name: "team", Members: []string{"alice", "bob"}}}
		a.Rules[0].Recording, a.Rules[0].AgentPrompt = nil, ""
	})...)
}

// number is a customer's, one for each i.
func number(i int) string { return fmt.Sprintf("+467012%05d", i) }

// missedBy records n calls that a target lost, from customers of their own.
func (w *world) missedBy(target string, n int) {
	w.t.Helper()
	w.missedAt("+4685550000", target, n)
}

func (w *world) missedAt(dialled, target string, n int) {
	w.t.Helper()
	in := callback.NewIntake(w.store, w.rules, func(callback.MissedCall) {})
	for range n {
		w.calls++
		require.NoError(w.t, in.Take(context.Background(), callback.Verdict{
			PBX: "pbx1", CallID: number(w.calls), Trunk: "PJSIP/pstn", Caller: number(w.calls), Dialled: dialled,
			Arrived: time.Now(), Ended: time.Now(), Loss: callback.Loss{Said: target, Contexts: []string{"from-pstn"}},
		}))
	}
}

// legs lists the agent legs that were asked for, each by its place in the dialplan.
func (w *world) agentLegs() (list []string) {
	for _, r := range w.asterisk.Requests("POST /channels") {
		if place, is := strings.CutPrefix(endpoint(r), "Local/"); is {
			place, _, _ = strings.Cut(place, "/n")
			list = append(list, place)
		}
	}
	return list
}

func endpoint(r aritest.Request) string {
	_, rest, _ := strings.Cut(string(r.Body), `"endpoint":"`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}

// reasons lists what due tasks wait for, each reason once.
func (w *world) reasons() (list []string) {
	for _, task := range w.tasks() {
		if task.State == callback.TaskScheduled {
			list = append(list, task.WaitingFor)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// busy has an agent talk with somebody of whom callbackd knows nothing, through a queue of
// the agent's own.
func (w *world) busy(agent string) *aritest.Call {
	w.asterisk.SetQueue("own-"+agent, aritest.Queue{Members: []string{"PJSIP/" + agent}})
	c := w.asterisk.Caller("own-"+agent, "anonymous")
	w.after(3 * time.Second)
	require.True(w.t, c.Served(), "%s is busy", agent)
	return c
}
