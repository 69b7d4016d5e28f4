package pbx

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"
)

// join is a live caller's entry into a queue.
type join struct {
	queue  string
	number int // the first is 1
	at     time.Time
}

// joinAge is how long a join is remembered: longer than a leg takes from its admission
// until it is among the legs, a commit of the database.
const joinAge = 10 * time.Second

// callerJoins hears that a live caller has joined a queue: what of ours is in the way is
// hung up. It waits for nothing.
func (g *gate) callerJoins(queue string) {
	now := time.Now()
	g.mu.Lock()
	g.joins = slices.DeleteFunc(g.joins, func(j join) bool { return now.Sub(j.at) > joinAge })
	g.joined++
	j, key := join{queue, g.joined, now}, strings.ToLower(queue)
	g.joins = append(g.joins, j)
	g.heard[key] = j
	delete(g.crowds, key)
	g.mu.Unlock()
	g.giveWay(g.exchange.currentLifetime(), queue, g.legs.all())
}

// admits takes an attempt's agent leg among the legs: the next admission counts it. Who
// has joined since its own admission was asked for, that one couldn't know of.
func (g *gate) admits(c *call) {
	g.mu.Lock()
	a := g.admitted
	g.admitted = admitted{}
	g.mu.Unlock()
	if a.target != c.target {
		a = admitted{joined: math.MaxInt}
	}
	g.legs.admit(c, a.phones)
	g.mu.Lock()
	joins := slices.Clone(g.joins)
	g.mu.Unlock()
	l, ok := g.legs.one(c.names.AgentChannel)
	if !ok {
		return
	}
	for _, j := range joins {
		if j.number > a.joined {
			g.giveWay(c.lifetime, j.queue, []leg{l})
		}
	}
}

// giveWay hangs up those of some legs that are in the way of a live caller in a queue:
// the queue's own at once; of the others those whose phone, the one that rings or one
// that may, is a member of it.
func (g *gate) giveWay(lifetime context.Context, queue string, legs []leg) {
	elsewhere := slices.DeleteFunc(legs, func(l leg) bool {
		if l.of(queue) {
			l.call.giveWay()
		}
		return l.of(queue)
	})
	if len(elsewhere) == 0 || lifetime == nil {
		return
	}
	go func() { // Asterisk is asked
		members, err := g.members(lifetime, queue)
		if err != nil {
			g.exchange.o.Log.Warn().Err(err).Str("queue", queue).Msg("it could not be told whether callbacks elsewhere are in the way of a live caller")
			return
		}
		members = g.phones(members)
		for _, l := range elsewhere {
			if overlap(g.phones(g.candidates(lifetime, l)), members) {
				l.call.giveWay()
			}
		}
	}()
}

// candidates lists the phones that a leg makes ring, or may.
func (g *gate) candidates(ctx context.Context, l leg) []string {
	if !l.looks() {
		return l.rung()
	}
	members, err := g.members(ctx, l.target.Name)
	if err != nil {
		g.exchange.o.Log.Warn().Err(err).Stringer("target", l.target).Msg("it could not be told whose phones a callback may ring")
	}
	return members
}
