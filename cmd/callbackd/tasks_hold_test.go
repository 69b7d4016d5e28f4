package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func TestTasksAreHeldAndReleased(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	d.miss("+46701234568")

	status, out, errs := d.run("tasks", "hold", "1", "2", "--reason", "in a meeting")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Task 1 is held: +46701234567 isn't called back until `callbackd tasks release 1`.\n"+
		"Task 2 is held: +46701234568 isn't called back until `callbackd tasks release 2`.\n", out)
	_, out, _ = d.run("tasks", "hold", "1")
	assert.Equal(t, "Task 1 is held already, by admin.\n", out)

	_, out, _ = d.run("tasks", "--state", "held")
	assert.Regexp(t, `(?m)^2 +held +\+46701234568 .*admin.*\(in a meeting\)`, out)
	_, out, _ = d.run("tasks", "show", "2")
	assert.Regexp(t, `(?m)^  State +held by admin since .*\(in a meeting\).*callbackd tasks release 2`, out)
	assert.Regexp(t, `(?m)^ .* hold +.*admin: in a meeting$`, out)

	status, out, errs = d.run("tasks", "release", "2")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^Task 2 is released: \+46701234568 is called back in (29|30) min.\n$`, out)
	_, out, _ = d.run("tasks", "release", "2")
	assert.Equal(t, "Task 2 isn't held: it is scheduled.\n", out)

	d.miss("+46701234569")
	require.NoError(t, d.db.Update(t.Context(), func(tx callback.Tx) error {
		task, err := tx.Task(3)
		require.NoError(t, err)
		task.Due = time.Now().Add(-time.Minute)
		return tx.UpdateTask(&task, callback.Change{Input: "test", From: "scheduled", To: "scheduled"})
	}))
	d.run("tasks", "hold", "3")
	_, out, _ = d.run("tasks", "release", "3")
	assert.Equal(t, "Task 3 is released: +46701234569 is called back as soon as nothing else is in the way.\n", out)

	_, out, _ = d.run("tasks", "release", "1", "2", "--json")
	var list httpapi.TaskList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Tasks, 2)
	assert.Equal(t, callback.TaskScheduled, list.Tasks[0].State)

	for _, verb := range []string{"hold", "release"} {
		status, out, errs = d.run("tasks", verb, "1", "9", "2")
		assert.Equal(t, exitError, status)
		assert.Contains(t, out, "Task 1 ")
		assert.NotContains(t, out, "Task 2 ", "up to the first that can't be")
		assert.Equal(t, "callbackd: There is no task 9; `callbackd tasks` lists them\n", errs)
	}
}

// What was done before the first that couldn't be is told to scripts, too.
func TestTasksThatAreHeldUpToTheFirstThatCannotBe(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	status, out, errs := d.run("tasks", "hold", "1", "9", "--json")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: There is no task 9; `callbackd tasks` lists them\n", errs)
	var list httpapi.TaskList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Tasks, 1)
	assert.Equal(t, callback.TaskHeld, list.Tasks[0].State)
}

func TestAPersonHoldsWhatTheShieldHolds(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	_, err := callback.Hold(t.Context(), d.db, 1, callback.ByOneRing, "")
	require.NoError(t, err)
	_, out, _ := d.run("tasks", "hold", "1")
	assert.Equal(t, "Task 1 is held by admin now, and not by one_ring any more.\n", out)
}

func TestAllThatTheShieldHoldsIsReleased(t *testing.T) {
	d := newDesk(t)
	for _, number := range []string{"+46701234561", "+46701234562", "+46701234563"} {
		d.miss(number)
	}
	for _, id := range []int64{1, 2} {
		_, err := callback.Hold(t.Context(), d.db, id, callback.ByOneRing, "")
		require.NoError(t, err)
	}
	release := func(more ...string) string {
		status, out, errs := d.run(append([]string{"tasks", "release", "--account", "acme", "--held-by", "one_ring"}, more...)...)
		assert.Zero(t, status, errs)
		return out
	}
	assert.Equal(t, "2 tasks of acme are released.\n", release())
	assert.Equal(t, "No task of acme is held by one_ring.\n", release())
	assert.JSONEq(t, `{"released": 0}`, release("--json"))

	status, _, errs := d.run("tasks", "release", "--account", "acne", "--held-by", "one_ring")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: There is no account \"acne\". Did you mean \"acme\"?\n", errs)
}

// The shell offers what a verb can do something to, and nothing twice.
func TestTheShellCompletesHeldTasks(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	d.miss("+46701234568")
	d.miss("+46701234569")
	d.run("tasks", "hold", "1", "2")
	offers := func(args ...string) string {
		_, out, _ := run(t, append([]string{"__complete", "--config", d.config, "tasks"}, args...)...)
		return out
	}
	assert.Contains(t, offers("release", ""), "2\t+46701234568 held\n1\t+46701234567 held\n")
	assert.NotContains(t, offers("release", ""), "+46701234569")
	assert.NotContains(t, offers("release", "1", ""), "+46701234567")
	assert.Contains(t, offers("release", "1", ""), "2\t")
	assert.Contains(t, offers("hold", ""), "3\t+46701234569 scheduled\n")
	assert.Contains(t, offers("release", "--held-by", ""), "one_ring\n")
	assert.NotContains(t, offers("cancel", "1", ""), "+46", "one task at a time")
}
