package page_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

const lostRule = "lost in the contact center"

// filed gives both accounts their rules files.
func (w *world) filed() {
	since := time.Now().Add(-time.Hour)
	w.files.list = []httpapi.RulesFile{
		{Account: "acme", File: "rules/acme.yaml", State: httpapi.RulesInForce, Since: since},
		{Account: "globex", File: "rules/globex.yaml", State: httpapi.RulesInForce, Since: since},
	}
}

// ruleForm is what the form of an act on a rule sends.
func ruleForm(account, rule string) url.Values {
	return url.Values{"account": {account}, "rule": {rule}}
}

func (w *world) isOff(account, rule string) bool {
	w.t.Helper()
	var off bool
	require.NoError(w.t, w.db.View(w.t.Context(), func(tx callback.ReadTx) error {
		s, err := tx.Switches()
		_, off = s.Off[callback.RuleKey{Account: account, Rule: rule}]
		return err
	}))
	return off
}

func TestThePageOfRules(t *testing.T) {
	w := newWorld(t)
	assert.Contains(t, w.reads(admin, "/rules"), "No rules file yet")
	w.filed()
	w.miss("acme", "+46701234567")
	w.miss("acme", "+46701234568")

	text := w.reads(admin, "/rules")
	// An hour ago may have been yesterday.
	assert.Regexp(t, `acme in force rules/acme\.yaml ; it is in force since (\d+ \w+ )?`+time.Now().Add(-time.Hour).In(zoneOf(t, "Europe/Stockholm")).Format("15:04"), text)
	assert.Contains(t, text, lostRule+" on every queue, agent and group whoever lost the call 1h, 5m, immediately hours: always; gives up after 3 days with an opening 2 Deactivate…")
	assert.Contains(t, text, "requests on callbacks that customers ask for queue:support")
	assert.Contains(t, text, "globex in force")
	assert.Contains(t, w.get(admin, "/rules").Body.String(), `href="/tasks?account=acme&amp;rule=lost&#43;in&#43;the&#43;contact&#43;center&amp;state=open"`)

	assert.NotContains(t, w.reads(admin, "/rules?account=acme"), "globex.yaml")
	text = w.reads(supervisor, "/rules")
	assert.Contains(t, text, "acme.yaml")
	assert.NotContains(t, text, "globex")
	assert.Equal(t, http.StatusForbidden, w.get(agent, "/rules").Code)
	assert.NotContains(t, w.get(agent, "/tasks").Body.String(), `href="/rules"`)
}

// A faulty file says what is wrong with it where, and what is in force meanwhile.
func TestAFaultyFile(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.files.list[0].State = httpapi.RulesLastGood
	w.files.list[0].Problems = []httpapi.FileProblem{
		{
			Severity: "error", File: "rules/acme.yaml", Line: 31, Column: 5, Path: "rules[0].quene", Message: `unknown key quene`, Hint: "did you mean queue?",
			Source: `    quene: <b>support</b>`, Pointer: 5,
		},
		{Severity: "warning", File: "rules/acme.yaml", Message: "customers aren't told that they are recorded"},
	}
	w.files.list = append([]httpapi.RulesFile{{
		File: "rules/new.yaml", State: httpapi.RulesNotInForce,
		Problems: []httpapi.FileProblem{{Severity: "error", File: "rules/new.yaml", Line: 1, Message: "this isn't YAML", Source: "account", Pointer: 1}},
	}}, w.files.list...)

	text := w.reads(admin, "/rules")
	assert.Contains(t, text, "A file of no account not in force rules/new.yaml The file has 1 error: nothing of it is in force.")
	assert.Contains(t, text, "acme an earlier version is in force")
	assert.Contains(t, text, "The file has 1 error: its last good rules stay in force, as they are below.")
	assert.Contains(t, text, "error line 31, column 5 rules[0].quene unknown key quene quene: <b>support</b> → did you mean queue?")
	assert.Contains(t, w.get(admin, "/rules").Body.String(), "<code>    <mark>quene: &lt;b&gt;support&lt;/b&gt;</mark></code>")
	assert.Contains(t, text, "warning customers aren't told")
	assert.Contains(t, text, lostRule+" on")
	assert.NotContains(t, w.reads(supervisor, "/rules"), "new.yaml", "it may be anybody's")

	w.files.list[1] = httpapi.RulesFile{Account: "acme", File: "rules/acme.yaml", State: httpapi.RulesLastGood, Missing: true, Absence: httpapi.AbsentGone}
	text = w.reads(admin, "/rules")
	assert.Contains(t, text, "The file is gone: its last good rules stay in force")
	assert.Contains(t, text, "What to do: Bring the file back.")
}

func TestARuleIsSwitchedOffAndOn(t *testing.T) {
	w := newWorld(t)
	w.filed()
	w.miss("acme", "+46701234567")
	assert.Contains(t, w.question(supervisor, "/rules", "deactivate-"), "1 open task is cancelled: that customer isn't called back.")

	text := w.done(w.post(supervisor, "/rules/deactivate", ruleForm("acme", lostRule)))
	assert.Contains(t, text, "The rule is off, until somebody activates it.")
	assert.Regexp(t, regexp.QuoteMeta(lostRule)+` off deactivated \d\d:\d\d by sven`, text)
	assert.True(t, w.isOff("acme", lostRule))
	assert.Equal(t, callback.TaskCancelled, w.task(1).State)

	text = w.done(w.post(supervisor, "/rules/activate", ruleForm("acme", lostRule)))
	assert.Contains(t, text, "The rule is active")
	assert.Contains(t, text, lostRule+" on")
	assert.False(t, w.isOff("acme", lostRule))
}

func TestARuleThatCannotBeSwitched(t *testing.T) {
	w := newWorld(t)
	w.filed()
	answer := w.post(elsewhere, "/rules/deactivate", ruleForm("acme", lostRule))
	assert.Equal(t, http.StatusNotFound, answer.Code, "another account's")
	assert.NotContains(t, answer.Body.String(), "acme.yaml")
	assert.Equal(t, http.StatusForbidden, w.post(agent, "/rules/deactivate", ruleForm("acme", lostRule)).Code)
	assert.False(t, w.isOff("acme", lostRule))

	answer = w.post(supervisor, "/rules/deactivate", ruleForm("acme", "lost <i>nowhere</i>"))
	assert.Equal(t, http.StatusNotFound, answer.Code)
	assert.Contains(t, answer.Body.String(), `lost &lt;i&gt;nowhere&lt;/i&gt;`)
	assert.Contains(t, plain(answer.Body.String()), "has no rule")
	assert.Contains(t, answer.Body.String(), "acme.yaml", "the page is shown all the same")
	assert.Equal(t, http.StatusNotFound, w.post(supervisor, "/rules/explode", nil).Code)

	require.NoError(t, w.control.Freeze(t.Context(), "acme", "ada"))
	text := w.reads(supervisor, "/rules")
	assert.Contains(t, text, "every rule is off. Unfreeze it first, then activate each rule.")
	assert.Contains(t, text, "requests waits the account is frozen; what was asked for is kept")
	assert.NotContains(t, text, "Activate…")
	answer = w.post(supervisor, "/rules/activate", ruleForm("acme", lostRule))
	assert.Equal(t, http.StatusConflict, answer.Code)
	assert.Contains(t, asked(answer), "unfreeze it first, then activate its rules.")

	answer = w.get(supervisor, "/rules/activate")
	assert.Equal(t, "/rules", answer.Header().Get("Location"), "the address of the form is reloaded")
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}
