package pbx_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/storage"
)

// Crash enumeration: a whole callbackd, with its HTTP, websocket and SQLite
// file, plays a scenario beside a simulated Asterisk in virtual time; it is cut
// at its k-th effect, for every k, starts again on the file that the crash left,
// and when everything is over the run is judged.
//
//	go test ./internal/pbx -run Crashes             the quick form: all scenarios without a cut, some with the main kinds
//	go test ./internal/pbx -run Crashes -torture -v all of them, all kinds, and all pairs of crashes
//	                                                in the short scenarios; counts are printed
//	… -torture -long -v                             nothing by turns, everything everywhere
//	go test ./internal/pbx -run 'Crashes/success,_recorded/at_17$'   one place
//
// Effects are commits that change something and REST requests other than the
// heartbeat. What is tried at each of them is in crash_trials_test.go; the kinds
// are in crash_life_test.go. Two things are left out, for they leave behind what
// another cut leaves: to be killed before an effect that follows another in the
// same instant, and, but for the short scenarios, requests that only read after
// another one that does.
//
// To add a scenario, add a few lines to crashScenarios: what people do (play),
// how customer and agent behave when they are rung, what the account has that
// crashAccount hasn't, how the attempts and the tasks end in a run without a cut
// (results, want), and what a cut may make of the tasks (also).
//
// To have something happen in the middle of all scenarios, before each request
// and after each commit, add an action:
//
//	{name: "the account is frozen", do: func(r *crashRun) {
//		r.asks(func(store callback.Store) error { return freeze(store, "acme") })
//	}, also: either},
//
// In one scenario at one moment: play: then(agentHears, theSameFunction).
// r.world has all parts of the callbackd that runs; asks tries until there is one
// that answers. What must hold is judged without being told, in
// crash_judge_test.go (database), crash_judge_phones_test.go (Asterisk, phones), and
// where else it is said:
//
//   - each lost call has its missed call and its task. A call that ended while
//     callbackd was dead, away or deaf is excused and counted, unless the scenario
//     has logs (crash_judge_logs_test.go): there it is found in them, once and soon,
//     nobody is called who was helped since or is on the phone, and no position of
//     the logs is committed beyond what isn't. callbackd comes back after each cut.
//   - each task comes to an end that the scenario allows, from the newest loss.
//   - at most one call to a number lives at any moment; no leg is sent twice;
//     each leg that is sent had been committed. So a customer's phone rings at
//     most once for each attempt whose customer leg was committed.
//   - an attempt counts if and only if its customer leg was committed and it
//     isn't trunk_failed; a task's attempts are those that count, each interval
//     of the rule counts once, one after the other, not before its time, and a
//     task is exhausted after the last of them.
//   - who talks does so until one of them hangs up, and the attempt says so.
//   - who answers and hears nothing, or stays behind, isn't left in silence, however
//     long callbackd is dead; no phone rings on for nobody (crash_judge_hearing_test.go).
//   - no customer is called after the callback was cancelled, and the agent is
//     let go.
//   - no customer is called when callbackd can know that it hears nothing.
//   - nothing of callbackd's is left in Asterisk, no probe either.
//   - the database has refused nothing.
//   - the index of recordings and what lies in Asterisk agree, whoever talked and was
//     to be recorded has one, as long as the conversation, and what is expired is gone
//     (crash_judge_recordings_test.go).
//   - nobody is recorded, and no agent hears a customer who is, before the customer has
//     heard the notice to its end in this very call (crash_judge_hearing_test.go).
//   - nobody is called, or connected, for somebody who was to press a key and hasn't;
//     a customer who pressed the stop key is on the do-not-call list and never called
//     again, and nobody else is on it; of a group, who was rung in vain isn't rung by the
//     next try while somebody else is left (crash_judge_keys_test.go).
//   - a trunk that failed for two customers in a row is left alone for a minute
//     (crash_judge_trunk_test.go).
//   - without a cut: the attempts end as the scenario says, recordings are there,
//     no alarm is in the log. And nearly every cut is reached.
//
// The files: crash_life_test.go and crash_wire_test.go are what stands between
// callbackd and its effects, crash_run_test.go is one run, crash_people_test.go
// what people do in it, crash_phones_test.go where they do it, crash_outage_test.go
// what keeps callbackd from seeing besides the cuts, and crash_logs_test.go what
// Asterisk writes into its logs.

var (
	torture = flag.Bool("torture", false, "enumerate crashes in all scenarios, and pairs of them, for minutes")
	long    = flag.Bool("long", false, "with -torture: try nothing by turns, but everything everywhere")
)

