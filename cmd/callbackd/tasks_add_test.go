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

// withAlice has an agent in the file.
func (d *desk) withAlice() *desk {
	account := acme()
	account.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	d.rules.Replace(callback.NewRulebook(account))
	return d
}

func TestACallbackIsAskedFor(t *testing.T) {
	d := newDesk(t).withAlice()
	status, out, errs := d.run("tasks", "add", "070-123 45 67", "--account", "acme", "--note", "about <b>the offer</b>", "--language", "sv")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^Task 1 is made: \+46701234567 is called back in (29|30) min.*, at .*\.\n$`, out)
	_, out, _ = d.run("tasks", "add", "0701234567", "--account", "acme", "--note", "hurry")
	assert.Regexp(t, `^\+46701234567 was promised a callback already, which takes this in: task 1, in (29|30) min`, out)

	_, out, _ = d.run("tasks", "show", "1")
	assert.Regexp(t, `(?m)^  Asked for +a callback as soon as possible, on .* via admin$`, out)
	assert.Regexp(t, `(?m)^  Language +sv$`, out)
	assert.Regexp(t, `(?m)^  Note +about <b>the offer</b>; hurry$`, out)
	assert.Regexp(t, `(?m)asked_again +.*by admin, via admin$`, out)
	assert.NotContains(t, out, "requests:", "which is no rule of the file")

	moment := time.Now().Add(30 * time.Hour).Truncate(time.Minute)
	_, out, errs = d.run("tasks", "add", "0701234567", "--account", "acme", "--at", moment.Local().Format(momentLayout), "--target", "agent:alice", "--json")
	var task httpapi.Task
	require.NoError(t, json.Unmarshal([]byte(out), &task), errs)
	assert.True(t, moment.Equal(task.At), task.At)
	assert.Equal(t, "agent:alice", task.Target.String())
	assert.Equal(t, "admin", task.Source)
	_, out, _ = d.run("tasks", "show", "2")
	assert.Regexp(t, `(?m)^  Asked for +a callback at `+moment.Local().Format(momentLayout), out)

	d.run("tasks", "close", "2")
	status, out, errs = d.run("tasks", "add", "--previous", "2")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^Task 3 is made: \+46701234567 `, out)
}

func TestRequestsThatAreWrong(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"0701234567"}, "name the customer's number and the --account, or with --previous a task that is over"},
		{[]string{"--account", "acme"}, "name the customer's number"},
		{[]string{"07012", "34567", "--account", "acme"}, "wants one telephone number"},
		{[]string{"07O1234567", "--account", "acme"}, `"07O1234567" isn't a telephone number, read in SE.`},
		{[]string{"0701234567", "--account", "acne"}, `Did you mean "acme"?`},
		{[]string{"0701234567", "--account", "acme", "--at", "tomorrow"}, "a time on your own clock"},
		{[]string{"0701234567", "--account", "acme", "--at", "2020-01-01T10:00:00Z"}, "isn't in the future."},
		{[]string{"0701234567", "--account", "acme", "--target", "queue:sales"}, "Account acme has no queue:sales in its file."},
		{[]string{"--previous", "9"}, "There is no task 9; `callbackd tasks` lists them"},
		{[]string{"--previous", "1"}, "Task 1 is still open: change that one, or cancel it first."},
	} {
		status, out, errs := d.run(append([]string{"tasks", "add"}, c.args...)...)
		assert.NotZero(t, status, c.args)
		assert.Empty(t, out)
		assert.Contains(t, errs, c.says, c.args)
	}
}

func TestWorkOnTasks(t *testing.T) {
	d := newDesk(t).withAlice()
	d.run("tasks", "add", "0701234567", "--account", "acme")
	moment := time.Now().Add(30 * time.Hour).Truncate(time.Minute).Local()

	status, out, errs := d.run("tasks", "note", "1", "call the office", "--target", "agent:alice")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Task 1 is changed: agent:alice calls +46701234567. call the office\n", out)
	_, out, _ = d.run("tasks", "reschedule", "1", "--at", moment.Format(momentLayout))
	assert.Contains(t, out, "Task 1 is rescheduled: +46701234567 is called back in 1 d")
	_, out, _ = d.run("tasks", "call-now", "1")
	assert.Equal(t, "Task 1 is due: +46701234567 is called back as soon as nothing else is in the way.\n", out)
	_, out, _ = d.run("tasks", "take", "1", "--agent", "alice")
	assert.Equal(t, "Task 1 is alice's: +46701234567 is called back as soon as nothing else is in the way.\n", out)
	_, out, _ = d.run("tasks", "close", "1", "--note", "answered by e-mail")
	assert.Equal(t, "Task 1 is closed: +46701234567 isn't called back.\n", out)
	_, out, _ = d.run("tasks", "show", "1")
	assert.Contains(t, out, "closed_by_person: answered by e-mail")

	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"note", "1"}, "nothing to change"},
		{[]string{"note", "1", "late"}, "Task 1 is cancelled: it is over; ask for another callback that follows it (previous)."},
		{[]string{"reschedule", "1"}, "at"},
		{[]string{"call-now", "7"}, "There is no task 7"},
		{[]string{"take", "1"}, "agent"},
		{[]string{"take", "1", "--agent", "zoe"}, "Task 1 is cancelled"},
		{[]string{"close"}, "wants the numbers of tasks"},
	} {
		status, _, errs := d.run(append([]string{"tasks"}, c.args...)...)
		assert.NotZero(t, status, c.args)
		assert.Contains(t, errs, c.says, c.args)
	}
	assert.Equal(t, callback.TaskCancelled, d.state(1))
}

func (d *desk) state(id int64) (state callback.TaskState) {
	d.t.Helper()
	require.NoError(d.t, d.db.View(d.t.Context(), func(tx callback.ReadTx) error {
		task, err := tx.Task(id)
		state = task.State
		return err
	}))
	return state
}

// A time is what the clock on the wall shows, also on the days when it changes.
func TestMomentsOnAClock(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	lordHowe, err := time.LoadLocation("Australia/Lord_Howe")
	require.NoError(t, err)
	for text, want := range map[string]string{
		"2026-11-27 10:00":          "2026-11-27T09:00:00Z",
		"2026-11-27T10:00:00-05:00": "2026-11-27T15:00:00Z",
		"2026-10-25 02:30":          "2026-10-25T00:30:00Z", // it comes twice
		"2027-03-28 03:00":          "2027-03-28T01:00:00Z",
	} {
		f := momentFlag{zone: stockholm}
		require.NoError(t, f.Set(text), text)
		assert.Equal(t, want, f.UTC().Format(time.RFC3339), text)
	}
	f := momentFlag{zone: lordHowe}
	require.NoError(t, f.Set("2026-04-05 01:45"))
	assert.Equal(t, "2026-04-04T14:45:00Z", f.UTC().Format(time.RFC3339), "half an hour comes twice there")
	for text, says := range map[string]string{
		"2027-03-28 02:30": "leave that time out", "2026-11-31 10:00": "your own clock", "10:00": "your own clock", "2026-11-27T10:00:00": "your own clock",
	} {
		f := momentFlag{zone: stockholm}
		assert.ErrorContains(t, f.Set(text), says, text)
	}
}
