package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// run types a command.
func (d *desk) run(args ...string) (status int, stdout, stderr string) {
	d.t.Helper()
	return run(d.t, append(args, "--config", d.config)...)
}

func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return runWith(t, "", args...)
}

// runWith types a command into which input is piped.
func runWith(t *testing.T, input string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = Main(t.Context(), args, strings.NewReader(input), &out, &errs)
	return status, out.String(), errs.String()
}

func TestTasksAreListed(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	d.miss("+46701234568")

	status, out, errs := d.run("tasks")
	assert.Zero(t, status)
	assert.Empty(t, errs)
	assert.Regexp(t, `(?m)^2 +scheduled +\+46701234568 +acme +queue:support +0 +\S+ \S+, in (29|30) min$`, out)
	assert.Regexp(t, `(?m)^1 +scheduled +\+46701234567 `, out)

	_, same, _ := d.run("tasks", "list")
	assert.Equal(t, out, same)

	status, out, errs = d.run("tasks", "--limit", "1", "--json")
	assert.Zero(t, status, errs)
	var list httpapi.TaskList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Tasks, 1)
	assert.Equal(t, int64(2), list.Tasks[0].ID)

	status, out, errs = d.run("tasks", "--limit", "1", "--state", "scheduled,dialing", "--account", "acme")
	assert.Zero(t, status)
	assert.Contains(t, out, "+46701234568")
	assert.Equal(t, "There are older tasks: add --before 2.\n", errs)

	_, out, _ = d.run("tasks", "--before", "2")
	assert.Contains(t, out, "+46701234567")
	assert.NotContains(t, out, "+46701234568")

	for _, number := range []string{"+46701234567", "46701234567"} {
		_, out, _ = d.run("tasks", "--number", number)
		assert.Contains(t, out, "+46701234567")
		assert.NotContains(t, out, "+46701234568")
	}

	_, out, _ = d.run("tasks", "--state", "completed")
	assert.Equal(t, "No tasks.\n", out)
}

func TestATaskIsShownAndCancelled(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")

	status, out, errs := d.run("tasks", "show", "1")
	assert.Zero(t, status, errs)
	assert.Contains(t, out, "Task 1: call +46701234567 back, for acme\n  State     scheduled: attempt 1 of 2 at ")
	assert.Contains(t, out, `task_created, by rule "lost in the contact center"`)

	status, out, errs = d.run("tasks", "cancel", "1", "--reason", "wrote an e-mail")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Task 1 is cancelled: +46701234567 isn't called back.\n", out)

	_, out, _ = d.run("tasks", "show", "1")
	assert.Contains(t, out, ": cancelled_by_person: wrote an e-mail\n")
	_, out, _ = d.run("tasks", "show", "1", "--json")
	var story httpapi.TaskStory
	require.NoError(t, json.Unmarshal([]byte(out), &story))
	assert.Equal(t, callback.TaskCancelled, story.State)

	status, out, errs = d.run("tasks", "cancel", "1")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Task 1 is cancelled already: +46701234567 isn't called back.\n", out)

	for _, verb := range []string{"show", "cancel"} {
		status, _, errs = d.run("tasks", verb, "9")
		assert.Equal(t, exitError, status)
		assert.Equal(t, "callbackd: There is no task 9; `callbackd tasks` lists them\n", errs)
	}
}

