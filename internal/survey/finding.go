package survey

import (
	"cmp"
	"slices"
	"strings"
)

// Severity says what a finding means for who is called back.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // something that a rule needs is missing
	Warning Severity = "warning" // it works, and worse than it could; or no rule needs it
	Note    Severity = "note"    // Asterisk can't be asked
	Advice  Severity = "advice"  // nothing is wrong, and something could be better; of thorough surveys
	OK      Severity = "ok"      // asked, and as it should be; of thorough surveys
)

// Finding is one thing that an Asterisk lacks, or can't be asked for.
type Finding struct {
	Severity Severity
	PBX      string // as callbackd.yaml names it; the first of several that all lack it
	Account  string // "" where it concerns the PBX, whatever the account
	// Path is the key that refers to it, in the account's rules file or, without an
	// account, in callbackd.yaml: "queues.support", "rules[0].agent_prompt",
	// "asterisk.pbx1". A setting of a rule may be written in `defaults`.
	Path    string
	Message string // what Asterisk said
	Hint    string // what to do
}

// finding is a Finding in the making. What any one of several PBXs may have is missing only
// if each has a finding about it.
type finding struct {
	Finding
	lacks  string // the message without its subject, "has no queue support"
	anyOne int    // how many PBXs may have it; 0: this one must
}

// merge makes the findings of all PBXs one list, in the order of PBX, account and path.
func merge(all []finding) []Finding {
	slices.SortStableFunc(all, func(a, b finding) int {
		return cmp.Or(strings.Compare(a.PBX, b.PBX), strings.Compare(a.Account, b.Account), strings.Compare(a.Path, b.Path))
	})
	type key struct{ account, path string }
	shared := map[key][]finding{}
	for _, f := range all {
		if f.anyOne > 1 {
			k := key{f.Account, f.Path}
			shared[k] = append(shared[k], f)
		}
	}
	var list []Finding
	for _, f := range all {
		if f.anyOne <= 1 {
			list = append(list, f.Finding)
			continue
		}
		k := key{f.Account, f.Path}
		if group := shared[k]; len(group) == f.anyOne {
			list = append(list, mildest(group))
		}
		delete(shared, k)
	}
	return list
}

// mildest is the one finding that matters of what several PBXs said of the same thing: a
// phone that one has no endpoint for, and another knows and can't reach, is one that can't
// be reached.
func mildest(group []finding) Finding {
	severities := []Severity{Note, Warning, Error}
	best := slices.MinFunc(group, func(a, b finding) int {
		return cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity))
	})
	f := best.Finding
	for _, other := range group {
		if other.lacks == best.lacks && other.PBX != best.PBX {
			f.Message += ", and " + other.PBX + " neither"
		}
	}
	return f
}
