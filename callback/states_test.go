package callback

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestStatesDocument holds docs/states.md to the tables: every state × input.
func TestStatesDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("# States\n\nPrinted from the tables in `callback/task_states.go` and `callback/attempt_states.go` by\n" +
		"`go test ./callback -run TestStatesDocument -update`; the same tables make the triggers of the database. A dash is refused.\n")
	table(&b, "Task", TaskStates, TaskInputs, TaskState.Next)
	table(&b, "Attempt", AttemptStates, AttemptInputs, AttemptState.Next)

	b.WriteString("\n## Results\n\nIn which state of the attempt each result can be its end, and whether the attempt then counts.\n\n| result |")
	for _, s := range AttemptStates[:len(AttemptStates)-1] {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(AttemptStates)-1) + "\n")
	for _, r := range Results {
		fmt.Fprintf(&b, "| `%s` |", r)
		for _, s := range AttemptStates[:len(AttemptStates)-1] {
			switch {
			case !possible(s, r):
				b.WriteString(" – |")
			case counts(s, r):
				b.WriteString(" counts |")
			default:
				b.WriteString(" doesn't count |")
			}
		}
		b.WriteString("\n")
	}
	golden(t, "../docs/states.md", b.String())
}

func table[S, I ~string](b *strings.Builder, title string, states []S, inputs []I, next func(S, I) (S, bool)) {
	fmt.Fprintf(b, "\n## %s\n\n| input |", title)
	for _, s := range states {
		fmt.Fprintf(b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(states)) + "\n")
	for _, in := range inputs {
		fmt.Fprintf(b, "| `%s` |", in)
		for _, s := range states {
			if to, ok := next(s, in); ok {
				fmt.Fprintf(b, " %s |", to)
			} else {
				b.WriteString(" – |")
			}
		}
		b.WriteString("\n")
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestFinalStatesTakeNothing(t *testing.T) {
	for _, s := range TaskStates {
		require.Equal(t, s.Open(), len(TaskTransitions[s]) > 0, "task %s", s)
	}
	require.Empty(t, AttemptTransitions[AttemptEnded])
}

// Every state can be left for good: nothing waits for ever.
func TestFinalStatesAreReachable(t *testing.T) {
	for _, s := range TaskStates {
		require.True(t, leads(s, func(s TaskState) bool { return !s.Open() }, func(s TaskState) (next []TaskState) {
			for _, to := range TaskTransitions[s] {
				next = append(next, to)
			}
			return next
		}), "task %s", s)
	}
	for _, s := range AttemptStates {
		require.True(t, leads(s, func(s AttemptState) bool { return s == AttemptEnded }, func(s AttemptState) (next []AttemptState) {
			for _, to := range AttemptTransitions[s] {
				next = append(next, to)
			}
			return next
		}), "attempt %s", s)
	}
}

func leads[S comparable](from S, final func(S) bool, next func(S) []S) bool {
	seen := map[S]bool{from: true}
	for queue := []S{from}; len(queue) > 0; queue = queue[1:] {
		if final(queue[0]) {
			return true
		}
		for _, to := range next(queue[0]) {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return false
}

// Whatever state an attempt is in when callbackd dies, the counting rule has an
// ending for it.
func TestOrphansEndByTheCountingRule(t *testing.T) {
	for state, want := range map[AttemptState]struct {
		result  Result
		counted bool
	}{
		AttemptAgent:    {ResultInterrupted, false},
		AttemptAgentUp:  {ResultInterrupted, false},
		AttemptCustomer: {ResultInterrupted, true},
		AttemptBridged:  {ResultConnected, true},
	} {
		e := orphaned(state)
		require.Equal(t, want.result, e.result, state)
		require.True(t, possible(state, e.result), state)
		require.Equal(t, want.counted, counts(state, e.result), state)
	}
}
