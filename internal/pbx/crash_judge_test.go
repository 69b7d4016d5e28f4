package pbx_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// judge looks at the end of a run whether everything that must hold does.
// callbackd is still there, and idle.
func (r *crashRun) judge() {
	r.leftovers()
	r.recordingsKnown()
	db := r.stored()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.backAgain()
	r.losses(db)
	r.legs(db)
	for _, task := range db.tasks {
		attempts := db.attempts[task.ID]
		r.task(task, attempts)
		r.switchedOff(task, db)
		r.settings(task, attempts, db)
		r.counting(task, attempts)
		r.punctual(task, attempts)
		r.cancellation(task, db)
		r.newestLoss(task, db)
		r.othersFirst(attempts)
	}
	r.phonesRang(db)
	r.rulesInForce(db)
	r.conversations(db)
	r.silence(db)
	r.noticed(db)
	r.accepted(db)
	r.stopKeys(db)
	r.recordings(db)
	r.trunks(db)
	if log := r.logged(); strings.Contains(log, "attempt_stuck") || strings.Contains(log, callback.ErrRefused.Error()) {
		r.violated("refused by the database", "see the log")
	}
	if r.diary != nil {
		r.judgeLogs(db)
	}
	if len(r.cuts) == 0 {
		r.asWritten(db)
	}
}

// asWritten: without a cut the scenario is what it says, so that it comes as far
// as it is meant to, and nothing needs help.
func (r *crashRun) asWritten(db contents) {
	var ended []callback.Attempt
	for _, list := range db.attempts {
		ended = append(ended, list...)
	}
	slices.SortFunc(ended, func(a, b callback.Attempt) int { return a.Ended.Compare(b.Ended) })
	var results []callback.Result
	for _, a := range ended {
		results = append(results, a.Result)
		if a.Result == callback.ResultConnected && a.RecordingOK != r.toBeRecorded(a) && len(r.restarted) == 0 {
			r.violated("wrong end", "attempt %d: that it is recorded is %v", a.ID, a.RecordingOK)
		}
	}
	if !slices.Equal(results, r.scenario.results) {
		r.violated("wrong end", "attempts ended as %v, not %v", results, r.scenario.results)
	}
	if log := r.logged(); strings.Contains(log, `"alarm"`) && !r.scenario.alarm {
		r.violated("wrong end", "an alarm is in the log")
	}
}

// backAgain: after each cut callbackd has seen what Asterisk holds. Else what
// ended meanwhile would be excused for ever.
func (r *crashRun) backAgain() {
	for _, since := range r.awayFor() {
		r.violated("tasks lost", "callbackd never came back after it was cut at %s", since.Format(time.TimeOnly))
	}
}

