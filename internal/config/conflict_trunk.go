package config

import (
	"maps"
	"slices"
	"strings"
)

// ownTrunk is a trunk of the account and where it is written.
type ownTrunk struct {
	pbx, name string
	at        *node
}

// key is the same for the same trunk, however it is written.
func (t ownTrunk) key() string { return t.pbx + " " + strings.ToLower(t.name) }

// warnOfTrunks notes that accounts have a trunk in common, and calls on it to
// numbers that nobody lists are nobody's. An account without numbers gets none
// of that trunk's, though it got all of them while it was alone there.
func (c *conflicts) warnOfTrunks() {
	sharing := map[string][]string{} // accounts, by trunk
	without := map[string]bool{}     // accounts that list no numbers
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		f := c.files[name]
		if f.faulty() || f.account.Name == "" {
			continue
		}
		without[name] = len(f.account.Numbers) == 0
		for _, t := range f.trunks {
			sharing[t.key()] = append(sharing[t.key()], name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.standing)) {
		standing, f := c.standing[name], c.files[name]
		if standing.Account == nil || f != nil && !f.faulty() {
			continue
		}
		without[name] = len(standing.Account.Numbers) == 0
		for _, r := range standing.Account.Regions {
			for _, trunk := range r.Trunks {
				key := ownTrunk{pbx: r.PBX, name: trunk}.key()
				sharing[key] = append(sharing[key], name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(without)) {
		if f := c.files[name]; f != nil && !f.faulty() {
			f.warnOfTrunks(sharing, without)
		}
	}
}

// warnOfTrunks notes which of the file's trunks others have, where that takes
// calls from this account or from those others.
func (f *accountFile) warnOfTrunks(sharing map[string][]string, without map[string]bool) {
	for _, t := range f.trunks {
		others := slices.DeleteFunc(slices.Clone(sharing[t.key()]), func(name string) bool { return name == f.account.Name })
		if len(others) == 0 {
			continue
		}
		const hint = "list in each account's numbers what its customers dial"
		losers := slices.DeleteFunc(slices.Clone(others), func(name string) bool { return !without[name] })
		switch {
		case without[f.account.Name]:
			f.warnf(t.at, "trunk %s is account %s's too, and this file has no numbers: calls on it to a number that no file lists are nobody's", t.name, few(others)).Hint = hint
		case len(losers) > 0:
			f.warnf(t.at, "trunk %s is account %s's too, which has no numbers: calls on it to a number that no file lists are nobody's", t.name, few(losers)).Hint = hint
		}
	}
}
