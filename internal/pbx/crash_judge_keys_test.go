package pbx_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// owners gives the attempt of each leg.
func (db contents) owners() map[string]callback.Attempt {
	owner := map[string]callback.Attempt{}
	for _, list := range db.attempts {
		for _, a := range list {
			if a.Names.AgentChannel != "" {
				owner[a.Names.AgentChannel], owner[a.Names.CustomerChannel] = a, a
			}
		}
	}
	return owner
}

// accepted: no customer is called for an agent, and no customer connected, who was to
// press a key and hasn't.
func (r *crashRun) accepted(db contents) {
	byLeg := r.lastCalls()
	before := func(g *ring, accept *callback.Accept, at time.Time) bool {
		if accept == nil || at.IsZero() {
			return true
		}
		pressed := time.Time{}
		if g != nil {
			pressed = g.presses(accept.Key)
		}
		return !pressed.IsZero() && !pressed.Truncate(time.Millisecond).After(at) // as it is stored
	}
	for _, list := range db.attempts {
		for _, a := range list {
			if !before(byLeg[a.Names.AgentChannel], a.Settings.AgentAccept, a.CustomerSent) {
				r.violated("connected unasked", "attempt %d: the customer was called though the agent hadn't pressed the key", a.ID)
			}
			if a.CustomerSent.IsZero() {
				continue
			}
			if !before(byLeg[a.Names.CustomerChannel], a.Settings.CustomerAccept, r.together(a.Names.CustomerChannel)) {
				r.violated("connected unasked", "attempt %d: the customer was connected without having pressed the key", a.ID)
			}
		}
	}
}

// stopKeys: a customer who pressed the stop key is on the do-not-call list, has no open
// task and is never called again, whatever was cut; nobody else is on the list. A key
// that nobody could hear, for it was pressed when callbackd was away, is none.
func (r *crashRun) stopKeys(db contents) {
	listed := map[string]callback.DoNotCall{}
	require.NoError(r.t, r.store.View(context.Background(), func(tx callback.ReadTx) error {
		list, err := tx.DoNotCallList("acme", "", 0)
		for _, entry := range list {
			listed[entry.Number] = entry
		}
		return err
	}))
	owner := db.owners()
	first := map[string]time.Time{} // by number: when the stop key was pressed
	for _, g := range r.rings {
		a, known := owner[g.channel]
		if !known || g.channel != a.Names.CustomerChannel || a.Settings.StopKey == "" {
			continue
		}
		at := g.presses(a.Settings.StopKey)
		if at.IsZero() {
			continue
		}
		if was, earlier := first[g.number]; !earlier || at.Before(was) {
			first[g.number] = at
		}
		if r.unseen(at) && !r.hadBegunToBlock(g.number, at) {
			continue
		}
		r.blockedSince(at, g, a, listed, db)
	}
	for number, entry := range listed {
		if at, pressed := first[number]; !pressed || entry.Since.Before(at.Truncate(time.Millisecond)) || entry.By != callback.ByCustomer {
			r.violated("called after the stop key", "%s is on the do-not-call list since %s and hadn't pressed the key", number, entry.Since.Format(clock))
		}
	}
}

// blockedSince: a customer whose stop key was heard isn't called any more.
func (r *crashRun) blockedSince(at time.Time, g *ring, a callback.Attempt, listed map[string]callback.DoNotCall, db contents) {
	if _, is := listed[g.number]; !is {
		r.violated("called after the stop key", "%s pressed it at %s and isn't on the do-not-call list", g.number, at.Format(clock))
	}
	for _, again := range r.rings {
		if again.number == g.number && again.began.After(at) {
			r.violated("called after the stop key", "%s pressed it at %s and was called at %s", g.number, at.Format(clock), again.began.Format(clock))
		}
	}
	if met := r.together(a.Names.CustomerChannel); met.After(at.Add(aMoment + r.blindness())) {
		r.violated("called after the stop key", "%s pressed it at %s and was connected at %s", g.number, at.Format(clock), met.Format(clock))
	}
	for _, task := range db.tasks {
		if task.Number == g.number && task.State != callback.TaskCancelled && task.State != callback.TaskCompleted {
			r.violated("called after the stop key", "%s pressed it, and task %d is %s", g.number, task.ID, task.State)
		}
	}
}

// hadBegunToBlock reports whether a callbackd that lived on had begun to put a number
// on the list for a key that was pressed then.
func (r *crashRun) hadBegunToBlock(number string, pressed time.Time) bool {
	for _, l := range r.lives {
		for i, effect := range l.effects {
			killed := l.cut != nil && l.cut.at == i+1 && l.cut.kind.kills()
			if !killed && strings.Contains(effect, "do-not-call: "+number) && l.times[i].Sub(pressed).Abs() < time.Second {
				return true
			}
		}
	}
	return false
}

// othersFirst: of a group, who was rung in vain isn't rung by the next try of the same
// attempt if somebody else is left.
func (r *crashRun) othersFirst(attempts []callback.Attempt) {
	const members = 2
	for i, a := range attempts {
		if i == 0 || a.Settings.Target.Kind != callback.TargetGroup || a.Claimed.IsZero() {
			continue
		}
		before := attempts[i-1]
		passed := before.Result == agentNoAnswer || before.Result == agentRejected || before.Result == agentHungUp
		if before.Counted || !passed || a.MissedCallID != before.MissedCallID || r.blindBetween(before.Claimed, before.Ended) {
			continue
		}
		last, next := r.rangFor(before), r.rangFor(a)
		if len(last) < members && slices.ContainsFunc(next, func(phone string) bool { return slices.Contains(last, phone) }) {
			r.violated("an agent rung again", "attempt %d rang %v, attempt %d %v", before.ID, last, a.ID, next)
		}
	}
}

// rangFor lists the phones that an attempt's agent leg has rung: of one that somebody
// answered, who answered.
func (r *crashRun) rangFor(a callback.Attempt) (phones []string) {
	for _, g := range r.rings {
		if g.channel != a.Names.AgentChannel {
			continue
		}
		if !g.answered.IsZero() {
			return []string{g.number}
		}
		phones = append(phones, g.number)
	}
	return phones
}

func (r *crashRun) blindBetween(from, until time.Time) bool {
	return slices.ContainsFunc(r.blind(), func(b blindness) bool {
		return !b.from.After(until) && (b.until.IsZero() || !b.until.Before(from))
	})
}

// saidStop reports whether a customer pressed a stop key.
func (r *crashRun) saidStop(number string) bool {
	for _, g := range r.rings {
		if g.number == number && !g.presses(stopDigit).IsZero() {
			return true
		}
	}
	return false
}
