package pbx_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
	"callbackd/internal/recordings"
	"callbackd/internal/reload"
)

const (
	// quiet is how long callbackd must have done nothing to be done: longer
	// than a probe lives.
	quiet = 8 * time.Second
	// patience is how long a run may take, in virtual time, before what isn't
	// over counts as stuck.
	patience = 2 * time.Hour
)

// crashRun is one run of a scenario: so many lives of callbackd as it has
// deadly cuts, and one more, beside one Asterisk and its people.
type crashRun struct {
	*world
	scenario *crashScenario
	cuts     []cutPoint
	deadTime time.Duration
	folder   string
	began    time.Time
	lives    []*life // the last is the present one; the main goroutine's

	reloader *reload.Reloader         // of the present life, where the rules come from a file
	apart    atomic.Bool              // the network between callbackd and Asterisk is down
	diary    *diary                   // what Asterisk writes into its logs; nil where nobody reads them
	lengths  map[string]time.Duration // of sounds that don't last a second

	mu         sync.Mutex
	played     time.Time         // the scenario's end; zero before
	present    callback.Store    // of the present life, nil while there is none
	control    *callback.Control // likewise
	keeper     *recordings.Keeper
	first      *callback.Account // in force at the start, where there is no file
	turns      []turn            // what was switched and put in force, in the order of the commits
	saved      []saving          // what was written into the rules file
	noticeGone time.Time         // since when the notice can't be played; zero: it can
	pending    int               // actions that aren't over
	acting     sync.WaitGroup    // the same
	rings      map[string]*ring  // by channel
	outages    []outage          // that the scenario itself makes
	byHand     []byHand          // calls of agents to customers
	downTill   time.Time         // nobody starts callbackd before
	living     *life             // the present one
	waiting    int               // live callers
	inbound    []inbound
	restarted  []time.Time
	talking    map[string]time.Time // customers' channels that were with an agent when a cut was made
	faults     []violation
}

// violation is something that must not happen.
type violation struct{ kind, text string }

func (r *crashRun) violated(kind, format string, args ...any) {
	r.faults = append(r.faults, violation{kind, fmt.Sprintf(format, args...)})
}

// runScenario plays a scenario from beginning to end with the given cuts, one for
// each life that is cut (a zero one is of a life that isn't), judges it, and gives
// the lives of callbackd. A scenario in which much happens at once may have fewer
// effects in one run than in another, and then a cut at the last of them isn't
// reached: it is tried again.
func runScenario(t *testing.T, s *crashScenario, deadTime time.Duration, cuts ...cutPoint) (lives []*life) {
	t.Helper()
	for try := 1; ; try++ {
		lives = playScenario(t, s, deadTime, cuts...)
		missing := cutsTried(cuts) - cutsMade(lives)
		if missing == 0 || t.Failed() {
			return lives
		}
		if try == mostTries {
			crashes.unreached.Add(int64(missing))
			t.Logf("%v wasn't reached", cuts)
			return lives
		}
	}
}

// mostTries is how often a cut is tried that isn't reached.
const mostTries = 5

// cutsTried is how many cuts a run is to make.
func cutsTried(cuts []cutPoint) (n int) {
	for _, c := range cuts {
		if c.at > 0 {
			n++
		}
	}
	return n
}

func cutsMade(lives []*life) (made int) {
	for _, l := range lives {
		if _, cut := l.cutWas(); cut {
			made++
		}
	}
	return made
}

func playScenario(t *testing.T, s *crashScenario, deadTime time.Duration, cuts ...cutPoint) (lives []*life) {
	t.Helper()
	folder, err := os.MkdirTemp(scratch, "run-")
	require.NoError(t, err)
	defer func() { require.NoError(t, os.RemoveAll(folder)) }()
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(folder, "callbackd.db")
		require.NoError(t, copyFile(emptyDatabase, file))
		r := &crashRun{
			world: newWorld(t, file, crashAccount, s.account), scenario: s, cuts: cuts, deadTime: deadTime, folder: folder,
			began: time.Now(), rings: map[string]*ring{}, talking: map[string]time.Time{},
		}
		r.between, r.also = r.embody, r.alongside
		r.phones()
		switch {
		case s.logs:
			r.openDiary()
		case s.prepare != nil:
			s.prepare(r)
		}
		r.live()
		r.report()
		lives = r.lives
		time.Sleep(2 * time.Minute) // the dead, who can write nothing any more, give up
	})
	return lives
}

// crashAccount shortens what would only take virtual time.
func crashAccount(a *callback.Account) {
	a.Rules[0].DialingIntervals = []time.Duration{0, time.Minute, time.Minute}
	a.Rules[0].WaitForCustomer = crashWait
	a.Rules[0].Recording = nil
}

