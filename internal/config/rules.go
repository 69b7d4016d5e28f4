package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// Option changes how rules are read.
type Option func(*options)

type options struct {
	checkSound     func(name string) error
	shortIntervals bool
}

// CheckSound has check say what is wrong with a sound that a rule names; its
// words are those of the problem. Without it sounds aren't looked up.
func CheckSound(check func(name string) error) Option {
	return func(o *options) { o.checkSound = check }
}

// AllowShortIntervals takes dialing intervals of less than a minute. It is for
// tests of the whole program; nothing that a file says has this effect.
func AllowShortIntervals() Option {
	return func(o *options) { o.shortIntervals = true }
}

// LoadRules reads what c.Rules names: a folder with one file per account, or
// one file. The rulebook is nil if anything in any file is wrong; the error is
// then a Problems with all of it, except where there is no file at all.
func LoadRules(c *Config, opts ...Option) (book *callback.Rulebook, warnings Problems, err error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	files, err := ruleFiles(c.Rules)
	if err != nil {
		return nil, nil, err
	}
	var read []*accountFile
	for _, name := range files {
		read = append(read, readAccount(c, o, name))
	}
	oneFileEach(read)
	numbersOfOne(read)

	var problems Problems
	var accounts []*callback.Account
	for _, f := range read {
		problems = append(problems, f.problems...)
		accounts = append(accounts, &f.account)
	}
	if warnings, err = problems.split(); err != nil {
		return nil, warnings, err
	}
	return callback.NewRulebook(accounts...), warnings, nil
}

// oneFileEach notes accounts that two files are about.
func oneFileEach(files []*accountFile) {
	first := map[string]*accountFile{}
	for _, f := range files {
		name := f.account.Name
		if name == "" {
			continue
		}
		if other, twice := first[name]; twice {
			f.errorf(f.name, "account %s has a file already", name).Hint = "it is " + other.source.name
			continue
		}
		first[name] = f
	}
}

// numbersOfOne notes numbers that two accounts claim: a call to one of them
// could be either's.
func numbersOfOne(files []*accountFile) {
	for i, f := range files {
		for _, own := range f.numbers {
			for _, other := range files[:i] {
				at := slices.IndexFunc(other.numbers, func(n ownNumber) bool { return overlap(n.number, own.number) })
				if at < 0 {
					continue
				}
				f.errorf(own.at, "%s is a number of account %s too", own.number, other.account.Name).Hint =
					fmt.Sprintf("see %s, line %d", other.source.name, other.numbers[at].at.line)
			}
		}
	}
}

// overlap reports whether a number can be both a and b, each of which is a
// number or a prefix ending in "*".
func overlap(a, b string) bool {
	prefixA, isPrefixA := strings.CutSuffix(a, "*")
	prefixB, isPrefixB := strings.CutSuffix(b, "*")
	return a == b || isPrefixA && strings.HasPrefix(prefixB, prefixA) || isPrefixB && strings.HasPrefix(prefixA, prefixB)
}

// names lists the keys of m.
func names[V any](m map[string]V) []string { return slices.Collect(maps.Keys(m)) }
