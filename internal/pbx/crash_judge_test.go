package pbx_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// judge looks at the end of a run whether everything that must hold does.
// callbackd is still there, and idle.
func (r *crashRun) judge() {
	r.leftovers()
	db := r.stored()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.losses(db)
	r.legs(db)
	for _, task := range db.tasks {
		r.task(task, db.attempts[task.ID])
		r.story(task, db)
	}
	r.phonesRang(db)
	r.conversations()
	if log := r.logged(); strings.Contains(log, "attempt_stuck") || strings.Contains(log, callback.ErrRefused.Error()) {
		r.violated("refused by the database", "see the log")
	}
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// contents are what the database holds at the end.
type contents struct {
	tasks    []callback.Task
	attempts map[int64][]callback.Attempt // by task, oldest first
	history  map[int64][]callback.Change  // likewise
	missed   map[string]callback.MissedCall
}

func (r *crashRun) stored() contents {
	c := contents{attempts: map[int64][]callback.Attempt{}, history: map[int64][]callback.Change{}, missed: map[string]callback.MissedCall{}}
	require.NoError(r.t, r.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		if c.tasks, err = tx.Tasks(callback.TaskFilter{}); err != nil {
			return err
		}
		for _, t := range c.tasks {
			if c.attempts[t.ID], err = tx.Attempts(t.ID); err != nil {
				return err
			}
			if c.history[t.ID], err = tx.History(t.ID); err != nil {
				return err
			}
		}
		list, err := tx.MissedCalls(callback.MissedCallFilter{})
		for _, m := range list {
			c.missed[m.CallID] = m
		}
		return err
	}))
	return c
}

// leftovers: nothing of callbackd's is in Asterisk, no probe either.
func (r *crashRun) leftovers() {
	channels, bridges := r.held()
	for _, c := range channels {
		if strings.HasPrefix(c.ID, "callbackd-") {
			r.violated("leftovers", "channel %s (%s)", c.ID, c.Name)
		}
	}
	for _, b := range bridges {
		if strings.HasPrefix(b.ID, "callbackd-") {
			r.violated("leftovers", "bridge %s", b.ID)
		}
	}
}

// losses: each lost call has its missed call and its task, unless it ended when
// callbackd could see nothing. Those the logs will find; here they are excused,
// and counted.
func (r *crashRun) losses(db contents) {
	for _, in := range r.inbound {
		switch m, stored := db.missed[in.id]; {
		case in.helped:
			if stored {
				r.violated("tasks lost", "call %s was answered and is stored as missed", in.id)
			}
		case stored && m.TaskID == 0:
			r.violated("tasks lost", "call %s has no task: %s", in.id, m.Reason)
		case !stored && !r.unseen(in.ended):
			r.violated("tasks lost", "call %s ended at %s and isn't stored", in.id, in.ended.Format(time.TimeOnly))
		case !stored:
			crashes.excused.Add(1)
		}
	}
}

// unseen reports whether callbackd could see nothing at a moment, or died in it
// before it could store what it saw.
func (r *crashRun) unseen(at time.Time) bool {
	for i, l := range r.lives {
		from, made := l.cutWas()
		if !made {
			continue
		}
		until := r.readyAfter(from, i)
		if !at.Before(from.Add(-10*time.Millisecond)) && (until.IsZero() || !at.After(until)) {
			return true
		}
	}
	return false
}

// readyAfter is when callbackd first had a list of what Asterisk holds after a
// cut of life i.
func (r *crashRun) readyAfter(cut time.Time, i int) time.Time {
	for _, l := range r.lives[i:] {
		for _, at := range l.ready {
			if at.After(cut) {
				return at
			}
		}
	}
	return time.Time{}
}

