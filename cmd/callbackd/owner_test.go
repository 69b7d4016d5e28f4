package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A callback is an agent's for some hours, seen in its story, and handed over by hand.
func TestTheOwnerOfACallback(t *testing.T) {
	d := newDesk(t).withAlice()
	status, _, errs := d.run("tasks", "add", "0701234567", "--account", "acme", "--owner", "alice", "--owner-hours", "8")
	assert.Zero(t, status, errs)
	_, out, _ := d.run("tasks", "show", "1")
	assert.Regexp(t, `(?m)^  Target +agent:alice$`, out)
	assert.Regexp(t, `(?m)^  Owner +alice until \S+ \S+ \(8 open hours\), then queue:support$`, out)

	status, _, errs = d.run("tasks", "note", "1", "--target", "queue:support")
	assert.Zero(t, status, errs)
	_, out, _ = d.run("tasks", "show", "1")
	assert.Regexp(t, `(?m)^  Target +queue:support$`, out)
	assert.NotContains(t, out, "Owner")

	status, _, errs = d.run("tasks", "note", "1", "--owner", "alice", "--owner-hours", "1")
	assert.Zero(t, status, errs)
	_, out, _ = d.run("tasks", "show", "1")
	assert.Contains(t, out, "(1 open hour)")
}

func TestOwnersThatAreWrong(t *testing.T) {
	d := newDesk(t).withAlice()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--owner-hours", "2"}, "--owner-hours and --owner-then go with --owner"},
		{[]string{"--owner", "zoe"}, "Account acme has no agent:zoe in its file."},
		{[]string{"--owner", "alice", "--owner-hours", "0"}, "owner"},
		{[]string{"--owner", "alice", "--owner-then", "agent:alice"}, "Agent:alice has it already"},
	} {
		status, out, errs := d.run(append([]string{"tasks", "add", "0701234567", "--account", "acme"}, c.args...)...)
		assert.NotZero(t, status, c.args)
		assert.Empty(t, out)
		assert.Contains(t, errs, c.says, c.args)
	}
}

// A request is explained as it would be taken, or refused.
func TestARequestIsExplained(t *testing.T) {
	d := newDesk(t).withAlice()
	status, out, errs := d.run("explain", "0701234567", "--request", "--owner", "alice", "--owner-hours", "8")
	assert.Zero(t, status, errs)
	assert.Contains(t, out, "Promised: a task of its own.\n")
	assert.Regexp(t, `(?m)^  Owner +alice until .*, then queue:support$`, out)
	assert.Contains(t, out, "Attempts, if the customer never answers")
	assert.Contains(t, out, "agent:alice (PJSIP/alice) rings on pbx1")

	_, out, _ = d.run("explain", "0701234567", "--request", "--target", "queue:sales")
	assert.Contains(t, out, "Not promised: account acme has no queue:sales in its file (target_unknown).\n")
	_, _, errs = d.run("explain", "0701234567", "--target", "queue:support")
	assert.Contains(t, errs, "--target and --owner go with --request")
	status, _, errs = d.run("explain", "0701234567", "--request", "--missed-in", "queue:support")
	assert.NotZero(t, status)
	assert.Contains(t, errs, "missed-in")
}

// The list of rules has what else customers are called back by.
func TestRulesListTheSections(t *testing.T) {
	d := newDesk(t).withAlice()
	_, out, errs := d.run("rules")
	assert.Empty(t, errs)
	assert.Regexp(t, `(?m)^  ASKED FOR +STATE +CALLED BACK BY$`, out)
	assert.Regexp(t, `(?m)^  requests +on +queue:support: .*\(\S+\)$`, out)
}
