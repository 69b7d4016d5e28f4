package reload

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/config"
)

// Options is what a Reloader stands on.
type Options struct {
	Config *config.Config
	// CheckSound says what is wrong with a sound that a file names. It isn't
	// asked about rules that are kept: those that name a sound which has gone
	// since are better than none.
	CheckSound func(account, language, name string) error
	// ShortIntervals takes dialing intervals of less than a minute, for tests.
	ShortIntervals bool
	// NoEvents leaves the events of the file system unheard; the files are looked
	// at all the same. For tests in virtual time, which stands still for as long
	// as somebody listens to the system.
	NoEvents bool
	Store    callback.Store
	Log      zerolog.Logger
}

// strict are the options for reading files.
func (o Options) strict() []config.Option {
	list := o.lenient()
	if o.CheckSound != nil {
		list = append(list, config.CheckSound(o.CheckSound))
	}
	return list
}

// lenient are the options for rules that were good before.
func (o Options) lenient() (list []config.Option) {
	if o.ShortIntervals {
		list = append(list, config.AllowShortIntervals())
	}
	return list
}

// Reloader holds the rules in force and is the only one who changes them.
type Reloader struct {
	o     Options
	rules *callback.Rules
	asked chan struct{}        // a person says that the files are to be read now
	view  atomic.Pointer[view] // what others may see while files are read

	mu       sync.Mutex // held while files are read and put in force
	changed  func()     // wakes whoever waits for what rules say; set by Run
	settling settling
	force    map[string]inForce // by account
	files    map[string]onDisk  // by path, as far as they were believed
	listing  error              // why the files can't be listed
	storing  error              // why what was read isn't in force, though it is good
	lastRead time.Time
	unroused []string          // accounts whose tasks must still be roused
	said     map[string]string // what the log has said last, by what about
	loads    map[Load]uint64
}

// view is how everything stood after the last reading. Whoever asks for it
// doesn't wait for the disk or the database.
type view struct {
	status []Status
	loads  map[Load]uint64
	files  map[string]config.RulesFile // in force, by account
}

// publish shows how everything stands. mu is held.
func (r *Reloader) publish() {
	r.view.Store(&view{status: r.stand(), loads: maps.Clone(r.loads), files: r.standing()})
}

// inForce is the rules of one account that are in force.
type inForce struct {
	file    config.RulesFile // as it was when it was good; without Account, the kept text can't be read any more
	sum     digest
	since   time.Time
	absence Absence // why no file has the account any more
}

// onDisk is what was read of one file.
type onDisk struct {
	account  string // "" where the file doesn't tell
	sum      digest
	good     bool
	problems config.Problems
}

// Load counts readings of files: of which account, and with which result.
type Load struct {
	Account string // "" where the file doesn't tell
	Result  string // one of Results
}

// The results of reading a rules file whose content is new.
const (
	ResultInForce = "in_force" // the file is in force
	ResultFaulty  = "faulty"   // the file has errors; the last good rules stay
	ResultFailed  = "failed"   // the file is good, and could not be stored; it is tried again
)

// Results lists all results.
var Results = []string{ResultInForce, ResultFaulty, ResultFailed}

// Check says what keeps callbackd from starting where no rules are kept: it is
// nil if at least one file is good. Nothing is changed.
func Check(o Options) error {
	files, err := config.ReadRules(o.Config, o.strict()...)
	if err != nil {
		return err
	}
	return noneGood(files)
}

// noneGood is all errors of all files, or nil if one file is good.
func noneGood(files []config.RulesFile) error {
	var faults config.Problems
	for _, f := range files {
		if f.Account != nil {
			return nil
		}
		faults = append(faults, f.Problems.Errors()...)
	}
	return asError(faults)
}

// Open puts in force what the files say and, of accounts whose file is faulty
// or gone, what is kept in the database. It fails if that leaves no account at
// all; the error is then a config.Problems with everything that is wrong, except
// where there is no file.
func Open(ctx context.Context, o Options) (*Reloader, error) {
	r := &Reloader{
		o: o, rules: callback.NewRules(callback.NewRulebook()), asked: make(chan struct{}, 1), changed: func() {},
		settling: settling{}, force: map[string]inForce{}, files: map[string]onDisk{}, said: map[string]string{}, loads: map[Load]uint64{},
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.recall(ctx); err != nil {
		return nil, err
	}
	r.settling.believe(time.Now(), r.find())
	r.settling.taken(o.Config.File) // it was read to get here
	found := r.read(ctx)
	if len(r.book().Accounts()) == 0 {
		return nil, errors.Join(found.failure, found.listing, asError(r.faults()))
	}
	r.say(found)
	r.sayUnusable()
	err := o.Store.Update(ctx, func(tx callback.Tx) error { return tx.Rouse("") })
	if err != nil {
		return nil, fmt.Errorf("rouse the tasks that wait, for the rules may be others now: %w", err)
	}
	r.unroused = nil
	r.publish()
	return r, nil
}

// recall takes the kept rules for what is in force.
func (r *Reloader) recall(ctx context.Context) error {
	var kept []callback.KeptRules
	err := r.o.Store.View(ctx, func(tx callback.ReadTx) (err error) {
		kept, err = tx.KeptRules()
		return err
	})
	if err != nil {
		return fmt.Errorf("read the kept rules: %w", err)
	}
	for _, k := range kept {
		file := config.ParseRules(r.o.Config, k.Path, k.Text, r.o.lenient()...)
		r.force[k.Account] = inForce{file: file, sum: sha256.Sum256(k.Text), since: k.Kept}
	}
	r.rules.Replace(r.book())
	return nil
}

// faults are all errors, of the files and of kept rules that can't be used.
func (r *Reloader) faults() (all config.Problems) {
	for _, path := range slices.Sorted(maps.Keys(r.files)) {
		all = append(all, r.files[path].problems.Errors()...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.force)) {
		all = append(all, r.force[name].file.Problems.Errors()...)
	}
	return all
}

func asError(faults config.Problems) error {
	if len(faults) == 0 {
		return nil
	}
	return faults
}

// faulty counts the files that can't be used.
func (r *Reloader) faulty() (n int) {
	for _, f := range r.files {
		if !f.good {
			n++
		}
	}
	return n
}

// Rules is what decides: the rulebook in force, also after it was replaced.
func (r *Reloader) Rules() *callback.Rules { return r.rules }

// standing are the files in force, by account.
func (r *Reloader) standing() map[string]config.RulesFile {
	files := make(map[string]config.RulesFile, len(r.force))
	for name, rules := range r.force {
		files[name] = rules.file
	}
	return files
}

// book is a rulebook of all that is in force.
func (r *Reloader) book() *callback.Rulebook { return bookOf(r.standing()) }
