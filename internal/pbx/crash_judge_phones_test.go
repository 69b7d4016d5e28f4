package pbx_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

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
		if leg.AppArgs == "customer" && r.deafAt(request.Time) {
			r.violated("called unheard", "%s was sent though callbackd could have known that it hears nothing", leg.ChannelID)
		}
	}
}

// deafAt reports whether no event had come for so long that callbackd had to know.
func (r *crashRun) deafAt(at time.Time) bool {
	for i, l := range r.lives {
		from, made := l.cutWas()
		if made && l.cut.kind == deafFrom && at.After(from.Add(deafness)) && at.Before(r.readyAfter(from, i)) {
			return true
		}
	}
	return false
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

// lastCalls gives the call of each leg: the one that was answered, or else the last.
func (r *crashRun) lastCalls() map[string]*ring {
	byLeg := map[string]*ring{}
	for _, g := range r.rings {
		other := byLeg[g.channel]
		if other == nil || other.answered.IsZero() && (!g.answered.IsZero() || g.began.After(other.began)) {
			byLeg[g.channel] = g
		}
	}
	return byLeg
}

func agentOf(customerChannel string) string {
	return strings.Replace(customerChannel, "-customer-", "-agent-", 1)
}

func customerOf(agentChannel string) string {
	return strings.Replace(agentChannel, "-agent-", "-customer-", 1)
}

// conversations: who hears each other at a cut, or is said to have talked, did so
// until one of them hung up, or Asterisk went.
func (r *crashRun) conversations(db contents) {
	talked := map[string]time.Time{} // customers' channels, and when they heard an agent
	for _, list := range db.attempts {
		for _, a := range list {
			if a.Result == callback.ResultConnected {
				talked[a.Names.CustomerChannel] = a.Bridged
			}
		}
	}
	for id, at := range r.talking {
		talked[id] = at
	}
	byLeg := r.lastCalls()
	for _, list := range db.attempts {
		for _, a := range list {
			customer, agent := byLeg[a.Names.CustomerChannel], byLeg[a.Names.AgentChannel]
			if a.Result == callback.ResultConnected || customer == nil || agent == nil {
				continue
			}
			// What ends while nobody sees it, nobody can know.
			for _, g := range []*ring{customer, agent} {
				if g.hungUp && !g.alone && !r.unseen(g.ended) {
					r.violated("wrong end", "%s talked until %s, and attempt %d is %s", g.number, g.ended.Format(time.TimeOnly), a.ID, a.Result)
				}
			}
		}
	}
	for id, since := range talked {
		customer, agent := byLeg[id], byLeg[agentOf(id)]
		asterisk := slices.ContainsFunc(r.restarted, func(at time.Time) bool { return !at.Before(since) })
		switch {
		case customer == nil || agent == nil || customer.answered.IsZero() || agent.answered.IsZero():
			r.violated("wrong end", "%s is said to have talked, and didn't answer, or no agent did", id)
		case asterisk:
		case !customer.hungUp && !agent.hungUp:
			r.violated("conversations cut", "%s and %s talked at %s; it ended at %s and neither had hung up",
				customer.number, agent.number, since.Format(time.TimeOnly), customer.ended.Format(time.TimeOnly))
		case customer.alone || agent.alone:
			r.violated("conversations cut", "%s and %s talked at %s, and didn't hear each other when one hung up at %s",
				customer.number, agent.number, since.Format(time.TimeOnly), customer.ended.Format(time.TimeOnly))
		}
	}
}
