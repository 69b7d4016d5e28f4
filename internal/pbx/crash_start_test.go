package pbx_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/storage"
)

// What a start finds: Asterisk holds 500 channels, and of each of these so many.
const (
	openTasks  = 10_000
	channels   = 500
	talking    = 10 // attempts whose legs are in their bridge
	ringing    = 10 // attempts whose agent waits for a customer who rings
	onlyAgents = 10 // attempts of which only the agent's leg is there
	gone       = 10 // attempts of which nothing is there
	strays     = 10 // legs of no attempt, each with a bridge
)

// A start with much to do does what has to be done, once: its requests and
// transactions grow with what callbackd left in Asterisk, neither with the open
// tasks nor, but for the question whether their number may be used, with other
// people's calls. And doing it again changes nothing.
func TestAStartWithMuchToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, file)
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.asterisk.Phone(agentLeg, aritest.Answers(0, -1))
		w.asterisk.Phone("PJSIP/+4670123*@pstn", aritest.Answers(0, -1))
		w.asterisk.Phone("PJSIP/+4670456*@pstn", aritest.NeverAnswers)
		left := leaveBehind(t, w)
		store(t, file, left)
		var l *life
		w.between = func(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
			l = newLife(nil)
			return &ledger{Store: store, life: l}, l.dial(dial)
		}
		began, called := time.Now(), len(w.asterisk.Requests("POST /channels"))
		w.start()
		defer w.end()
		synctest.Wait()
		require.Zero(t, time.Since(began), "nothing waits")
		require.Contains(t, w.logged(), `"adopted":20`)

		// Nothing is asked of the gate before Asterisk is reconciled with, and
		// then one round of due tasks is served.
		work := sortOut(l)
		require.Equal(t, connects, work.connecting)
		require.Equal(t, strays*2+onlyAgents, work.removals, "a request for each leftover")
		require.Equal(t, talking*2, work.renewals, "the fuses of conversations")
		require.LessOrEqual(t, work.gate, 8)
		require.LessOrEqual(t, work.questions, channels, "one about each call that came in")
		require.Empty(t, work.others)
		require.Equal(t, onlyAgents+gone, work.endings, "a transaction for each attempt that is over")
		// A round stores all its reasons at once, and each commit may wake one.
		require.LessOrEqual(t, work.reasons, work.endings+2)
		// Abandon and Reconcile list the attempts, each adopted one is looked at
		// once, and a round looks at its list and at a hundred tasks.
		require.LessOrEqual(t, l.viewed(), 2+talking+ringing+(work.endings+2)*(1+100))

		before := w.everything()
		for _, again := range []struct {
			name string
			gap  func()
		}{
			{"a reconnect", func() { w.asterisk.Cut("callbackd"); w.after(2 * time.Second) }},
			{"a restart", func() { w.restart(); w.after(time.Second) }},
		} {
			done := len(l.effects)
			again.gap()
			require.Equal(t, before, w.everything(), again.name)
			if again.name == "a restart" {
				done = 0
			}
			work := sortOut(&life{effects: l.effects[done:]})
			assert.Zero(t, work.removals, again.name)
			assert.Zero(t, work.endings, again.name)
			if again.name == "a reconnect" {
				assert.Zero(t, work.questions, "what was answered before is known")
			}
			assert.Empty(t, work.others, again.name)
		}
		require.Len(t, w.asterisk.Requests("POST /channels"), called, "nobody is called")
	})
}

// viewed is how often the store was read.
func (l *life) viewed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.views
}

// connects is the requests of a connection: the lists included, and the devices by which
// agents who become free are noticed.
const connects = 7

// work is what a life did, by purpose.
type work struct {
	connecting, removals, renewals, gate, questions int // requests
	endings, reasons                                int // commits
	others                                          []string
}

