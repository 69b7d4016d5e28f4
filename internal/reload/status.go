package reload

import (
	"cmp"
	"slices"
	"time"

	"callbackd/internal/config"
)

// State says which rules of an account are in force.
type State string

// The states.
const (
	StateInForce    State = "in_force"     // the file, as it stands
	StateLastGood   State = "last_good"    // an earlier version: the file is faulty or gone, or couldn't be stored
	StateNotInForce State = "not_in_force" // none
)

// Status says how one account's rules stand or, for a file that isn't the one
// of an account in force, how that file does.
type Status struct {
	Account  string // "" where the file doesn't tell
	File     string // where the rules are written, or were
	State    State
	Since    time.Time       // when these rules came into force, also before a restart
	Version  string          // of what is in force: what the file's SHA-256 begins with
	Absence  Absence         // why no file has the account; zero: one has it
	Problems config.Problems // of the file as it is; warnings too
}

// Status tells how all accounts and files stood after the last reading, by
// account and file. It doesn't block; the answer isn't to be changed.
func (r *Reloader) Status() []Status { return r.view.Load().status }

// Loads counts readings of files with new content since the start. It doesn't
// block; the answer isn't to be changed.
func (r *Reloader) Loads() map[Load]uint64 { return r.view.Load().loads }

// stand tells how all accounts and files stand. mu is held.
func (r *Reloader) stand() []Status {
	var list []Status
	shown := map[string]bool{}
	for name, rules := range r.force {
		s := Status{Account: name, File: rules.file.Path, State: StateInForce, Since: rules.since, Version: rules.sum.version(), Absence: rules.absence}
		path := rules.file.Path
		file, read := r.files[path]
		if read && file.account == name {
			shown[path] = true
			s.Problems = file.problems
		}
		switch {
		case rules.file.Account == nil:
			s.State, s.Since, s.Version = StateNotInForce, time.Time{}, ""
			s.Problems = append(slices.Clone(s.Problems), rules.file.Problems.Errors()...)
		case !rules.absence.IsZero() || read && !file.good:
			s.State = StateLastGood
		case read && file.sum != rules.sum:
			s.State, s.Problems = StateLastGood, r.withUnstored(path, s.Problems)
		}
		list = append(list, s)
	}
	for path, file := range r.files {
		if shown[path] {
			continue
		}
		s := Status{Account: file.account, File: path, State: StateNotInForce, Problems: file.problems}
		if file.good {
			s.Problems = r.withUnstored(path, s.Problems)
		}
		list = append(list, s)
	}
	if r.listing != nil {
		list = append(list, Status{File: r.o.Config.Rules, State: StateNotInForce, Problems: unlisted(r.o.Config, r.listing)})
	}
	slices.SortFunc(list, func(a, b Status) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.File, b.File))
	})
	return list
}

// withUnstored adds to the problems of a good file that isn't in force why that
// is so, if it couldn't be stored.
func (r *Reloader) withUnstored(path string, problems config.Problems) config.Problems {
	if r.storing == nil {
		return problems
	}
	return append(slices.Clone(problems), config.Problem{
		Severity: config.SeverityError, File: path, Message: "the file is good, but could not be stored: " + r.storing.Error(),
		Hint: "it is tried again every few seconds",
	})
}

// unlisted is what is wrong where the files can't be listed.
func unlisted(c *config.Config, why error) config.Problems {
	return config.Problems{{Severity: config.SeverityError, File: c.Rules, Message: why.Error()}}
}