// legs: what was asked of Asterisk had been committed before, once for each
// attempt and leg.
func (r *crashRun) legs(db contents) {
	owner := map[string]callback.Attempt{}
	for _, list := range db.attempts {
		for _, a := range list {
			if a.Names.AgentChannel != "" {
				owner[a.Names.AgentChannel], owner[a.Names.CustomerChannel] = a, a
			}
		}
	}
	sent := map[string]int{}
	for _, request := range r.asterisk.Requests("POST /channels") {
		var leg struct{ ChannelID, AppArgs string }
		require.NoError(r.t, json.Unmarshal(request.Body, &leg))
		if sent[leg.ChannelID]++; sent[leg.ChannelID] > 1 {
			r.violated("double rings", "%s was sent %d times", leg.ChannelID, sent[leg.ChannelID])
		}
		a, known := owner[leg.ChannelID]
		switch {
		case !known:
			r.violated("double rings", "%s belongs to no attempt", leg.ChannelID)
		case leg.AppArgs == "customer" && a.CustomerSent.IsZero():
			r.violated("double rings", "%s was sent, and its attempt doesn't say so", leg.ChannelID)
		case leg.AppArgs == "customer" && !a.Counted && a.Result != callback.ResultTrunkFailed:
			r.violated("miscounted", "%s was sent, and its attempt (%s) doesn't count", leg.ChannelID, a.Result)
		}
	}
}

// task: it is over, in a state that the scenario allows, and its attempts count
// by the rule.
func (r *crashRun) task(task callback.Task, attempts []callback.Attempt) {
	name := fmt.Sprintf("task %d (%s)", task.ID, task.Number)
	states := []callback.TaskState{r.scenario.want}
	if r.cutMade() {
		states = append(states, r.scenario.also...)
		if r.cuts[0].kind == cancelledAt {
			states = append(states, completed, wasCancelled)
		}
	}
	if task.State.Open() {
		r.violated("tasks lost", "%s is %s: %s", name, task.State, task.WaitingFor)
		return
	}
	if !slices.Contains(states, task.State) {
		r.violated("wrong end", "%s is %s (%s), not %v", name, task.State, task.Reason, states)
	}
	counted := 0
	planned := map[int64]map[int]bool{} // by missed call: the ordinals that counted
	for _, a := range attempts {
		if a.State != callback.AttemptEnded {
			r.violated("tasks lost", "attempt %d of %s is %s", a.ID, name, a.State)
			continue
		}
		if a.Counted != (!a.CustomerSent.IsZero() && a.Result != callback.ResultTrunkFailed) {
			r.violated("miscounted", "attempt %d of %s: customer sent %v, %s, counted %v", a.ID, name, a.CustomerSent, a.Result, a.Counted)
		}
		if !a.Bridged.IsZero() && a.Result != callback.ResultConnected {
			r.violated("wrong end", "attempt %d of %s: they talked, and it is %s", a.ID, name, a.Result)
		}
		if a.Result == callback.ResultTrunkFailed && !a.TrunkFault {
			r.violated("miscounted", "attempt %d of %s is %s, and the trunk was well", a.ID, name, a.Result)
		}
		if !a.Counted {
			continue
		}
		counted++
		ordinals := planned[a.MissedCallID]
		if ordinals == nil {
			ordinals = map[int]bool{}
			planned[a.MissedCallID] = ordinals
		}
		if ordinals[a.Ordinal] {
			r.violated("miscounted", "%s: interval %d has counted twice", name, a.Ordinal)
		}
		ordinals[a.Ordinal] = true
		if len(ordinals) > len(a.Settings.DialingIntervals) {
			r.violated("miscounted", "%s: %d attempts count, the rule has %d", name, len(ordinals), len(a.Settings.DialingIntervals))
		}
	}
	if task.Attempts != counted {
		r.violated("miscounted", "%s says %d attempts, %d count", name, task.Attempts, counted)
	}
	last := attempts[len(attempts)-1]
	connected := last.Result == callback.ResultConnected
	if connected != (task.State == callback.TaskCompleted) {
		r.violated("wrong end", "%s is %s, its last attempt %s", name, task.State, last.Result)
	}
	if task.State == callback.TaskExhausted && last.Result != callback.ResultNumberInvalid &&
		len(planned[last.MissedCallID]) != len(last.Settings.DialingIntervals) {
		r.violated("miscounted", "%s is exhausted after %d of %d attempts", name, len(planned[last.MissedCallID]), len(last.Settings.DialingIntervals))
	}
}