func sortOut(l *life) (w work) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, effect := range l.effects {
		switch {
		case strings.HasPrefix(effect, "GET /events?"), effect == "GET /asterisk/info", effect == "GET /channels", effect == reconciling,
			strings.HasPrefix(effect, "PUT /applications/"), strings.HasPrefix(effect, "POST /applications/"):
			w.connecting++
		case effect == "POST /channels/create", strings.Contains(effect, " /channels/callbackd-probe-"):
			w.gate++
		case strings.HasPrefix(effect, "DELETE /"):
			w.removals++
		case strings.HasSuffix(effect, "/variable?variable=CALLERID%28num-pres%29"):
			w.questions++
		case strings.HasPrefix(effect, "POST /channels/") && strings.HasSuffix(effect, "/variable"),
			strings.Contains(effect, "/variable?"):
			w.renewals++
		case strings.HasPrefix(effect, "commit, waiting"):
			w.reasons++
		case strings.Contains(effect, "attempt: end (ended)"):
			w.endings++
		default:
			w.others = append(w.others, effect)
		}
	}
	return w
}

// leftBehind is one attempt under way: its state, and its names.
type leftBehind struct {
	number string
	state  callback.AttemptState
	names  callback.Names
}

// leaveBehind fills Asterisk as a callbackd leaves it that dies, and with other
// people's calls. It gives the attempts that were under way.
func leaveBehind(t *testing.T, w *world) (list []leftBehind) {
	client, err := ari.New(w.asterisk.Options("callbackd"))
	require.NoError(t, err)
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	ready := make(chan struct{})
	go func() {
		_ = client.Run(ctx, func(e ari.Event) {
			if _, is := e.(*ari.Connected); is {
				close(ready)
			}
		})
	}()
	<-ready
	leg := func(id, endpoint string) {
		_, err := client.Originate(ctx, ari.OriginateRequest{ID: id, Endpoint: endpoint, Timeout: time.Minute, Formats: []string{"ulaw"}})
		require.NoError(t, err)
	}
	for i := range talking + ringing + onlyAgents + gone + strays {
		a := leftBehind{fmt.Sprintf("+4670123%04d", i), callback.AttemptBridged, callback.NewNames("callbackd")}
		switch {
		case i < talking:
			leg(a.names.AgentChannel, agentLeg)
			leg(a.names.CustomerChannel, "PJSIP/"+a.number+"@pstn")
		case i < talking+ringing:
			a.number, a.state = fmt.Sprintf("+4670456%04d", i), callback.AttemptCustomer
			leg(a.names.AgentChannel, agentLeg)
			leg(a.names.CustomerChannel, "PJSIP/"+a.number+"@pstn")
		case i < talking+ringing+onlyAgents:
			a.state = callback.AttemptAgent
			leg(a.names.AgentChannel, agentLeg)
		case i < talking+ringing+onlyAgents+gone:
			a.state = callback.AttemptAgentUp
		default:
			leg(a.names.AgentChannel, agentLeg)
			_, err := client.CreateBridge(ctx, a.names.Bridge, a.names.Bridge)
			require.NoError(t, err)
			continue
		}
		if i < talking {
			_, err := client.CreateBridge(ctx, a.names.Bridge, a.names.Bridge)
			require.NoError(t, err)
			w.after(0)
			require.NoError(t, client.AddChannels(ctx, a.names.Bridge, a.names.AgentChannel, a.names.CustomerChannel))
		}
		list = append(list, a)
	}
	held, err := client.Channels(ctx)
	require.NoError(t, err)
	for i := len(held); i < channels; i++ {
		w.enters(fmt.Sprintf("+4670789%04d", i))
	}
	w.after(time.Second)
	return list
}

// store makes the database that belongs to it: open tasks, all of them due, and
// those under way.
func store(t *testing.T, file string, under []leftBehind) {
	db, err := storage.Open(context.Background(), file)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, db.Update(context.Background(), func(tx callback.Tx) error {
		for i := range openTasks {
			a := leftBehind{number: fmt.Sprintf("+4673%07d", i)}
			if i < len(under) {
				a = under[i]
			}
			if err := insert(tx, i, a); err != nil {
				return err
			}
		}
		return nil
	}))
}

