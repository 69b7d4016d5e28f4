package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// loss is what a rule may be about: calls that somebody lost, and of these the
// ones that a person had answered and passed on (after_transfer).
type loss struct {
	by          callback.Target
	transferred bool
}

// wide is what a rule is about that names nobody: everybody's losses of one kind,
// without those that were passed on or with them.
type wide struct {
	in            callback.MissedIn
	afterTransfer bool
}

// order is the rules of a file, of which the first enabled one that matches
// decides. What it does grows as the file does: rules that name nobody are all
// about the same calls, so these are gone through once.
type order struct {
	*accountFile
	rules     []callback.Rule
	places    []*node                                 // where the rules' names are written
	everybody map[callback.MissedIn][]callback.Target // whose calls a rule is about that names nobody
	decides   map[loss]int                            // the rule that decides about which losses
	decided   map[int][]callback.Target               // the same, by rule
	whole     map[wide][]int                          // the rules that decide about everything that such a rule is about, in their order
}

// warnOfOrder notes what an author may not have meant by the order of the
// rules: rules that others hide, disabled ones whose calls go to others, and
// callbacks that nobody would be rung for.
func (f *accountFile) warnOfOrder(rules []callback.Rule, places []*node) {
	o := order{
		accountFile: f, rules: rules, places: places,
		decides: map[loss]int{}, decided: map[int][]callback.Target{}, whole: map[wide][]int{},
	}
	o.everybody = map[callback.MissedIn][]callback.Target{
		callback.MissedInScenario:      o.otherScenarios(),
		callback.MissedInContactCenter: o.listed(),
	}
	o.decide()
	for kind, losers := range o.everybody {
		o.whole[wide{kind, false}] = o.deciders(losers, false)
		o.whole[wide{kind, true}] = o.deciders(losers, true)
	}
	for i := range rules {
		o.warnOfRule(i)
	}
}

// passedOn lists the values of loss.transferred that a rule is about.
func passedOn(afterTransfer bool) []bool {
	if afterTransfer {
		return []bool{false, true}
	}
	return []bool{false}
}

// decide finds out which rule decides about which losses.
func (o *order) decide() {
	taken := map[wide]bool{} // an earlier rule is about everybody's
	for i, r := range o.rules {
		if !r.Enabled {
			continue
		}
		for _, transferred := range passedOn(r.AfterTransfer) {
			losers := named(r)
			if len(losers) == 0 {
				if taken[wide{r.MissedIn, transferred}] {
					continue
				}
				taken[wide{r.MissedIn, transferred}], losers = true, o.everybody[r.MissedIn]
			}
			o.take(i, losers, transferred)
		}
	}
}

// take gives rule i what no earlier one decides about.
func (o *order) take(i int, losers []callback.Target, transferred bool) {
	for _, loser := range losers {
		if _, taken := o.decides[loss{loser, transferred}]; !taken {
			o.decides[loss{loser, transferred}] = i
			o.decided[i] = append(o.decided[i], loser)
		}
	}
}

// deciders are the rules that decide about the calls of losers, also those that
// were passed on if afterTransfer, in their order.
func (o *order) deciders(losers []callback.Target, afterTransfer bool) []int {
	found := map[int]bool{}
	for _, transferred := range passedOn(afterTransfer) {
		for _, loser := range losers {
			if decider, taken := o.decides[loss{loser, transferred}]; taken {
				found[decider] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// warnOfRule notes that rule i decides nothing, or that others decide while it
// is disabled.
func (o *order) warnOfRule(i int) {
	r := o.rules[i]
	deciders, losers := o.whole[wide{r.MissedIn, r.AfterTransfer}], named(r)
	if len(losers) > 0 {
		deciders = o.deciders(losers, r.AfterTransfer)
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
	if one.MissedIn != other.MissedIn || one.AfterTransfer != other.AfterTransfer || len(one.From) != len(other.From) || len(one.Scenarios) != len(other.Scenarios) {
		return false
	}
	known := map[callback.Target]bool{}
	for _, loser := range named(other) {
		known[loser] = true
	}
	return !slices.ContainsFunc(named(one), func(loser callback.Target) bool { return !known[loser] })
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
