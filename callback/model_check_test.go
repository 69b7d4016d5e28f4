package callback

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestModel visits every state that a task, its attempts, callbackd and Asterisk
// can come to together, whatever fails at whatever moment, and finds nothing
// wrong in any of them. What would be wrong is in judge: a phone that rings twice
// for one attempt, or although the task was cancelled before; two legs to the
// customer at once; an attempt that isn't counted by the rule; a conversation
// that is cut; a task or an attempt that belongs to nobody; a promise that can't
// end any more.
//
// The model has one customer, who is lost twice at most, and two intervals. It
// has no clock: any time may pass between two moves, but for what scheduling
// says. And it takes two things for granted: that a phone which rings was reached
// by the trunk, so that the trunk isn't to blame; and that the file of the
// database holds what was committed.
func TestModel(t *testing.T) {
	t.Parallel()
	d := asBuilt()
	r := explore(d)
	t.Logf("%d states, %d moves between them", r.states, r.moves)
	require.Empty(t, r.fault, strings.Join(r.trace, "\n"))

	// The search is as wide as the tables.
	for state, inputs := range TaskTransitions {
		for in := range inputs {
			require.True(t, d.taken[transition{"task", string(state), string(in)}], "a %s task never takes %s", state, in)
		}
	}
	for state, inputs := range AttemptTransitions {
		for in := range inputs {
			require.True(t, d.taken[transition{"attempt", string(state), string(in)}], "an attempt in %s never takes %s", state, in)
		}
	}
	for _, result := range Results {
		for _, state := range AttemptStates {
			if possible(state, result) {
				require.True(t, r.ends[end{result, state}], "no attempt ends in %s with %s", state, result)
			}
		}
	}
}
