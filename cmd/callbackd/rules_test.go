package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func fault(file string) httpapi.FileProblem {
	return httpapi.FileProblem{
		Severity: "error", File: file, Line: 31, Column: 5, Message: "unknown key quene", Hint: "did you mean queue?", Source: "    quene: support",
		Text: file + ":31:5: unknown key quene\n        quene: support\n        ^ did you mean queue?",
	}
}

func TestRulesListing(t *testing.T) {
	by := func(who string) *httpapi.Switch { return &httpapi.Switch{Since: moment(13, 20, 1), By: who} }
	files := []httpapi.RulesFileStory{
		{RulesFile: httpapi.RulesFile{File: "/rules/notes.yaml", State: httpapi.RulesNotInForce, Problems: []httpapi.FileProblem{fault("/rules/notes.yaml")}}},
		{
			RulesFile: httpapi.RulesFile{Account: "acme", File: "/rules/acme.yaml", State: httpapi.RulesInForce, Since: moment(8, 0, 0)},
			Rules: []httpapi.Rule{
				{Name: "lost in the menu", On: true, Enabled: true},
				{Name: "lost by sales", WhyOff: []httpapi.OffReason{httpapi.OffDisabled}},
				{Name: "lost at night", WhyOff: []httpapi.OffReason{httpapi.OffDeactivated}, Deactivated: by("admin")},
				{Name: "lost \x1b[31mred", WhyOff: []httpapi.OffReason{httpapi.OffDisabled, httpapi.OffDeactivated}, Deactivated: by("freeze")},
			},
		},
		{
			RulesFile: httpapi.RulesFile{
				Account: "globex", File: "/rules/globex.yaml", State: httpapi.RulesLastGood, Since: moment(8, 0, 0),
				Problems: []httpapi.FileProblem{fault("/rules/globex.yaml"), {Severity: "warning", Text: "/rules/globex.yaml:9:1: warning: conversations are recorded without notice"}},
			},
			Mode: callback.ModeShadow, Frozen: by("admin"),
			Rules: []httpapi.Rule{{Name: "lost", Enabled: true, WhyOff: []httpapi.OffReason{httpapi.OffDeactivated, httpapi.OffFrozen}, Deactivated: by("freeze")}},
		},
		{
			RulesFile: httpapi.RulesFile{Account: "hooli", File: "/rules/hooli.yaml", State: httpapi.RulesLastGood, Missing: true, Absence: httpapi.AbsentGone, Since: moment(8, 0, 0)},
			Rules:     []httpapi.Rule{{Name: "lost", On: true, Enabled: true}},
		},
		{RulesFile: httpapi.RulesFile{
			Account: "initech", File: "/rules/initech.yaml", State: httpapi.RulesLastGood, Missing: true, Absence: httpapi.AbsentOther, Now: "initec", Since: moment(8, 0, 0),
		}},
		{RulesFile: httpapi.RulesFile{
			Account: "umbrella", File: "/rules/umbrella.yaml", State: httpapi.RulesLastGood, Missing: true, Absence: httpapi.AbsentUnlisted, Since: moment(8, 0, 0),
		}},
	}
	var out bytes.Buffer
	require.NoError(t, printRules(&out, files, stockholm))
	golden(t, "rules.txt", out.String())
}

func TestDiffListing(t *testing.T) {
	files := []httpapi.RulesDiff{
		{
			Account: "acme", File: "draft.yaml", Verdict: httpapi.RulesChanged,
			Differences: []httpapi.Difference{
				{Key: "lines", Old: "15", New: "5"}, {Key: "agents.carol", New: "{endpoint: PJSIP/carol}"}, {Key: "groups.sales", Old: "{members: [alice]}"},
			},
			Tasks: []httpapi.Consequence{
				{Effect: callback.EffectCancelled, Reason: "rule_disabled", Count: 1, Tasks: []int64{7}},
				{Effect: callback.EffectForbidden, Reason: "closed by schedule office until Mon 09:00 in Europe/Stockholm", Count: 300, Tasks: []int64{1, 2, 3}},
				{Effect: callback.EffectSettings, Count: 2, Tasks: []int64{8, 9}},
			},
			Problems: []httpapi.FileProblem{{Severity: "warning", Text: "draft.yaml:9:1: warning: conversations are recorded without notice"}},
		},
		{Account: "globex", File: "/rules/globex.yaml", Verdict: httpapi.RulesUnchanged},
		{Account: "hooli", File: "/rules/hooli.yaml", Verdict: httpapi.RulesMissing},
		{Account: "initech", File: "/rules/initech.yaml", Verdict: httpapi.RulesNew},
		{File: "/rules/notes.yaml", Verdict: httpapi.RulesFaulty, Problems: []httpapi.FileProblem{fault("/rules/notes.yaml")}},
	}
	var out bytes.Buffer
	require.NoError(t, printDiffs(&out, files))
	golden(t, "diff.txt", out.String())
}

