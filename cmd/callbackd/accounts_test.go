package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func TestAccountTable(t *testing.T) {
	accounts := []httpapi.Account{
		{Name: "acme", Mode: callback.ModeLive, Rules: httpapi.AccountRules{State: httpapi.RulesInForce, On: 2, Off: 1}, Tasks: httpapi.OpenTasks{Scheduled: 12, Dialing: 2}},
		{
			Name: "globex", Mode: callback.ModeShadow, Frozen: &httpapi.Switch{Since: moment(13, 20, 1), By: "admin"},
			Rules: httpapi.AccountRules{State: httpapi.RulesLastGood, Off: 3, Errors: 2, Warnings: 1},
		},
		{Name: "hooli", Mode: callback.ModeLive, Rules: httpapi.AccountRules{State: httpapi.RulesLastGood, Missing: true, On: 1}},
		{Name: "initech", Rules: httpapi.AccountRules{State: httpapi.RulesNotInForce, Errors: 1}},
		{Name: "umbrella", Mode: callback.ModeLive, Rules: httpapi.AccountRules{State: httpapi.RulesInForce, Warnings: 2, On: 1}},
	}
	state := httpapi.State{
		Stopped: &httpapi.Switch{Since: moment(13, 24, 0), By: "admin"},
		PBXs:    []httpapi.PBX{{Name: "pbx1", Ready: true}, {Name: "pbx2", Reason: "connection \x1b[31mrefused"}},
	}
	var out bytes.Buffer
	require.NoError(t, printAccounts(&out, accounts, state, stockholm))
	golden(t, "accounts.txt", out.String())
}

func TestAnAccountIsFrozenAndUnfrozen(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	d.miss("+46701234568")

	status, out, errs := d.run("accounts")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `(?m)^acme +live +in force +1 +0 +2 +0 +0$`, out)

	status, out, errs = d.run("accounts", "freeze", "acme")
	assert.Zero(t, status, errs)
	assert.Equal(t, "acme is frozen: 2 missed-call tasks were cancelled, 1 rule is off. `callbackd accounts unfreeze acme` lets it dial again, then activate each rule.\n", out)

	_, out, _ = d.run("accounts", "freeze", "acme")
	assert.Regexp(t, "^acme is frozen already, since \\S+ \\S+ by admin. `callbackd accounts unfreeze acme` ", out)
	_, out, _ = d.run("accounts", "list")
	assert.Regexp(t, `(?m)^acme +live +in force +0 +1 +0 +0 +0 +since \S+ \S+ by admin$`, out)

	status, _, errs = d.run("rules", "activate", "acme", "lost in the contact center")
	assert.Equal(t, exitError, status)
	assert.Regexp(t, `^callbackd: Account acme is frozen since \S+ by admin: unfreeze it first, then activate its rules\.\n$`, errs)

	_, out, _ = d.run("accounts", "unfreeze", "acme")
	assert.Equal(t, "acme isn't frozen any more, and its 1 rule is off: activate each that is to call back (`callbackd rules activate acme RULE`); "+
		"`callbackd rules --account acme` lists them.\n", out)
	_, out, _ = d.run("accounts", "unfreeze", "acme", "--json")
	var change httpapi.AccountChange
	require.NoError(t, json.Unmarshal([]byte(out), &change))
	assert.False(t, change.Changed)
	_, out, _ = d.run("accounts", "unfreeze", "acme")
	assert.Equal(t, "acme isn't frozen.\n", out)

	status, _, errs = d.run("accounts", "freeze", "acne")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: There is no account \"acne\". Did you mean \"acme\"?\n", errs)
}

func TestAnAccountIsForgotten(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")

	status, _, errs := d.run("accounts", "forget", "acme")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: Account acme has a rules file: remove rules/acme.yaml first, then it can be forgotten.\n", errs)

	d.files.file.Missing = true
	status, out, errs := d.run("accounts", "forget", "acme")
	assert.Zero(t, status, errs)
	assert.Equal(t, "acme is forgotten: 1 open task was cancelled.\n", out)
	_, out, _ = d.run("accounts")
	assert.Equal(t, "No accounts.\n", out)
}

func TestAFrozenAccountIsForgotten(t *testing.T) {
	d := newDesk(t)
	require.NoError(t, d.db.Update(t.Context(), func(tx callback.Tx) error {
		return tx.KeepRules(callback.KeptRules{Account: "acme", Path: "rules/acme.yaml", Text: []byte("account: acme")})
	}))
	_, _, _ = d.run("accounts", "freeze", "acme")
	d.files.file.Missing = true
	status, out, errs := d.run("accounts", "forget", "acme")
	assert.Zero(t, status, errs)
	assert.Equal(t, "acme is forgotten: no open tasks were cancelled. It is still frozen, should it come back: `callbackd accounts unfreeze acme` ends that.\n", out)
}

func TestStoppingAndResuming(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")

	status, out, errs := d.run("stop")
	assert.Zero(t, status, errs)
	assert.Equal(t, "callbackd is stopped: nothing is dialled anywhere, nothing is cancelled. `callbackd resume` lets it dial again.\n", out)
	_, out, _ = d.run("stop")
	assert.Regexp(t, "^callbackd is stopped already, since \\S+ \\S+ by admin. `callbackd resume` lets it dial again.\n$", out)
	_, out, _ = d.run("accounts")
	assert.Contains(t, out, "\n\ncallbackd is stopped since ")

	d.run("accounts", "freeze", "acme")
	_, out, _ = d.run("resume")
	assert.Regexp(t, "^callbackd dials again.\nacme stays frozen, since \\S+ \\S+ by admin: `callbackd accounts unfreeze acme` lets it dial.\n$", out)
	_, out, _ = d.run("resume", "--json")
	assert.Contains(t, out, `"changed": false`)
}

func TestStoppingWhileAttemptsAreUnderWay(t *testing.T) {
	var out bytes.Buffer
	change := httpapi.StateChange{Changed: true, State: httpapi.State{Stopped: &httpapi.Switch{Since: moment(13, 24, 0), By: "admin"}, Attempts: 2}}
	require.NoError(t, printStopped(&out, change, stockholm))
	assert.Equal(t, "callbackd is stopped: nothing is dialled anywhere, nothing is cancelled. 2 attempts are under way: a customer who isn't called yet won't be; "+
		"phones that ring and conversations go on. `callbackd resume` lets it dial again.\n", out.String())
}