func TestMissedCallsAreListed(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	d.miss("anonymous")

	status, out, errs := d.run("missed")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^2 .* anonymous +\+4685550000 +acme +queue:support +1 min +refused: anonymous$`, out)
	assert.Regexp(t, `(?m)^1 .* \+46701234567 +\+4685550000 +acme +queue:support +1 min +task_created +1$`, out)
	assert.Contains(t, out, "\n\nanonymous  "+callback.ReasonAnonymous.Meaning()+"\n")

	_, out, _ = d.run("missed", "--task", "1", "--json")
	var list httpapi.MissedCallList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.MissedCalls, 1)
	assert.Equal(t, "+46701234567", list.MissedCalls[0].Number)

	_, _, errs = d.run("missed", "--limit", "1")
	assert.Equal(t, "There are older missed calls: add --before 2.\n", errs)
}

func TestTheShellCompletesTasks(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	_, out, _ := run(t, "__complete", "--config", d.config, "tasks", "cancel", "")
	assert.Contains(t, out, "1\t+46701234567 scheduled\n")
	_, out, _ = run(t, "__complete", "tasks", "--state", "sch")
	assert.Contains(t, out, "scheduled\n")
}

func TestADaemonThatDoesNotRun(t *testing.T) {
	d := newDesk(t)
	d.server.Close()
	address := d.server.Listener.Addr().(*net.TCPAddr)

	status, out, errs := d.run("tasks")
	assert.Equal(t, exitError, status)
	assert.Empty(t, out)
	assert.Equal(t, fmt.Sprintf("callbackd: the daemon doesn't answer at %s: nothing listens there; "+
		"start it with `callbackd serve`, or name its configuration with --config\n", address), errs)
}

func TestMistakesInTheCommandLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"taks"}, "callbackd: there is no command \"callbackd taks\" (did you mean tasks?); see callbackd --help\n"},
		{[]string{"tasks", "shw", "1"}, "callbackd: there is no command \"callbackd tasks shw\" (did you mean show?); see callbackd tasks --help\n"},
		{[]string{"tasks", "show"}, "callbackd: callbackd tasks show wants the number of one task; see callbackd tasks show --help\n"},
		{[]string{"tasks", "show", "twelve"}, "callbackd: \"twelve\" isn't the number of a task; see callbackd tasks show --help\n"},
		{[]string{"tasks", "--state", "open"}, "callbackd: invalid argument \"open\" for \"--state\" flag: \"open\" isn't one of scheduled, dialing, held, completed, exhausted, cancelled, expired; see callbackd tasks --help\n"},
		{[]string{"tasks", "--limit", "0"}, "callbackd: invalid argument \"0\" for \"--limit\" flag: a whole number from 1 to 1000 is wanted; see callbackd tasks --help\n"},
		{[]string{"missed", "--limit", "1001"}, "callbackd: invalid argument \"1001\" for \"--limit\" flag: a whole number from 1 to 1000 is wanted; see callbackd missed --help\n"},
		{[]string{"tasks", "--before", "-1"}, "callbackd: invalid argument \"-1\" for \"--before\" flag: a whole number from 1 on is wanted; see callbackd tasks --help\n"},
		{[]string{"missed", "--task", "0"}, "callbackd: invalid argument \"0\" for \"--task\" flag: a whole number from 1 on is wanted; see callbackd missed --help\n"},
		{[]string{"tasks", "--number", "0701234567"}, "callbackd: invalid argument \"0701234567\" for \"--number\" flag: the whole number with its country is wanted: +46701234567; see callbackd tasks --help\n"},
		{[]string{"tasks", "--\x1b[31m"}, "callbackd: unknown flag: --?[31m; see callbackd tasks --help\n"},
		{[]string{"tasks", "hold"}, "callbackd: callbackd tasks hold wants the numbers of tasks; see callbackd tasks hold --help\n"},
		{[]string{"tasks", "hold", "1", "x"}, "callbackd: \"x\" isn't the number of a task; see callbackd tasks hold --help\n"},
		{[]string{"tasks", "release"}, "callbackd: callbackd tasks release wants the numbers of tasks, or --account together with --held-by; see callbackd tasks release --help\n"},
		{[]string{"tasks", "release", "--account", "acme"}, "callbackd: callbackd tasks release wants the numbers of tasks, or --account together with --held-by; see callbackd tasks release --help\n"},
		{[]string{"tasks", "release", "1", "--account", "acme", "--held-by", "one_ring"}, "callbackd: callbackd tasks release wants the numbers of tasks, or --account and --held-by, not both; see callbackd tasks release --help\n"},
		{[]string{"accounts", "frez", "acme"}, "callbackd: there is no command \"callbackd accounts frez\" (did you mean freeze?); see callbackd accounts --help\n"},
		{[]string{"accounts", "freeze"}, "callbackd: callbackd accounts freeze wants the name of one account; see callbackd accounts freeze --help\n"},
		{[]string{"accounts", "freeze", ""}, "callbackd: callbackd accounts freeze wants the name of one account; see callbackd accounts freeze --help\n"},
		{[]string{"rules", "activate", "acme", "lost", "in", "the", "menu"}, "callbackd: callbackd rules activate wants the name of an account and of one of its rules, with quotes around one that has spaces; see callbackd rules activate --help\n"},
		{[]string{"explain"}, "callbackd: callbackd explain wants one telephone number, or --replay; see callbackd explain --help\n"},
		{[]string{"explain", "0701234567", "--replay", "7d"}, "callbackd: callbackd explain wants either a number or --replay; see callbackd explain --help\n"},
		{[]string{"explain", "0701234567", "--file", "draft.yaml"}, "callbackd: --file goes with --replay; see callbackd explain --help\n"},
		{[]string{"explain", "--replay", "soon"}, "callbackd: invalid argument \"soon\" for \"--replay\" flag: a length of time is wanted: 7d, 12h or 90m; see callbackd explain --help\n"},
		{[]string{"explain", "0701234567", "--missed-in", "support"}, "callbackd: invalid argument \"support\" for \"--missed-in\" flag: target \"support\": write queue:NAME, agent:NAME, group:NAME or scenario:NAME; see callbackd explain --help\n"},
		{[]string{"missed", "--colour"}, "callbackd: unknown flag: --colour; see callbackd missed --help\n"},
	} {
		status, out, errs := run(t, c.args...)
		assert.Equal(t, exitUsage, status, c.args)
		assert.Empty(t, out)
		assert.Equal(t, c.want, errs)
	}
}

// What a file's name, or a foreign program, makes of a message isn't obeyed by
// the terminal.
func TestErrorsAreFitForATerminal(t *testing.T) {
	status, _, errs := run(t, "check", "--config", "\x1b]0;owned\a.yaml")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: read the configuration: ?]0;owned?.yaml: no such file or directory; name it with --config\n", errs)
}

func TestCheckCountsErrors(t *testing.T) {
	config := filepath.Join(t.TempDir(), "callbackd.yaml")
	for text, want := range map[string]string{
		"lissen: x\nasterisk: {pbx1: {url: \"http://127.0.0.1:8088\", username: a, password: b}}\n": "callbackd: 1 error in the configuration\n",
		"lissen: x\n": "callbackd: 2 errors in the configuration\n",
	} {
		require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
		status, out, errs := run(t, "check", "--config", config)
		assert.Equal(t, exitError, status)
		assert.Contains(t, out, config+":1:1: unknown key lissen\n    lissen: x\n    ^ did you mean listen?\n")
		assert.Equal(t, want, errs)
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"tasks", "--help"}, {"tasks", "cancel", "--help"}, {"tasks", "hold", "--help"}, {"tasks", "release", "--help"}, {"missed", "--help"},
		{"accounts", "--help"}, {"accounts", "freeze", "--help"}, {"accounts", "unfreeze", "--help"}, {"accounts", "forget", "--help"},
		{"rules", "--help"}, {"rules", "activate", "--help"}, {"rules", "deactivate", "--help"}, {"rules", "diff", "--help"},
		{"stop", "--help"}, {"resume", "--help"}, {"tokens", "--help"}, {"tokens", "list", "--help"}, {"tokens", "add", "--help"}, {"tokens", "revoke", "--help"}, {"explain", "--help"},
	} {
		status, out, errs := run(t, args...)
		assert.Zero(t, status, errs)
		assert.Contains(t, out, "Examples:", args)
	}
	_, help, _ := run(t, "serve", "--help")
	assert.Contains(t, help, "SIGHUP")
	status, out, _ := run(t, "version")
	assert.Zero(t, status)
	assert.Regexp(t, `^callbackd \S+ \(go.+, \w+/\w+\)\n$`, out)
	_, same, _ := run(t, "--version")
	assert.Equal(t, out, same)
	_, out, _ = run(t, "version", "--json")
	assert.Contains(t, out, `"version"`)
}
