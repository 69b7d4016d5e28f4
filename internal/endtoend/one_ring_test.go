package endtoend

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// Ten neighbours ring once within seconds: nobody is called back until a person has
// looked, and somebody who waited is.
func TestABurstOfBriefCalls(t *testing.T) {
	w := newWorld(t, "immediately, 5m, 30m", "15s").promptLasts(shortPrompt).start()
	neighbour := func(i int) string { return fmt.Sprintf("+46709874%03d", i) }
	for i := range 9 {
		w.loses(neighbour(i))
	}
	const bystander = "+46701234567"
	w.loses(bystander)
	w.awaitStates("nine and one are scheduled", map[callback.TaskState]int{callback.TaskScheduled: 10})
	require.Zero(t, w.logged("one_ring_burst"))
	w.loses(neighbour(9))
	w.loses(neighbour(10))
	tasks := w.awaitStates("the neighbours are held", map[callback.TaskState]int{callback.TaskScheduled: 1, callback.TaskHeld: 11})
	for _, task := range tasks {
		if task.Number != bystander {
			require.Equal(t, callback.ByOneRing, task.HeldBy)
			require.Contains(t, task.WaitingFor, "callbackd tasks release")
		}
	}
	require.Equal(t, 1, w.logged("alarm=one_ring_burst block=+4670987xxxx"), "the alarm is raised once")

	w.calledBack("alice", w.rings("alice"), bystander)
	release, err := w.api().ReleaseTasks(t.Context(), "acme", callback.ByOneRing)
	w.must(err)
	require.Equal(t, 11, release.Released)
	w.calledBack("alice", w.rings("alice"), neighbour(0))
}

// awaitStates waits until so many tasks are in each state.
func (w *world) awaitStates(what string, want map[callback.TaskState]int) []httpapi.Task {
	w.t.Helper()
	tasks, err := w.AwaitTasks(w.t.Context(), what, func(list []httpapi.Task) bool {
		there := map[callback.TaskState]int{}
		for _, t := range list {
			there[t.State]++
		}
		return maps.Equal(there, want)
	})
	w.must(err)
	return tasks
}
