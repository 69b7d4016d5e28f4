package config

import (
	"callbackd/callback"
)

// Option changes how rules are read.
type Option func(*options)

type options struct {
	checkSound     func(account, language, name string) error
	shortIntervals bool
	inForce        []RulesFile
	asked          func(path, key string) // see decoder.asked
}

func optionsOf(list []Option) options {
	var o options
	for _, opt := range list {
		opt(&o)
	}
	return o
}

// CheckSound has check say what is wrong with a sound that a rule of an account
// names; its words are those of the problem. language is the rule's, "" if it has
// none. Without it sounds aren't looked up.
func CheckSound(check func(account, language, name string) error) Option {
	return func(o *options) { o.checkSound = check }
}

// InForce names the files whose accounts are in force while others are read,
// as ReadRules or ParseRules have answered them. They decide what no file can
// decide by itself: of two files about one account, or two accounts that claim
// one number, the one that isn't in force is at fault. Without it, it's the one
// that comes later by name.
func InForce(files []RulesFile) Option {
	return func(o *options) { o.inForce = files }
}

// AllowShortIntervals takes dialing intervals of less than a minute. It is for
// tests of the whole program; nothing that a file says has this effect.
func AllowShortIntervals() Option {
	return func(o *options) { o.shortIntervals = true }
}

// RulesFile is a rules file as it was read: an account that can be in force, or
// what keeps it from being that.
type RulesFile struct {
	Path string
	Text []byte // nil if the file can't be read
	// Name is the account that the file is about. Where that can't be read it is
	// the one that the path was about so far (InForce), else empty.
	Name     string
	Account  *callback.Account // nil if anything in the file is wrong
	Problems Problems          // errors and warnings, by line
}

// ReadRules reads what c.Rules names, a folder with one file per account or one
// file: each file on its own, by name, so that one's fault keeps no other's
// account from being used. The error says that nothing could be read at all:
// there is no such folder, or no file in it.
func ReadRules(c *Config, opts ...Option) ([]RulesFile, error) {
	o := optionsOf(opts)
	paths, err := RulesFiles(c)
	if err != nil {
		return nil, err
	}
	read := make([]*accountFile, len(paths))
	for i, path := range paths {
		text, err := readFile(path)
		if err != nil {
			read[i] = &accountFile{decoder: &decoder{source: unreadable(path, err)}}
			continue
		}
		read[i] = parseAccount(c, o, path, text)
	}
	settle(read, o.inForce)
	files := make([]RulesFile, len(read))
	for i, f := range read {
		files[i] = f.result()
	}
	return files, nil
}

// ParseRules reads one text as if it were the file path: the last good version
// of one that is missing or faulty now, or a draft. Of other files it is judged
// only against what InForce names: no number of theirs may be in it.
func ParseRules(c *Config, path string, text []byte, opts ...Option) RulesFile {
	o := optionsOf(opts)
	f := parseAccount(c, o, path, text)
	f.settleAlone(o.inForce)
	return f.result()
}

// LoadRules is ReadRules for whoever wants all accounts or none: the rulebook
// is nil if anything in any file is wrong; the error is then a Problems with
// all of it, except where there is no file at all.
func LoadRules(c *Config, opts ...Option) (book *callback.Rulebook, warnings Problems, err error) {
	files, err := ReadRules(c, opts...)
	if err != nil {
		return nil, nil, err
	}
	var problems Problems
	var accounts []*callback.Account
	for _, f := range files {
		problems = append(problems, f.Problems...)
		accounts = append(accounts, f.Account)
	}
	if warnings, err = problems.split(); err != nil {
		return nil, warnings, err
	}
	return callback.NewRulebook(accounts...), warnings, nil
}
