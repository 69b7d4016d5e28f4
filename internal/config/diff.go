package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"callbackd/callback"
)

// Difference is one thing that two versions of a rules file say differently.
type Difference struct {
	Key string `json:"key"`           // in the file's words: rules["lost in the menu"].wait_for_customer
	Old string `json:"old,omitempty"` // as the file would write it; "" where nothing is written
	New string `json:"new,omitempty"` // likewise
}

// String is the difference as one line for people.
func (d Difference) String() string {
	switch {
	case d.Old == "":
		return d.Key + ": added: " + d.New
	case d.New == "":
		return d.Key + ": removed: " + d.Old
	}
	return fmt.Sprintf("%s: %s → %s", d.Key, d.Old, d.New)
}

// Diff lists what is different in updated, in the order of the file. Accounts
// are compared as they work: a setting is that of the rule, wherever the file
// writes it, so an edit of `defaults` shows at each rule that it reaches. A nil
// account says nothing.
func Diff(old, updated *callback.Account) []Difference {
	before, after := write(old), write(updated)
	found := compare("", before.settings, after.settings)
	for i, section := range after.sections {
		found = append(found, section.compare(before.sections[i])...)
	}
	return found
}

// written is an account as its file could write it, with every default
// resolved.
type written struct {
	settings []setTo
	sections []section
}

// section is a part of the file that names its items.
type section struct {
	key     string
	items   []item
	ordered bool // the order of the items means something
}

type item struct {
	name     string
	settings []setTo
}

// setTo is a key and what is written after it; "" if nothing is.
type setTo struct{ key, value string }

func (s section) compare(old section) []Difference {
	var found []Difference
	if a, b := inOrder(old.items, s.items); s.ordered && !slices.Equal(a, b) {
		found = append(found, Difference{Key: s.key, Old: flowList(old.names()), New: flowList(s.names())})
	}
	for _, it := range s.items {
		key := s.key + place(it.name, s.ordered)
		if was, ok := old.item(it.name); ok {
			found = append(found, joinDays(key+".", compare(key+".", was.settings, it.settings))...)
		} else {
			found = append(found, Difference{Key: key, New: it.flow()})
		}
	}
	for _, was := range old.items {
		if _, ok := s.item(was.name); !ok {
			found = append(found, Difference{Key: s.key + place(was.name, s.ordered), Old: was.flow()})
		}
	}
	return found
}

// inOrder gives what the order of two lists says: the names that both have, and
// in the new one also those that stand before one of them.
func inOrder(old, updated []item) (before, after []string) {
	in := func(items []item, name string) bool {
		return slices.ContainsFunc(items, func(it item) bool { return it.name == name })
	}
	for _, it := range old {
		if in(updated, it.name) {
			before = append(before, it.name)
		}
	}
	last := -1
	for i, it := range updated {
		if in(old, it.name) {
			last = i
		}
	}
	for _, it := range updated[:last+1] {
		after = append(after, it.name)
	}
	return before, after
}

// compare lists what is different below a key.
func compare(below string, old, updated []setTo) []Difference {
	var found []Difference
	was := map[string]string{}
	for _, s := range old {
		was[s.key] = s.value
	}
	for _, s := range updated {
		if was[s.key] != s.value {
			found = append(found, Difference{Key: below + s.key, Old: was[s.key], New: s.value})
		}
		delete(was, s.key)
	}
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if was[key] != "" {
			found = append(found, Difference{Key: below + key, Old: was[key]})
		}
	}
	return found
}

// joinDays tells days on end of which the same is different as one, the way
// schedules are written: mon-fri.
func joinDays(below string, all []Difference) []Difference {
	var joined []Difference
	first, last := "", -1 // of the days that the last difference is about
	for _, d := range all {
		name, _ := strings.CutPrefix(d.Key, below)
		day := afterMonday(name)
		if n := len(joined); day > 0 && last == day-1 && joined[n-1].Old == d.Old && joined[n-1].New == d.New {
			joined[n-1].Key = below + first + "-" + name
			last = day
			continue
		}
		joined = append(joined, d)
		first, last = name, day
	}
	return joined
}

func (s section) item(name string) (item, bool) {
	i := slices.IndexFunc(s.items, func(it item) bool { return it.name == name })
	if i < 0 {
		return item{}, false
	}
	return s.items[i], true
}

func (s section) names() []string {
	list := make([]string, len(s.items))
	for i, it := range s.items {
		list[i] = it.name
	}
	return list
}

// flow is the item on one line: {pbx: pbx1, trunks: [PJSIP/pstn]}.
func (it item) flow() string {
	var parts []string
	for _, s := range it.settings {
		if s.value != "" {
			parts = append(parts, s.key+": "+s.value)
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plainKey needs no quotes in a path of keys.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// place is where in its section an item is: .sweden, or ["lost in the menu"]; "" if the
// section is one itself.
func place(name string, listed bool) string {
	if name == "" {
		return ""
	}
	if listed || !plainKey.MatchString(name) {
		return "[" + strconv.Quote(name) + "]"
	}
	return "." + name
}

// byName makes a section of a mapping.
func byName[V any](key string, all map[string]V, write func(V) []setTo) section {
	s := section{key: key}
	for _, name := range slices.SortedFunc(maps.Keys(all), cmp.Compare) {
		s.items = append(s.items, item{name, write(all[name])})
	}
	return s
}