func TestRulesAreSwitched(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	const lost = "lost in the contact center"

	status, out, errs := d.run("rules")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^acme: rules/acme\.yaml is in force since \S+ \S+\n  RULE +STATE  WHY\n  lost in the contact center  on\n\n  ASKED FOR `, out)

	status, out, errs = d.run("rules", "deactivate", "acme", lost)
	assert.Zero(t, status, errs)
	assert.Equal(t, "Rule \"lost in the contact center\" of acme is off: 1 task was cancelled. `callbackd rules activate acme 'lost in the contact center'` switches it on again.\n", out)
	_, out, _ = d.run("rules", "deactivate", "acme", lost)
	assert.Regexp(t, `^Rule "lost in the contact center" of acme is off already, since \S+ \S+ by admin\. `, out)
	_, out, _ = d.run("rules", "list", "--account", "acme")
	assert.Regexp(t, `\n  lost in the contact center  off    deactivated \S+ \S+ by admin\n\n  ASKED FOR `, out)

	_, out, _ = d.run("rules", "activate", "acme", lost)
	assert.Equal(t, "Rule \"lost in the contact center\" of acme is on: calls that are missed from now on are called back by it.\n", out)
	_, out, _ = d.run("rules", "activate", "acme", lost)
	assert.Equal(t, "Rule \"lost in the contact center\" of acme is on already.\n", out)

	off := acme()
	off.Rules[0].Enabled = false
	d.rules.Replace(callback.NewRulebook(off))
	d.run("rules", "deactivate", "acme", lost)
	_, out, _ = d.run("rules", "activate", "acme", lost)
	assert.Equal(t, "Rule \"lost in the contact center\" of acme is activated, but its file says enabled: false: it is on as soon as that is edited.\n", out)

	status, _, errs = d.run("rules", "activate", "acme", "lost in the contact centre")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: Account acme has no rule \"lost in the contact centre\" in force. Did you mean \"lost in the contact center\"?\n", errs)
}

func TestWhatADraftWouldChange(t *testing.T) {
	d := newDesk(t)
	d.files.diff = httpapi.RulesDiff{Account: "acme", File: "rules/acme.yaml", Verdict: httpapi.RulesUnchanged}
	status, out, errs := d.run("rules", "diff")
	assert.Zero(t, status, errs)
	assert.Equal(t, "acme: rules/acme.yaml says what is in force\n", out)

	draft := filepath.Join(t.TempDir(), "draft.yaml")
	require.NoError(t, os.WriteFile(draft, []byte("account: acme\n"), 0o600))
	d.files.diff.Verdict, d.files.diff.Problems = httpapi.RulesFaulty, []httpapi.FileProblem{fault(draft)}
	status, out, errs = d.run("rules", "diff", draft)
	assert.Equal(t, exitError, status)
	assert.Equal(t, "acme: "+draft+" has 1 error; it would not be taken\n  "+draft+":31:5: unknown key quene\n          quene: support\n          ^ did you mean queue?\n", out)
	assert.Equal(t, "callbackd: 1 file would not be taken; what is in force stays\n", errs)
	assert.Equal(t, "account: acme\n", d.files.draft)

	for name, text := range map[string]string{
		"binary": "\xff\xfe\x00", "huge": strings.Repeat("x", 1<<20+1),
	} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		status, _, errs = d.run("rules", "diff", path)
		assert.Equal(t, exitError, status)
		assert.Contains(t, errs, map[string]string{"binary": " isn't text in UTF-8, as a rules file is\n", "huge": " has more than 1 MiB: that isn't a rules file\n"}[name])
	}
	_, _, errs = d.run("rules", "diff", "/nowhere/acme.yaml")
	assert.Equal(t, "callbackd: read /nowhere/acme.yaml: no such file or directory\n", errs)
}

func TestTheShellCompletesAccountsAndRules(t *testing.T) {
	d := newDesk(t)
	complete := func(args ...string) string {
		_, out, _ := run(t, append([]string{"__complete", "--config", d.config}, args...)...)
		return out
	}
	assert.Contains(t, complete("accounts", "freeze", ""), "acme\tin force\n")
	assert.Contains(t, complete("rules", "deactivate", ""), "acme\tin force\n")
	assert.Contains(t, complete("rules", "deactivate", "acme", ""), "lost in the contact center\n")
	assert.NotContains(t, complete("rules", "activate", "acme", ""), "lost", "it is active")
	assert.Contains(t, complete("tasks", "--account", ""), "acme")
	assert.Contains(t, complete("explain", "0701234567", "--account", ""), "acme")
}
