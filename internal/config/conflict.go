package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// conflicts are what is wrong with files that are right each by itself: two
// about one account, and two accounts that claim one number, so that a call to
// it could be either's.
type conflicts struct {
	standing map[string]RulesFile    // what is in force, by account; without Account where it can't be read any more
	files    map[string]*accountFile // the one file of each account
	paths    map[string]*accountFile // all files
	settled  map[[2]string]bool      // pairs of accounts whose conflict is noted
}

// settle notes conflicts among files in the one that is at fault. inForce is
// what InForce says.
func settle(files []*accountFile, inForce []RulesFile) {
	c := conflicts{standing: map[string]RulesFile{}, paths: map[string]*accountFile{}, settled: map[[2]string]bool{}}
	for _, f := range files {
		c.paths[f.source.name] = f
	}
	for _, standing := range inForce {
		c.standing[standing.Name] = standing
		if f := c.paths[standing.Path]; f != nil && f.account.Name == "" {
			f.was = standing.Name
		}
	}
	c.oneFileEach(files)
	// A file that yields leaves in force what was, and that may be in another's
	// way: so whatever doesn't hang on names comes first, again each time.
	for c.yieldToStanding() || c.yieldToEachOther() {
		continue
	}
	c.warnOfTrunks()
}

// settleAlone notes in a file that is read on its own which of its numbers are
// those of other accounts in force.
func (f *accountFile) settleAlone(inForce []RulesFile) {
	if f.account.Name == "" {
		return // whose numbers they are can't be told
	}
	c := conflicts{settled: map[[2]string]bool{}}
	for _, standing := range inForce {
		if standing.Account == nil || standing.Name == f.account.Name {
			continue
		}
		c.yield(f, standing.Name, func(number string) string {
			if !standing.claims(number) {
				return ""
			}
			return "see " + standing.Path
		})
	}
}

// claims reports whether a number can be one of the account's.
func (f RulesFile) claims(number string) bool {
	return slices.ContainsFunc(f.Account.Numbers, func(n string) bool { return overlap(n, number) })
}

// SharedNumber finds a number of a's that can be one of b's too, as a writes it.
func SharedNumber(a, b *callback.Account) (number string, shared bool) {
	for _, own := range a.Numbers {
		if (RulesFile{Account: b}).claims(own) {
			return own, true
		}
	}
	return "", false
}

// about is the account that a file is about, as far as it's known.
func (f *accountFile) about() string {
	if f.account.Name != "" {
		return f.account.Name
	}
	return f.was
}

// oneFileEach chooses the file of each account: the one in force, else the
// first. It notes that there are others.
func (c *conflicts) oneFileEach(files []*accountFile) {
	c.files = map[string]*accountFile{}
	for _, f := range files {
		if name := f.about(); name != "" && (c.files[name] == nil || f.source.name == c.standing[name].Path) {
			c.files[name] = f
		}
	}
	for _, f := range files {
		if chosen := c.files[f.about()]; chosen != nil && chosen != f {
			f.errorf(f.name, "account %s has a file already", f.about()).Hint = "it is " + chosen.source.name
		}
	}
}

// yieldToStanding has files give way to accounts whose last good rules stay in
// force, because their own file is gone or faulty.
func (c *conflicts) yieldToStanding() (yielded bool) {
	for _, name := range slices.Sorted(maps.Keys(c.standing)) {
		own, standing := c.files[name], c.standing[name]
		if own != nil && !own.faulty() || standing.Account == nil {
			continue
		}
		hint := fmt.Sprintf("its last good rules stay in force until %s is mended", standing.Path)
		if own == nil {
			hint = c.withoutFile(standing)
		}
		for _, f := range c.others(name) {
			yielded = c.yield(f, name, func(number string) string {
				if standing.claims(number) {
					return hint
				}
				return ""
			}) || yielded
		}
	}
	return yielded
}

// withoutFile says what to do about rules that stay in force though no file has
// their account. Forgetting it, which cancels what was promised, is advice only
// where the file is gone: one with another account in it may be a slip.
func (c *conflicts) withoutFile(standing RulesFile) string {
	now := c.paths[standing.Path]
	if now == nil {
		return fmt.Sprintf("%s is gone, but its rules stay in force until `callbackd accounts forget %s`", standing.Path, standing.Name)
	}
	return fmt.Sprintf("%s is about account %s now, but the rules of %s stay in force: write account: %[3]s there again", standing.Path, now.about(), standing.Name)
}

// yieldToEachOther has one of two files that claim a number give way: the one
// whose account doesn't have it yet, else the faulty one, else the later.
func (c *conflicts) yieldToEachOther() (yielded bool) {
	for _, byName := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(c.files)) {
			winner := c.files[name]
			for _, f := range c.others(name) {
				at := slices.IndexFunc(f.numbers, func(n ownNumber) bool { return winner.claim(n.number) != nil })
				if at < 0 || c.rank(winner, f, f.numbers[at].number, byName) <= 0 {
					continue
				}
				yielded = c.yield(f, name, func(number string) string {
					if claim := winner.claim(number); claim != nil {
						return fmt.Sprintf("see %s, line %d", winner.source.name, claim.at.line)
					}
					return ""
				}) || yielded
			}
		}
		if yielded {
			return true
		}
	}
	return false
}

// rank is positive if a has more right to a number than b, negative if b has.
func (c *conflicts) rank(a, b *accountFile, number string, byName bool) int {
	for _, more := range []func(f *accountFile) bool{
		func(f *accountFile) bool { // its account has the number
			standing := c.standing[f.about()].Account
			return standing != nil && RulesFile{Account: standing}.claims(number)
		},
		func(f *accountFile) bool { return !f.faulty() },
	} {
		switch {
		case more(a) && !more(b):
			return 1
		case more(b) && !more(a):
			return -1
		}
	}
	if !byName {
		return 0
	}
	return strings.Compare(b.source.name, a.source.name)
}

// yield notes in f each of its numbers that account name has too, which why
// answers the hint for. It reports whether that is news.
func (c *conflicts) yield(f *accountFile, name string, why func(number string) string) bool {
	pair := [2]string{f.about(), name}
	if c.settled[pair] {
		return false
	}
	for _, own := range f.numbers {
		if hint := why(own.number); hint != "" {
			c.settled[pair] = true
			f.errorf(own.at, "%s is a number of account %s too", own.number, name).Hint = hint
		}
	}
	return c.settled[pair]
}

// others lists the files of all accounts but one, by account.
func (c *conflicts) others(name string) []*accountFile {
	var list []*accountFile
	for _, other := range slices.Sorted(maps.Keys(c.files)) {
		if other != name {
			list = append(list, c.files[other])
		}
	}
	return list
}

// claim finds what the file says of number.
func (f *accountFile) claim(number string) *ownNumber {
	for i := range f.numbers {
		if overlap(f.numbers[i].number, number) {
			return &f.numbers[i]
		}
	}
	return nil
}

// overlap reports whether a number can be both a and b, each of which is a
// number or a prefix ending in "*".
func overlap(a, b string) bool {
	prefixA, isPrefixA := strings.CutSuffix(a, "*")
	prefixB, isPrefixB := strings.CutSuffix(b, "*")
	return a == b || isPrefixA && strings.HasPrefix(prefixB, prefixA) || isPrefixB && strings.HasPrefix(prefixA, prefixB)
}
