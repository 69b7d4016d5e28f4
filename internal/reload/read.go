package reload

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"time"

	"callbackd/internal/config"
)

// reading is one reading of all files, and what it came to.
type reading struct {
	now        time.Time
	files      []config.RulesFile
	listing    error             // the files can't be listed
	believed   map[string]bool   // paths of files that nobody is writing to
	candidates map[string]loaded // good rules that are others than those in force, by account

	enforced bool     // the candidates are in force
	failure  error    // why they aren't, or tasks aren't roused yet
	missing  []string // accounts that have no file any more
	back     []string // accounts that have one again
}

// loaded is one account's new rules.
type loaded struct {
	file config.RulesFile
	sum  digest
	old  inForce // the zero inForce: there were none
}

// read reads the files and puts in force what is good and believed. mu is held.
func (r *Reloader) read(ctx context.Context) reading {
	found := reading{now: time.Now(), believed: map[string]bool{}, candidates: map[string]loaded{}}
	r.lastRead = found.now
	found.files, found.listing = r.onDisk(r.standing())
	r.listing = found.listing
	for _, f := range found.files {
		r.judge(f, &found)
	}
	r.postpone(&found)
	found.enforced, found.failure = r.enforce(ctx, found.candidates)
	if r.storing = nil; !found.enforced {
		r.storing = found.failure
	}
	r.noteTaken(found)
	r.census(&found)
	return found
}

// judge takes note of what a file says, if it is believed.
func (r *Reloader) judge(f config.RulesFile, found *reading) {
	sum, pace := digest(sha256.Sum256(f.Text)), r.settling.pace(f.Path, found.now)
	good := f.Account != nil
	switch {
	case pace == moving:
		return
	case pace == overdue && !good:
		return // half a file has faults that nobody made
	case pace == settled && good && sum != r.settling[f.Path].last.sum:
		return // somebody wrote to it a moment ago
	}
	found.believed[f.Path] = true
	was, is := r.files[f.Path], onDisk{account: f.Name, sum: sum, good: good, problems: f.Problems}
	r.files[f.Path] = is
	if !good {
		if was.good || was.sum != sum || !slices.Equal(was.problems, f.Problems) {
			r.loads[Load{is.account, ResultFaulty}]++
		}
		return
	}
	old := r.force[f.Name]
	if old.file.Account == nil || old.sum != sum || old.file.Path != f.Path {
		found.candidates[f.Name] = loaded{file: f, sum: sum, old: old}
	}
}

// postpone takes back candidates that claim a number which another account is
// about to give up in a file that isn't believed yet.
func (r *Reloader) postpone(found *reading) {
	for again := true; again; {
		again = false
		for name, c := range found.candidates {
			for other, rules := range r.force {
				if _, replaced := found.candidates[other]; replaced || rules.file.Account == nil || other == name {
					continue
				}
				if _, shared := config.SharedNumber(c.file.Account, rules.file.Account); shared {
					delete(found.candidates, name)
					delete(found.believed, c.file.Path)
					again = true // what it would have given up isn't free now
					break
				}
			}
		}
	}
}

// noteTaken settles the files that need no further reading.
func (r *Reloader) noteTaken(found reading) {
	r.settling.taken(listingKey)
	listed := map[string]bool{}
	for _, f := range found.files {
		listed[f.Path] = true
		_, waiting := found.candidates[f.Name]
		switch {
		case r.settling.pace(f.Path, found.now) == overdue:
			r.settling.tried(f.Path, found.now)
		case found.believed[f.Path] && (found.enforced || !waiting):
			r.settling.taken(f.Path)
		}
	}
	for path, seen := range r.settling {
		if !listed[path] && !seen.last.there && r.settling.pace(path, found.now) == settled {
			r.settling.taken(path)
			delete(r.files, path)
		}
	}
}

// census finds out which accounts have a file. One that was there a moment ago
// isn't missed: editors put a new file in the place of the old one.
func (r *Reloader) census(found *reading) {
	present := map[string]bool{}
	for _, f := range found.files {
		present[f.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(r.force)) {
		rules := r.force[name]
		_, seen := r.settling[rules.file.Path]
		why := r.absence(rules)
		switch {
		case present[name] && !rules.absence.IsZero():
			found.back = append(found.back, name)
			rules.absence = Absence{}
		case present[name], rules.absence == why, seen && r.settling.pace(rules.file.Path, found.now) == moving:
		default:
			found.missing = append(found.missing, name)
			rules.absence = why
		}
		r.force[name] = rules
	}
}
