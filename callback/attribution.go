package callback

import (
	"slices"
	"strings"
)

// attribute says who lost a call, in the names of the file: whoever the dialplan
// says, else the queue of the file from which it was offered a callback since, else the
// queue that it entered last, or the group or agent that it rang, or else the scenario that
// it passed last. What the file doesn't list keeps Asterisk's
// name: queue:600, agent:PJSIP/fax, scenario:from-pstn; a dialplan may make it of
// whatever a caller sends, so it is a short line of text. Zero is a call of which
// nothing is known.
func (a *Account) attribute(l Loss) Target {
	lostBy := a.loser(l)
	if !a.Lists(lostBy) {
		lostBy.Name = asDelivered(lostBy.Name)
	}
	return lostBy
}

func (a *Account) loser(l Loss) Target {
	said, err := l.SaidBy()
	queue, offered := a.offered(l)
	switch {
	case err == nil && said.Kind == TargetQueue:
		return Target{TargetQueue, a.queueNamed(said.Name)}
	case err == nil && !said.IsZero():
		return said
	case offered:
		return queue
	case l.Queue != "":
		return Target{TargetQueue, a.queueNamed(l.Queue)}
	case len(l.Endpoints) > 0:
		return a.rung(l)
	case l.Earlier != nil:
		return a.loser(*l.Earlier)
	case len(l.Contexts) > 0:
		return a.passed(l.Contexts)
	}
	return Target{}
}

// offered is the queue of the file from which a call was offered a callback; ok is false
// where it wasn't, or from one that the file doesn't list: a slip in the dialplan costs
// nobody the callback.
func (a *Account) offered(l Loss) (queue Target, ok bool) {
	queue = Target{TargetQueue, a.queueNamed(l.Offered)}
	return queue, l.Offered != "" && a.Lists(queue)
}

// rung says whose phones rang. A Dial belongs to the group whose members it
// dialled. Dials one after the other are a group that is hunted through, if all
// of them together are one. Else a Dial belongs to the smallest group that has
// everybody whom it dialled, for dialplans leave out who is busy or away; and to
// the agent if no group has, or if it dialled one whom a rule names: then that
// agent's own calls are meant. Phones of nobody in the file (a door, a fax)
// don't change whose Dial it is.
func (a *Account) rung(l Loss) Target {
	dialled := a.agentsAt(l.Endpoints)
	if len(dialled) == 0 {
		return Target{TargetAgent, canonicalEndpoint(l.Endpoints[0])}
	}
	if g, ok := a.groupOf(dialled); ok {
		return Target{TargetGroup, g}
	}
	if g, ok := a.huntedGroup(dialled, l.Before); ok {
		return Target{TargetGroup, g}
	}
	agent := Target{TargetAgent, dialled[0]}
	if len(dialled) == 1 && a.isNamed(agent) {
		return agent
	}
	if g := a.smallestGroupWith(dialled); g != "" {
		return Target{TargetGroup, g}
	}
	return agent
}

// huntedGroup finds the group that the newest Dial and as many as possible of
// those before it are together.
func (a *Account) huntedGroup(newest []string, before [][]string) (group string, ok bool) {
	hunted := slices.Clone(newest)
	for _, endpoints := range before {
		hunted = append(hunted, a.agentsAt(endpoints)...)
		if g, is := a.groupOf(hunted); is {
			group, ok = g, true
		}
	}
	return group, ok
}

// isNamed reports whether a rule is about calls of t by name.
func (a *Account) isNamed(t Target) bool {
	return slices.ContainsFunc(a.Rules, func(r Rule) bool { return slices.Contains(r.From, t) })
}

// agentsAt names the agents whose phones are at endpoints, in their order.
func (a *Account) agentsAt(endpoints []string) (agents []string) {
	for _, endpoint := range endpoints {
		for _, name := range sortedKeys(a.Agents) {
			if canonicalEndpoint(a.Agents[name].Endpoint) == canonicalEndpoint(endpoint) && !slices.Contains(agents, name) {
				agents = append(agents, name)
			}
		}
	}
	return agents
}

// groupOf finds the group that has these members and no others.
func (a *Account) groupOf(agents []string) (name string, ok bool) {
	for _, name := range sortedKeys(a.Groups) {
		members := a.Groups[name].Members
		if len(members) > 0 && containsAll(members, agents) && containsAll(agents, members) {
			return name, true
		}
	}
	return "", false
}

// smallestGroupWith finds the group with the fewest members that has all of
// agents, of equal ones the first by name; "" if none has.
func (a *Account) smallestGroupWith(agents []string) (smallest string) {
	for _, name := range sortedKeys(a.Groups) {
		members := a.Groups[name].Members
		if containsAll(members, agents) && (smallest == "" || len(members) < len(a.Groups[smallest].Members)) {
			smallest = name
		}
	}
	return smallest
}

func containsAll(list, items []string) bool {
	return !slices.ContainsFunc(items, func(item string) bool { return !slices.Contains(list, item) })
}

// canonicalEndpoint makes the ways of writing one endpoint equal: Asterisk finds
// a technology without regard to case, and a dial string can name one of an
// endpoint's contacts (PJSIP/alice/sip:alice@192.0.2.1).
func canonicalEndpoint(dialled string) string {
	tech, rest, found := strings.Cut(dialled, "/")
	if !found {
		return dialled
	}
	if strings.EqualFold(tech, "PJSIP") {
		rest, _, _ = strings.Cut(rest, "/")
	}
	return strings.ToUpper(tech) + "/" + rest
}

// passed says which scenario a call passed last, or names the last context if
// no scenario has any of them.
func (a *Account) passed(contexts []string) Target {
	for _, context := range slices.Backward(contexts) {
		if scenario := a.scenarioOf(context); scenario != "" {
			return Target{TargetScenario, scenario}
		}
	}
	return Target{TargetScenario, contexts[len(contexts)-1]}
}

// scenarioOf finds the scenario that a context belongs to: the one that names
// it, else the one with the longest beginning of its name.
func (a *Account) scenarioOf(context string) (scenario string) {
	longest := -1
	for _, name := range sortedKeys(a.Scenarios) {
		for _, listed := range a.Scenarios[name].Contexts {
			if listed == context {
				return name
			}
			beginning, isPattern := strings.CutSuffix(listed, "*")
			if isPattern && strings.HasPrefix(context, beginning) && len(beginning) > longest {
				scenario, longest = name, len(beginning)
			}
		}
	}
	return scenario
}
