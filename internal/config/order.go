package config

import (
	"fmt"
	"slices"
	"strings"

	"callbackd/callback"
)

// warnOfOrder notes what an author may not have meant by the order of the
// rules, of which the first enabled one that matches decides: rules that others
// hide, and disabled ones whose calls go to others. places are where the rules'
// names are written.
func (f *accountFile) warnOfOrder(rules []callback.Rule, places []*node) {
	decides := map[callback.Target]int{} // the rule that does, by who lost the call
	for i, r := range rules {
		for _, loser := range f.losers(r) {
			if _, taken := decides[loser]; r.Enabled && !taken {
				decides[loser] = i
			}
		}
	}
	for i, r := range rules {
		losers := f.losers(r)
		var others []int
		for _, loser := range losers {
			if other, taken := decides[loser]; taken && !slices.Contains(others, other) {
				others = append(others, other)
			}
		}
		slices.Sort(others)
		switch {
		case len(losers) == 0:
		case r.Enabled && !slices.Contains(others, i):
			f.warnf(places[i], "the rule decides nothing: all its calls go to %s before it", ruleNames(rules, others)).Hint =
				"the first rule that matches decides: move this one up"
		case !r.Enabled && len(others) > 0 && others[len(others)-1] > i:
			later := slices.DeleteFunc(others, func(other int) bool { return other < i })
			f.warnf(places[i], "calls of this disabled rule go to %s", ruleNames(rules, later)).Hint =
				"the first enabled rule that matches decides: if those calls aren't meant, name others in its from"
		}
	}
}

// losers are those whose calls the rule is about, as far as the file names them.
func (f *accountFile) losers(r callback.Rule) []callback.Target {
	if r.MissedIn != callback.MissedInContactCenter || len(r.From) > 0 {
		return r.From
	}
	var all []callback.Target
	for kind, list := range f.targets() {
		for _, name := range list {
			all = append(all, callback.Target{Kind: kind, Name: name})
		}
	}
	return all
}

func ruleNames(rules []callback.Rule, which []int) string {
	list := make([]string, len(which))
	for i, rule := range which {
		list[i] = fmt.Sprintf("%q", rules[rule].Name)
	}
	return strings.Join(list, " and ")
}