// awayFor lists since when callbackd hasn't seen what Asterisk holds.
func (r *crashRun) awayFor() (since []time.Time) {
	for i, l := range r.lives {
		at, made := l.cutWas()
		if made && l.cut.kind.severs() && !l.parted {
			continue // lost before there was any: nobody noticed
		}
		if made && l.cut.kind.blinds() && (l.cut.kind != deafFrom || l.deafened) && r.readyAfter(at, i).IsZero() {
			since = append(since, at)
		}
	}
	for _, o := range r.outages {
		if r.readyAfter(o.from, 0).IsZero() {
			since = append(since, o.from)
		}
	}
	return since
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

// losses: each lost call has its missed call and its task, unless it ended when
// callbackd could see nothing, and reads no logs. Those are excused, and counted.
func (r *crashRun) losses(db contents) {
	for _, in := range r.inbound {
		switch m, stored := db.missed[in.id]; {
		case in.helped():
			if stored && (m.Source != callback.SourceEvents || !r.seenInPart(in)) {
				r.violated("tasks lost", "call %s was answered and is stored as missed", in.id)
			}
		case stored && m.TaskID == 0 && !r.refusable(m):
			r.violated("tasks lost", "call %s has no task: %s", in.id, m.Reason)
		case stored && m.TaskID != 0 && r.frozenAt(m.Recorded):
			r.violated("wrong end", "call %s has a task, though the account was frozen", in.id)
		case !stored && !r.excused(in):
			r.violated("tasks lost", "call %s ended at %s and isn't stored", in.id, in.ended.Format(time.TimeOnly))
		case !stored:
			crashes.excused.Add(1)
		}
	}
}

// excused reports whether nobody could know of a call: it ended unseen, and there
// are no logs, or callbackd hadn't begun to read them.
func (r *crashRun) excused(in inbound) bool {
	return r.unseen(in.ended) && (r.diary == nil || r.diary.before(in.ended))
}

// unseen reports whether callbackd could see nothing at a moment, or died in it
// before it could store what it saw.
func (r *crashRun) unseen(at time.Time) bool {
	return slices.ContainsFunc(r.blind(), func(b blindness) bool {
		return !at.Before(b.from.Add(-10*time.Millisecond)) && (b.until.IsZero() || !at.After(b.until))
	})
}

// blindness is a time in which callbackd sees nothing, to its end when it has
// listed what Asterisk holds; a zero one never comes.
type blindness struct {
	from, until time.Time
	deaf        bool // and, for a while, doesn't know it
}

func (r *crashRun) blind() (list []blindness) {
	for i, l := range r.lives {
		if from, made := l.cutWas(); made && l.cut.kind.blinds() {
			list = append(list, blindness{from, r.readyAfter(from, i), l.cut.kind == deafFrom})
		}
	}
	for _, o := range r.outages {
		list = append(list, blindness{o.from, r.readyAfter(o.from, 0), false})
	}
	return list
}

// readyAfter is when callbackd first had a list of what Asterisk holds after a
// cut of life i.
func (r *crashRun) readyAfter(cut time.Time, i int) time.Time {
	for _, l := range r.lives[i:] {
		if at := l.readyAfter(cut); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// task: it is over, in a state that the scenario allows, and its attempts count
// by the rule.
func (r *crashRun) task(task callback.Task, attempts []callback.Attempt) {
	name := fmt.Sprintf("task %d (%s)", task.ID, task.Number)
	states := []callback.TaskState{r.scenario.want}
	if first := r.scenario.first; first != "" && task.ID == 1 {
		states = []callback.TaskState{first}
	}
	if r.cutMade() {
		states = append(states, r.scenario.want)
		states = append(states, r.scenario.also...)
		for _, c := range r.cuts {
			if c.action != nil {
				states = append(states, c.action.also...)
			}
		}
	}
	if task.State.Open() {
		r.violated("tasks lost", "%s is %s: %s", name, task.State, task.WaitingFor)
		return
	}
	if !slices.Contains(states, task.State) {
		r.violated("wrong end", "%s is %s (%s), not %v", name, task.State, task.Reason, states)
	}
	last := attempts[len(attempts)-1]
	if connected := last.Result == callback.ResultConnected; connected != (task.State == callback.TaskCompleted) {
		r.violated("wrong end", "%s is %s, its last attempt %s", name, task.State, last.Result)
	}
}

// counting: attempts count by the rule, and each interval of the rule once.
func (r *crashRun) counting(task callback.Task, attempts []callback.Attempt) {
	name := fmt.Sprintf("task %d (%s)", task.ID, task.Number)
	counted := 0
	repeats := repeated{}
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
		if ordinals[a.Ordinal] && !repeats.by(a) {
			r.violated("miscounted", "%s: interval %d has counted twice", name, a.Ordinal)
		}
		if n, most := repeats.count(a), treatmentOf(a).AtMost; most > 0 && n > most {
			r.violated("miscounted", "%s: %s for the %d. time, and the rule says %d at most", name, a.Result, n, most)
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
	if task.State == callback.TaskExhausted && last.Result != callback.ResultNumberInvalid && !repeats.closes(last) &&
		len(planned[last.MissedCallID]) != len(last.Settings.DialingIntervals) {
		r.violated("miscounted", "%s is exhausted after %d of %d attempts", name, len(planned[last.MissedCallID]), len(last.Settings.DialingIntervals))
	}
}

// cancellation: once a callback was cancelled the customer isn't called, unless
// lost once more, and the agent doesn't wait for nobody.
func (r *crashRun) cancellation(task callback.Task, db contents) {
	var since time.Time // zero: it isn't cancelled
	for _, c := range db.history[task.ID] {
		switch c.Input {
		case string(callback.TaskCancel):
			since = c.At
		case string(callback.TaskMissedAgain):
			since = time.Time{}
		case string(callback.AttemptSendCustomer):
			if !since.IsZero() {
				r.violated("called though cancelled", "task %d (%s), attempt %d", task.ID, task.Number, c.AttemptID)
			}
		case string(callback.AttemptEnd):
			if on := c.At.Sub(since); !since.IsZero() && on > r.blindness()+aMoment && !sent(db.attempts[task.ID], c.AttemptID) {
				r.violated("called though cancelled", "task %d (%s): attempt %d went on for %v", task.ID, task.Number, c.AttemptID, on)
			}
		}
	}
}

func sent(attempts []callback.Attempt, id int64) bool {
	return slices.ContainsFunc(attempts, func(a callback.Attempt) bool { return a.ID == id && !a.CustomerSent.IsZero() })
}

// newestLoss: the newest loss decides about what is planned after it.
func (r *crashRun) newestLoss(task callback.Task, db contents) {
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

// blindness is for how long callbackd may have been dead or deaf.
func (r *crashRun) blindness() time.Duration {
	if slices.ContainsFunc(r.cuts, func(c cutPoint) bool { return c.kind == deafFrom }) {
		return deafness + reconnects + r.longestOutage()
	}
	return r.deadTime + r.longestOutage()
}

const (
	deafness   = ari.DefaultHeartbeatInterval + ari.DefaultHeartbeatTimeout // until callbackd finds out
	reconnects = 2 * time.Second
	// aMoment is how late what must come at once may be: a slow disk, and the
	// connection that was lost meanwhile.
	aMoment = slowDisk + reconnects
)
