package pbx

import (
	"strings"

	"callbackd/ari"
	"callbackd/callback"
)

// One phone has several names. A member of a queue, or an agent, may be a Local channel
// with options, Local/101@from-queue/n, whose halves are called Local/101@from-queue. And
// behind it rings PJSIP/101, which may be an agent of a rules file under that name: no
// function tells so, but whoever rings is seen to.

// mostBehind bounds what is learnt of Local channels.
const mostBehind = 10_000

// phoneOf is an endpoint without a Local channel's options.
func phoneOf(endpoint string) string {
	if rest, is := strings.CutPrefix(endpoint, "Local/"); is {
		name, _, _ := strings.Cut(rest, "/")
		return "Local/" + name
	}
	return endpoint
}

// phone is the one name by which phones are compared.
func (g *gate) phone(endpoint string) string {
	name := phoneOf(endpoint)
	g.mu.Lock()
	defer g.mu.Unlock()
	if behind, seen := g.behind[name]; seen {
		return behind
	}
	return name
}

// phones are the names by which some are compared.
func (g *gate) phones(endpoints []string) (names []string) {
	for _, endpoint := range endpoints {
		names = append(names, g.phone(endpoint))
	}
	return names
}

// learn takes from an event which phone a Local channel rings: the one that it rang last.
func (g *gate) learn(e *ari.Dial) {
	if e.Caller == nil || e.Status != "" || g.exchange.names.own(e.Caller.ID) || !callback.PersonalTechnology(e.Peer.Name) {
		return
	}
	local, is := strings.CutSuffix(e.Caller.Name, otherHalf)
	phone := callback.EndpointOf(e.Peer.Name)
	if !is || !strings.HasPrefix(local, "Local/") || g.exchange.o.Rules.Book().IsTrunk(g.exchange.o.Name, phone) {
		return // behind a trunk there are many
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.behind) >= mostBehind {
		clear(g.behind)
	}
	g.behind[callback.EndpointOf(local)] = phone
}
