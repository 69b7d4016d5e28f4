package callback

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestModelOfBrokenDesigns breaks callbackd on purpose, in one point at a time:
// the search must come upon the fault that follows from it. Else TestModel would
// prove nothing. With -v it prints the shortest way to each fault.
func TestModelOfBrokenDesigns(t *testing.T) {
	for name, row := range map[string]struct {
		breakIt func(*design)
		fault   string
	}{
		// The order of the script.
		"the customer is called before that is committed": {
			reprogram(fresh, before(programs[fresh], ringCustomer, commitSend)),
			"the customer's phone rings twice for one attempt",
		},
		"the customer is called before that is committed, and isn't counted": {
			reprogram(fresh, before(programs[fresh], ringCustomer, commitSend)),
			"an attempt doesn't count though the customer's phone may have rung",
		},
		"the call is committed before the agent is known to be there": {
			reprogram(fresh, before(programs[fresh], commitSend, ringTone)),
			"an attempt counts though nobody was about to call the customer",
		},
		"the conversation is committed before it begins": {
			reprogram(fresh, before(programs[fresh], commitBridge, connect)),
			"connected, though they never talked",
		},
		"a lost reply makes it ask again": {
			func(d *design) { d.asksAgain = true },
			"the customer's phone rings twice for one attempt",
		},
		"a cancellation isn't looked at when the customer is about to be called": {
			func(d *design) { d.looksForCancel = false },
			"the customer's phone rings though the task was cancelled before",
		},

		// The counting rule.
		"only conversations count": {
			func(d *design) { d.counts = func(s AttemptState, _ Result) bool { return s == AttemptBridged } },
			"the customer's phone rings twice for one attempt",
		},
		"what callbackd's own failure ends doesn't count": {
			func(d *design) {
				d.counts = func(s AttemptState, r Result) bool { return counts(s, r) && r != ResultInterrupted }
			},
			"the customer's phone rings twice for one attempt",
		},
		"an attempt counts once the agent has answered": {
			func(d *design) {
				d.counts = func(s AttemptState, r Result) bool { return s == AttemptAgentUp || counts(s, r) }
			},
			"an attempt counts though nobody was about to call the customer",
		},

		// Reconciliation.
		"nothing is adopted": {
			func(d *design) { d.adoptable = func(AttemptState, Standing) bool { return false } },
			"a conversation is cut",
		},
		"only committed conversations are adopted": {
			func(d *design) {
				d.adoptable = func(s AttemptState, st Standing) bool { return s == AttemptBridged && adoptable(s, st) }
			},
			"a conversation is cut",
		},
		"a customer is adopted without an agent": {
			func(d *design) {
				d.adoptable = func(s AttemptState, st Standing) bool {
					return adoptable(s, st) || s == AttemptCustomer && st.Customer
				}
			},
			"the customer's phone rings for nobody",
		},
		"a conversation is adopted without looking whether it goes on": {
			func(d *design) {
				d.adoptable = func(s AttemptState, st Standing) bool { return adoptable(s, st) || s == AttemptBridged }
			},
			neverOver,
		},
		"an adopted customer is called rather than awaited": {
			reprogram(waiting, append([]string{ringCustomer}, programs[waiting][1:]...)),
			"the customer's phone rings twice for one attempt",
		},
		"a conversation that ended in a gap is an interruption": {
			func(d *design) { d.orphaned = func(AttemptState) ending { return ending{result: ResultInterrupted} } },
			"a customer who has talked to an agent will be called again",
		},
		"legs of no attempt are left alone": {
			func(d *design) { d.refusesStrays = false },
			"two legs to the customer at once",
		},
		"it doesn't wait for attempts on their way out": {
			func(d *design) { d.awaits = false },
			"a conversation is cut",
		},
		"it overtakes a claim": {
			func(d *design) { d.locksClaims = false },
			"an attempt is under way and belongs to nobody",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finds(t, row.breakIt, row.fault)
		})
	}
}

// Breaking a table is found as well.
func TestModelOfBrokenTables(t *testing.T) {
	defer func(task map[TaskState]map[TaskInput]TaskState, attempt map[AttemptState]map[AttemptInput]AttemptState) {
		TaskTransitions, AttemptTransitions = task, attempt
	}(TaskTransitions, AttemptTransitions)
	for name, row := range map[string]struct {
		breakIt func()
		fault   string
	}{
		"a task that is being dialled is cancelled at once": {
			func() { TaskTransitions = retable(TaskTransitions, TaskDialing, TaskCancel, TaskCancelled) },
			"the task doesn't count what its attempts count",
		},
		"an attempt can't end while the customer's phone rings": {
			func() { AttemptTransitions = retable(AttemptTransitions, AttemptCustomer, AttemptEnd, AttemptBridged) },
			"the task doesn't count what its attempts count",
		},
		"an uncounted attempt exhausts the task": {
			func() { TaskTransitions = retable(TaskTransitions, TaskDialing, TaskComeBack, TaskExhausted) },
			"a task is over and its attempt isn't",
		},
		"a held task can't be released": {
			func() { TaskTransitions = retable(TaskTransitions, TaskHeld, TaskRelease, TaskHeld) },
			neverOver,
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func(task map[TaskState]map[TaskInput]TaskState, attempt map[AttemptState]map[AttemptInput]AttemptState) {
				TaskTransitions, AttemptTransitions = task, attempt
			}(TaskTransitions, AttemptTransitions)
			row.breakIt()
			finds(t, func(*design) {}, row.fault)
		})
	}
}

// finds explores a broken design for a fault, in a world that is as small as can
// be: the customer is lost once.
func finds(t *testing.T, breakIt func(*design), fault string) {
	d := asBuilt()
	d.losses, d.only = d.losses[:1], fault
	breakIt(d)
	r := explore(d)
	require.Equal(t, fault, r.fault, strings.Join(r.trace, "\n"))
	t.Logf("%s, after %d moves:\n%s", r.fault, len(r.trace), strings.Join(r.trace, "\n"))
}

// reprogram changes the order of the script.
func reprogram(w way, program []string) func(*design) {
	return func(d *design) {
		d.programs = maps.Clone(d.programs)
		d.programs[w] = program
	}
}

// before gives a program in which step comes right before another.
func before(program []string, step, other string) []string {
	moved := slices.DeleteFunc(slices.Clone(program), func(s string) bool { return s == step })
	return slices.Insert(moved, slices.Index(moved, other), step)
}

// retable gives a table with one transition changed.
func retable[S comparable, I comparable](table map[S]map[I]S, from S, in I, to S) map[S]map[I]S {
	table = maps.Clone(table)
	table[from] = maps.Clone(table[from])
	table[from][in] = to
	return table
}