// story: no customer is called after the callback was cancelled, unless lost once
// more; and the newest loss decides about what is planned after it.
func (r *crashRun) story(task callback.Task, db contents) {
	cancelled := false
	for _, c := range db.history[task.ID] {
		switch c.Input {
		case string(callback.TaskCancel):
			cancelled = true
		case string(callback.TaskMissedAgain):
			cancelled = false
		case string(callback.AttemptSendCustomer):
			if cancelled {
				r.violated("called though cancelled", "task %d (%s), attempt %d", task.ID, task.Number, c.AttemptID)
			}
		}
	}
	var newest callback.MissedCall
	for _, m := range db.missed {
		if m.TaskID == task.ID && m.ID > newest.ID {
			newest = m
		}
	}
	if last := db.attempts[task.ID][len(db.attempts[task.ID])-1]; last.Claimed.After(newest.Recorded) && last.MissedCallID != newest.ID {
		r.violated("wrong end", "task %d: its last attempt was made from missed call %d, the newest is %d", task.ID, last.MissedCallID, newest.ID)
	}
}

func (r *crashRun) cutMade() bool {
	return slices.ContainsFunc(r.lives, func(l *life) bool { _, made := l.cutWas(); return made })
}

// phonesRang: a customer's phone rang at most once for each attempt that says
// that the customer's leg was sent.
func (r *crashRun) phonesRang(db contents) {
	sent := map[string]int{}
	for _, list := range db.attempts {
		for _, a := range list {
			if !a.CustomerSent.IsZero() {
				sent[a.Number]++
			}
		}
	}
	rang := map[string]int{}
	for _, g := range r.rings {
		if strings.HasPrefix(g.channel, "callbackd-customer-") {
			rang[g.number]++
		}
	}
	for number, n := range rang {
		if n > sent[number] {
			r.violated("double rings", "%s rang %d times, %d attempts were sent", number, n, sent[number])
		}
	}
}

// conversations: who heard each other at a cut did so until one of them hung
// up, or Asterisk went; and nobody sits in silence.
func (r *crashRun) conversations() {
	byLeg := map[string]*ring{} // the last call of each leg
	for _, g := range r.rings {
		if other := byLeg[g.channel]; other == nil || g.began.After(other.began) {
			byLeg[g.channel] = g
		}
	}
	for id, since := range r.talking {
		customer, agent := byLeg[id], byLeg[strings.Replace(id, "-customer-", "-agent-", 1)]
		asterisk := slices.ContainsFunc(r.restarted, func(at time.Time) bool { return !at.Before(since) })
		switch {
		case asterisk:
		case !customer.hungUp && !agent.hungUp:
			r.violated("conversations cut", "%s and %s talked at %s; it ended at %s and neither had hung up",
				customer.number, agent.number, since.Format(time.TimeOnly), customer.ended.Format(time.TimeOnly))
		case customer.alone || agent.alone:
			r.violated("conversations cut", "%s and %s talked at %s, and didn't hear each other when one hung up at %s",
				customer.number, agent.number, since.Format(time.TimeOnly), customer.ended.Format(time.TimeOnly))
		}
	}
	var together strings.Builder
	for _, request := range r.asterisk.Requests("POST /bridges/*/addChannel") {
		together.WriteString(request.Query.Get("channel") + " " + string(request.Body) + " ")
	}
	for _, g := range byLeg {
		if g.answered.IsZero() || strings.Contains(together.String(), g.channel) {
			continue
		}
		limit := r.deadTime + 5*time.Second
		if strings.HasPrefix(g.channel, "callbackd-agent-") {
			limit += promptLength + crashWait + 5*time.Second
		}
		if silent := g.ended.Sub(g.answered); silent > limit {
			r.violated("left in silence", "%s answered %s and was connected to nobody for %v", g.number, g.channel, silent)
		}
	}
}

const (
	promptLength = 4 * time.Second
	crashWait    = 20 * time.Second
)