// embody puts a new life between callbackd and what it acts on.
func (r *crashRun) embody(store callback.Store, dial dialFunc) (callback.Store, dialFunc) {
	var c *cutPoint
	if n := len(r.lives); n < len(r.cuts) && r.cuts[n].at > 0 {
		c = &r.cuts[n]
	}
	l := newLife(c)
	l.deaf = func() bool {
		r.asterisk.Silence("callbackd")
		return r.asterisk.Connected("callbackd")
	}
	l.act = func() { c.action.do(r) }
	l.turn, l.positioned, l.apart = r.turned, r.positioned, &r.apart
	r.lives = append(r.lives, l)
	books := &ledger{Store: store, life: l}
	r.mu.Lock()
	r.present, r.living = books, l
	if time.Now().Before(r.downTill) {
		l.die()
	}
	r.mu.Unlock()
	if r.scenario.file != "" {
		r.openRules(books)
	}
	return books, l.dial(dial)
}

// live lets people and callbackd live until everything is over.
func (r *crashRun) live() {
	r.changed = r.anHourPasses
	r.start()
	var play sync.WaitGroup
	play.Go(func() {
		r.wait(2 * time.Second)
		r.scenario.play(r)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.played = time.Now()
	})
	hurt := r.lives[0].hurt
	for {
		select {
		case <-hurt:
			hurt = nil
			r.whoTalks()
		case <-time.After(time.Second):
		}
		if l := r.lives[len(r.lives)-1]; l.isDead() {
			r.bury()
			r.staysDead(l)
			r.start()
			hurt = r.lives[len(r.lives)-1].hurt
			continue
		}
		if r.over() {
			break
		}
		if time.Since(r.began) > patience {
			r.violated("tasks lost", "it isn't over after %v: something is stuck", patience)
			break
		}
	}
	r.judge()
	r.end()
	play.Wait()
	r.acting.Wait()
}

// over reports whether nothing is left to happen. It looks twice whether all is
// quiet: something may begin, and be over, while it looks at the tasks.
func (r *crashRun) over() bool {
	open := func(t callback.Task) bool { return t.State.Open() }
	return r.isQuiet() && !slices.ContainsFunc(r.tasks(), open) && r.isQuiet()
}

func (r *crashRun) isQuiet() bool {
	l := r.lives[len(r.lives)-1]
	if l.isDead() || !l.isReady() || time.Since(l.quietSince()) < quiet || len(r.awayFor()) > 0 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.played.IsZero() || time.Since(r.played) < quiet || r.pending > 0 || r.diary.unread() {
		return false
	}
	for _, g := range r.rings {
		if g.ended.IsZero() {
			return false
		}
	}
	return true
}

// bury ends a dead life. What the next one finds is the file as the crash left
// it, with its write-ahead log.
func (r *crashRun) bury() {
	r.kill()
	r.gone.Wait()
	r.mu.Lock()
	r.present, r.control = nil, nil
	r.mu.Unlock()
	next := filepath.Join(r.folder, fmt.Sprintf("life%d.db", len(r.lives)+1))
	err := r.store.Update(context.Background(), func(callback.Tx) error { // nobody else writes
		if err := copyFile(r.file, next); err != nil {
			return err
		}
		if err := copyFile(r.file+"-wal", next+"-wal"); err != nil && !os.IsNotExist(err) {
			return err
		}
		return errCut
	})
	require.ErrorIs(r.t, err, errCut)
	require.NoError(r.t, r.store.Close())
	r.file = next
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// whoTalks notes the customers who hear an agent at this moment.
func (r *crashRun) whoTalks() {
	_, bridges := r.held()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range bridges {
		if !strings.HasPrefix(b.ID, "callbackd-") || len(b.Channels) < 2 {
			continue
		}
		for _, id := range b.Channels {
			if strings.HasPrefix(id, "callbackd-customer-") && r.talking[id].IsZero() {
				r.talking[id] = time.Now()
			}
		}
	}
}

// held lists what Asterisk holds, as somebody else sees it. An Asterisk that
// restarts at this moment is asked again.
func (r *crashRun) held() (channels []ari.Channel, bridges []ari.Bridge) {
	client, err := ari.New(r.asterisk.Options("observer"))
	assert.NoError(r.t, err)
	for range 3 {
		if channels, err = client.Channels(context.Background()); err != nil {
			continue
		}
		if bridges, err = client.Bridges(context.Background()); err == nil {
			return channels, bridges
		}
	}
	assert.NoError(r.t, err)
	return nil, nil
}

// report fails the test with what was violated, and shows the run.
func (r *crashRun) report() {
	crashes.add(r)
	if len(r.faults) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, dead for %v", r.scenario.name, r.deadTime)
	for i, c := range r.cuts {
		if c.at > 0 {
			fmt.Fprintf(&b, ", %v effect %d of life %d", c, c.at, i+1)
		}
	}
	for _, f := range r.faults {
		fmt.Fprintf(&b, "\n  %s: %s", f.kind, f.text)
	}
	for i, l := range r.lives {
		fmt.Fprintf(&b, "\nlife %d:\n%s", i+1, strings.Join(l.done(), "\n"))
	}
	if !crashes.tired() {
		r.world.mu.Lock()
		fmt.Fprintf(&b, "\nlog:\n%s", r.log.String())
		r.world.mu.Unlock()
	}
	r.t.Error(b.String())
}