func insert(tx callback.Tx, i int, l leftBehind) error {
	support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
	now := time.Now()
	task := callback.Task{
		Account: "acme", Kind: callback.KindMissed, Number: l.number, State: callback.TaskScheduled, Target: support,
		LostBy: support, Rule: "lost", PBX: "pbx1", Region: "sweden", Arrived: now.Add(-time.Minute), Due: now,
	}
	if err := tx.InsertTask(&task, callback.Change{Input: "missed", To: string(task.State)}); err != nil {
		return err
	}
	missed := callback.MissedCall{
		PBX: "pbx1", CallID: fmt.Sprintf("1.%d", i), Trunk: "PJSIP/pstn", Caller: l.number, Dialled: "+4685550000", LostBy: support,
		Arrived: task.Arrived, Lost: now, Account: "acme", Number: l.number, Decision: callback.DecisionTaskCreated, Rule: "lost", TaskID: task.ID,
	}
	if err := tx.InsertMissedCall(&missed); err != nil {
		return err
	}
	a := callback.Attempt{
		TaskID: task.ID, Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: now, MissedCallID: missed.ID, Number: l.number, Account: "acme",
		Settings: callback.Settings{
			Rule: "lost", Region: "sweden", PBX: "pbx1", Target: support, CallerID: "+4685550000",
			DialingIntervals: []time.Duration{0, 5 * time.Minute}, WaitForCustomer: 30 * time.Second,
		},
	}
	if err := tx.InsertAttempt(&a, callback.Change{TaskID: task.ID, Input: "schedule", To: string(a.State)}); err != nil {
		return err
	}
	if l.state == "" {
		return nil
	}
	task.State = callback.TaskDialing
	if err := tx.UpdateTask(&task, callback.Change{Input: string(callback.TaskClaim), From: string(callback.TaskScheduled), To: string(task.State)}); err != nil {
		return err
	}
	a.Names, a.Claimed = l.names, now
	for _, step := range []struct {
		input callback.AttemptInput
		to    callback.AttemptState
		at    *time.Time
	}{
		{callback.AttemptClaim, callback.AttemptAgent, &a.Claimed},
		{callback.AttemptAgentAnswered, callback.AttemptAgentUp, &a.AgentAnswered},
		{callback.AttemptSendCustomer, callback.AttemptCustomer, &a.CustomerSent},
		{callback.AttemptBridge, callback.AttemptBridged, &a.Bridged},
	} {
		c := callback.Change{TaskID: task.ID, AttemptID: a.ID, Input: string(step.input), From: string(a.State), To: string(step.to)}
		a.State, *step.at = step.to, now
		if err := tx.UpdateAttempt(&a, c); err != nil {
			return err
		}
		if a.State == l.state {
			return nil
		}
	}
	return nil
}

// everything is what database and Asterisk hold, but for why tasks wait, which
// changes with the moment, and for the probe.
func (w *world) everything() (lines []string) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) error {
		tasks, err := tx.Tasks(callback.TaskFilter{Limit: 2 * openTasks})
		if err != nil {
			return err
		}
		require.Len(w.t, tasks, openTasks)
		for _, t := range tasks {
			t.WaitingFor, t.Updated = "", time.Time{}
			lines = append(lines, fmt.Sprintf("%+v", t))
		}
		for _, t := range tasks[openTasks-talking-ringing-onlyAgents-gone:] {
			attempts, err := tx.Attempts(t.ID)
			if err != nil {
				return err
			}
			history, err := tx.History(t.ID)
			if err != nil {
				return err
			}
			lines = append(lines, fmt.Sprintf("%+v %+v", attempts, history))
		}
		return nil
	}))
	client, err := ari.New(w.asterisk.Options("observer"))
	require.NoError(w.t, err)
	channels, err := client.Channels(context.Background())
	require.NoError(w.t, err)
	for _, c := range channels {
		if !strings.HasPrefix(c.ID, "callbackd-probe-") {
			lines = append(lines, c.ID+" "+string(c.State))
		}
	}
	bridges, err := client.Bridges(context.Background())
	require.NoError(w.t, err)
	for _, b := range bridges {
		lines = append(lines, fmt.Sprint(b.ID, b.Channels))
	}
	return lines
}