// scratch is the folder of all databases. emptyDatabase has the schema and
// nothing in it: making one takes longer than a run.
var scratch, emptyDatabase string

// inMemory makes a folder in memory, where the system has such a thing: a run
// makes and removes so many small files that a disk's file system would take
// half of the time. What a crash leaves is the same: it is a process that is
// killed, not the power that fails.
func inMemory(t *testing.T) string {
	folder, err := os.MkdirTemp("/dev/shm", "callbackd-crashes-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	return folder
}

func TestCrashes(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // there is little to keep
	scratch = inMemory(t)
	emptyDatabase = filepath.Join(scratch, "empty.db")
	db, err := storage.Open(context.Background(), emptyDatabase)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	for i := range crashScenarios {
		s := &crashScenarios[i]
		t.Run(s.name, func(t *testing.T) {
			// Without a cut: that the scenario is what it says, and how long it is.
			lives := runScenario(t, s, 0)
			require.False(t, t.Failed())
			if !*torture && !s.quick {
				return
			}
			for i, uncut := range lives {
				enumerate(t, s, i, uncut)
			}
		})
	}
	if *torture {
		fmt.Print(&crashes)
	}
	// A cut that isn't made proves nothing.
	require.LessOrEqual(t, crashes.unreached.Load(), 1+crashes.cuts.Load()/200, "cuts that weren't reached")
}

// enumerate cuts life number i of a scenario, which has more than one where it
// kills callbackd by itself, at each effect.
func enumerate(t *testing.T, s *crashScenario, i int, uncut *life) {
	name := "at"
	if i > 0 {
		name = fmt.Sprintf("life %d at", i+1)
	}
	for k := 1; k <= len(uncut.effects); k++ {
		if !s.short && k > 1 && uncut.reads(k) && uncut.reads(k-1) {
			continue // one reading of many
		}
		t.Run(fmt.Sprintf("%s %d", name, k), func(t *testing.T) {
			t.Parallel()
			for _, trial := range s.trials(uncut, k) {
				lives := runScenario(t, s, trial.dead, append(make([]cutPoint, i), trial.cut)...)
				if trial.pairs {
					pairs(t, s, trial.cut, lives)
				}
			}
		})
	}
}

// crashes counts all runs of the process.
var crashes crashFigures

type crashFigures struct {
	runs, cuts, pairs, unreached           atomic.Int64
	effects, rings, conversations, excused atomic.Int64
	found, helpedAway                      atomic.Int64

	mu       sync.Mutex
	reported int
	faults   map[string]int
}

func (f *crashFigures) add(r *crashRun) {
	f.runs.Add(1)
	for _, l := range r.lives {
		f.effects.Add(int64(len(l.effects)))
	}
	made := cutsMade(r.lives)
	f.cuts.Add(int64(made))
	if made == 2 {
		f.pairs.Add(1)
	}
	f.conversations.Add(int64(len(r.talking)))
	for _, g := range r.rings {
		if strings.HasPrefix(g.channel, "callbackd-customer-") {
			f.rings.Add(1)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.faults == nil {
		f.faults = map[string]int{}
	}
	for _, v := range r.faults {
		f.faults[v.kind]++
	}
}

// tired reports whether so much was reported that whole logs help nobody.
func (f *crashFigures) tired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reported++
	return f.reported > 3
}

func (f *crashFigures) String() string {
	var b strings.Builder
	row := func(n int64, what string) { fmt.Fprintf(&b, "%8d %s\n", n, what) }
	row(f.runs.Load(), "runs of a scenario")
	row(f.cuts.Load(), "cuts tried")
	row(f.pairs.Load(), "runs with two of them")
	row(f.unreached.Load(), "cuts not reached: the run was shorter than another")
	row(f.effects.Load(), "effects of callbackd in all")
	row(f.rings.Load(), "rings of customers' phones")
	row(f.conversations.Load(), "conversations that a cut met")
	row(f.excused.Load(), "lost calls excused: nobody could see them")
	row(f.found.Load(), "lost calls that were found in the logs")
	row(f.helpedAway.Load(), "calls of customers who were helped while nobody watched")
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, kind := range []string{"tasks lost", "double rings", "miscounted", "wrong end", "conversations cut", "left in silence", "called though cancelled", "called too early", "called too late", "called unheard", "called though forbidden", "rules not in force", "called though helped", "called while on the phone", "noted too late", "noted twice", "position ahead", "leftovers", "refused by the database",
		"called after the stop key", "connected unasked", "recorded unannounced", "index of recordings wrong", "an agent rung again", "called over a broken trunk"} {
		row(int64(f.faults[kind]), kind)
	}
	return b.String()
}
