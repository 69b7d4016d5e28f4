package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// order is the rules of a file, of which the first enabled one that matches
// decides. What it does grows as the file does: rules that name nobody are all
// about the same calls, so these are gone through once.
type order struct {
	*accountFile
	rules     []callback.Rule
	places    []*node                                 // where the rules' names are written
	everybody map[callback.MissedIn][]callback.Target // whose calls a rule is about that names nobody
	decides   map[callback.Target]int                 // the rule that decides about whose calls
	decided   map[int][]callback.Target               // the same, by rule
	whole     map[callback.MissedIn][]int             // the rules that decide about everybody's calls, in their order
}

// warnOfOrder notes what an author may not have meant by the order of the
// rules: rules that others hide, disabled ones whose calls go to others, and
// callbacks that nobody would be rung for.
func (f *accountFile) warnOfOrder(rules []callback.Rule, places []*node) {
	o := order{
		accountFile: f, rules: rules, places: places,
		decides: map[callback.Target]int{}, decided: map[int][]callback.Target{}, whole: map[callback.MissedIn][]int{},
	}
	o.everybody = map[callback.MissedIn][]callback.Target{
		callback.MissedInScenario:      o.otherScenarios(),
		callback.MissedInContactCenter: o.listed(),
	}
	o.decide()
	for kind, losers := range o.everybody {
		o.whole[kind] = o.deciders(losers)
	}
	for i := range rules {
		o.warnOfRule(i)
		o.warnOfPhones(i)
	}
}

// decide finds out which rule decides about whose calls.
func (o *order) decide() {
	taken := map[callback.MissedIn]bool{} // an earlier rule is about everybody's
	for i, r := range o.rules {
		if !r.Enabled {
			continue
		}
		losers := named(r)
		if len(losers) == 0 {
			if taken[r.MissedIn] {
				continue
			}
			taken[r.MissedIn], losers = true, o.everybody[r.MissedIn]
		}
		for _, loser := range losers {
			if _, taken := o.decides[loser]; !taken {
				o.decides[loser] = i
				o.decided[i] = append(o.decided[i], loser)
			}
		}
	}
}

// deciders are the rules that decide about the calls of losers, in their order.
func (o *order) deciders(losers []callback.Target) []int {
	found := map[int]bool{}
	for _, loser := range losers {
		if decider, taken := o.decides[loser]; taken {
			found[decider] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// warnOfRule notes that rule i decides nothing, or that others decide while it
// is disabled.
func (o *order) warnOfRule(i int) {
	r, deciders := o.rules[i], o.whole[o.rules[i].MissedIn]
	losers := named(r)
	if len(losers) > 0 {
		deciders = o.deciders(losers)
	} else if len(o.everybody[r.MissedIn]) == 0 {
		return
	}
	at, decidesItself := slices.BinarySearch(deciders, i)
	switch {
	case r.Enabled && !decidesItself:
		hint := "the first rule that matches decides: move this one up"
		if len(deciders) == 1 && o.alike(i, deciders[0]) {
			hint = "both rules are about the same calls: remove one"
		}
		o.warnf(o.places[i], "the rule decides nothing: all its calls go to %s before it", o.names(deciders)).Hint = hint
	case !r.Enabled && at < len(deciders):
		hint := "name others in its from"
		if r.MissedIn == callback.MissedInScenario {
			hint = "name others in its scenarios"
		}
		o.warnf(o.places[i], "calls of this disabled rule go to %s", o.names(deciders[at:])).Hint =
			"the first enabled rule that matches decides: if those calls aren't meant, " + hint
	}
}

// alike reports whether two rules are about the same calls.
func (o *order) alike(i, j int) bool {
	one, other := o.rules[i], o.rules[j]
	if one.MissedIn != other.MissedIn || len(one.From) != len(other.From) || len(one.Scenarios) != len(other.Scenarios) {
		return false
	}
	known := map[callback.Target]bool{}
	for _, loser := range named(other) {
		known[loser] = true
	}
	return !slices.ContainsFunc(named(one), func(loser callback.Target) bool { return !known[loser] })
}

// warnOfPhones notes that callbacks of rule i would ring nobody.
func (o *order) warnOfPhones(i int) {
	if !o.rules[i].Forward.IsZero() {
		return
	}
	var phones []string
	for _, loser := range o.decided[i] {
		if loser.Kind != callback.TargetQueue {
			phones = append(phones, loser.String())
		}
	}
	if len(phones) > 0 {
		slices.Sort(phones)
		o.warnf(o.places[i], "callbacks for calls lost by %s wait: agents' and groups' own phones can't be rung for callbacks yet", few(phones)).Hint =
			"write forward_to_queue"
	}
}

// named are those that a rule names; none, if it is about everybody's calls.
func named(r callback.Rule) []callback.Target {
	if r.MissedIn == callback.MissedInContactCenter {
		return r.From
	}
	list := make([]callback.Target, len(r.Scenarios))
	for i, name := range r.Scenarios {
		list[i] = callback.Target{Kind: callback.TargetScenario, Name: name}
	}
	return list
}

// otherScenarios are those that no rule names; the one without a name stands
// for every other context.
func (o *order) otherScenarios() []callback.Target {
	named := map[string]bool{}
	for _, r := range o.rules {
		for _, name := range r.Scenarios {
			named[name] = true
		}
	}
	list := []callback.Target{{Kind: callback.TargetScenario}}
	for name := range o.account.Scenarios {
		if !named[name] {
			list = append(list, callback.Target{Kind: callback.TargetScenario, Name: name})
		}
	}
	return list
}

// listed are the queues, agents and groups of the file.
func (o *order) listed() (list []callback.Target) {
	add := func(kind callback.TargetKind, name string) {
		list = append(list, callback.Target{Kind: kind, Name: name})
	}
	for name := range o.account.Queues {
		add(callback.TargetQueue, name)
	}
	for name := range o.account.Agents {
		add(callback.TargetAgent, name)
	}
	for name := range o.account.Groups {
		add(callback.TargetGroup, name)
	}
	return list
}

// names lists the first of some rules.
func (o *order) names(which []int) string {
	list := make([]string, min(len(which), maxListed+1))
	for i := range list {
		list[i] = fmt.Sprintf("%q", o.rules[which[i]].Name)
	}
	return few(list)
}

// few lists the first of many, as a person would.
func few(list []string) string {
	if len(list) > maxListed {
		list = append(slices.Clone(list[:maxListed]), "others")
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
