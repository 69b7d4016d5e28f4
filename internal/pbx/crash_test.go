package pbx_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/storage"
)

// Crash enumeration: a whole callbackd, with its HTTP, websocket and SQLite
// file, plays a scenario beside a simulated Asterisk in virtual time; it is cut
// at its k-th effect, for every k, starts again on the file that the crash left,
// and when everything is over the run is judged.
//
//	go test ./internal/pbx -run Crashes             the quick form: some scenarios, two kinds of cut
//	go test ./internal/pbx -run Crashes -torture -v all of them, all kinds, and all pairs of crashes
//	                                                in the short scenarios; counts are printed
//	go test ./internal/pbx -run 'Crashes/success,_recorded/at_17$'   one place
//
// Effects are commits that change something and REST requests other than the
// heartbeat. Of requests that only read, one after the other, the first is cut,
// in the short scenarios each.
//
// To add a scenario, add a few lines to crashScenarios: what people do (play),
// how customer and agent behave when they are rung, what the account has that
// crashAccount hasn't, and how the tasks end: want in a run without a cut, also
// what a cut may make of it. Everything else is judged without being told, in
// crash_judge_test.go:
//
//   - each lost call has its missed call and its task. A call that ended while
//     callbackd was dead or away is excused and counted: the logs will find it.
//   - each task comes to an end that the scenario allows.
//   - at most one call to a number lives at any moment; no leg is sent twice;
//     each leg that is sent had been committed. So a customer's phone rings at
//     most once for each attempt whose customer leg was committed.
//   - an attempt counts if and only if its customer leg was committed and it
//     isn't trunk_failed; a task's attempts are those that count, each interval
//     of the rule counts once, and a task is exhausted after the last of them.
//   - who hears each other at a cut does so until one of them hangs up.
//   - who answers and is connected to nobody isn't left in silence.
//   - no customer is called after the callback was cancelled.
//   - nothing of callbackd's is left in Asterisk, no probe either.
//   - the database has refused nothing.
//
// The files: crash_life_test.go and crash_wire_test.go are what stands between
// callbackd and its effects, crash_run_test.go is one run, crash_people_test.go
// what people do in it.

var torture = flag.Bool("torture", false, "enumerate crashes in all scenarios, and pairs of them, for minutes")

// emptyDatabase is a file with the schema and nothing in it: making one takes
// longer than a run.
var emptyDatabase string

func TestCrashes(t *testing.T) {
	emptyDatabase = filepath.Join(t.TempDir(), "empty.db")
	db, err := storage.Open(context.Background(), emptyDatabase)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	kinds := []cutKind{killedBefore, killedAfter}
	if *torture {
		kinds = append(kinds, killedAhead, lostBefore, lostAfter, diskFull, cancelledAt)
	}
	for i := range crashScenarios {
		s := &crashScenarios[i]
		if !*torture && !s.quick {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			// Without a cut: that the scenario is what it says, and how long it is.
			effects := runScenario(t, s, nil, 0)[0]
			require.False(t, t.Failed())
			for k := 1; k <= len(effects); k++ {
				if !s.short && k > 1 && reads(effects[k-1]) && reads(effects[k-2]) {
					continue // one reading of many
				}
				t.Run(fmt.Sprintf("at %d", k), func(t *testing.T) {
					t.Parallel()
					for _, kind := range kinds {
						first, kills := cutPoint{k, kind}, kind == killedBefore || kind == killedAfter
						if commit := strings.HasPrefix(effects[k-1], "commit"); kind == diskFull && !commit || kind == cancelledAt && commit {
							continue
						}
						runScenario(t, s, []cutPoint{first}, time.Second)
						if !*torture || !kills {
							continue
						}
						if !s.brief {
							runScenario(t, s, []cutPoint{first}, time.Minute)
						}
						if s.short && !reads(effects[k-1]) {
							pairs(t, s, first)
						}
					}
				})
			}
		})
	}
	if *torture {
		fmt.Print(&crashes)
	}
}

// pairs cuts the life after the first cut too, at each effect but those that only
// read: a crash there leaves nothing else behind than one after the effect before.
func pairs(t *testing.T, s *crashScenario, first cutPoint) {
	lives := runScenario(t, s, []cutPoint{first}, time.Second)
	if len(lives) < 2 {
		return
	}
	for i, effect := range lives[1] {
		if reads(effect) {
			continue
		}
		for _, kind := range []cutKind{killedBefore, killedAfter} {
			runScenario(t, s, []cutPoint{first, {i + 1, kind}}, time.Second)
		}
	}
}

func reads(effect string) bool { return strings.HasPrefix(effect, "GET /") }

// crashes counts all runs of the process.
var crashes crashFigures

type crashFigures struct {
	runs, cuts, pairs, unreached           atomic.Int64
	effects, rings, conversations, excused atomic.Int64

	mu       sync.Mutex
	reported int
	found    map[string]int
}

func (f *crashFigures) add(r *crashRun) {
	f.runs.Add(1)
	made := 0
	for _, l := range r.lives {
		f.effects.Add(int64(len(l.effects)))
		if _, cut := l.cutWas(); cut {
			made++
		}
	}
	f.cuts.Add(int64(made))
	f.unreached.Add(int64(len(r.cuts) - made))
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
	if f.found == nil {
		f.found = map[string]int{}
	}
	for _, v := range r.faults {
		f.found[v.kind]++
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
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, kind := range []string{"tasks lost", "double rings", "miscounted", "wrong end", "conversations cut", "left in silence", "called though cancelled", "leftovers", "refused by the database"} {
		row(int64(f.found[kind]), kind)
	}
	return b.String()
}
