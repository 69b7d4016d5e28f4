package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// Where rules are switched: their names, which may have slashes, are one segment.
const (
	lostRule = "/api/v1/accounts/acme/rules/lost%20in%20the%20contact%20center/"
	menuRule = "/api/v1/accounts/acme/rules/menu%201%2F2/"
)

// rule finds a rule of acme in the list.
func (s *service) rule(name string) httpapi.Rule {
	s.t.Helper()
	for _, r := range get[httpapi.RulesList](s, "/api/v1/accounts/acme/rules").Files[0].Rules {
		if r.Name == name {
			return r
		}
	}
	s.t.Fatalf("no rule %q", name)
	return httpapi.Rule{}
}

func TestRulesAreListedInTheOrderOfTheFile(t *testing.T) {
	s := newService(t)
	fault := httpapi.FileProblem{
		Severity: "error", File: "/rules/acme.yaml", Line: 31, Column: 5, Message: "unknown key quene",
		Hint: "did you mean queue?", Source: "    quene: support",
	}
	s.files.files[0].Problems, s.files.files[0].State = []httpapi.FileProblem{fault}, httpapi.RulesLastGood
	stray := httpapi.RulesFile{File: "/rules/notes.yaml", State: httpapi.RulesNotInForce, Problems: []httpapi.FileProblem{fault}}
	s.files.files = append([]httpapi.RulesFile{stray}, s.files.files...)

	files := get[httpapi.RulesList](s, "/api/v1/rules").Files
	require.Len(t, files, 3)
	assert.Empty(t, files[0].Account)
	assert.Empty(t, files[0].Rules)
	acme := files[1]
	assert.Equal(t, "/rules/acme.yaml", acme.File)
	assert.Equal(t, []httpapi.FileProblem{fault}, acme.Problems)
	require.Len(t, acme.Rules, 2, "the last good rules")
	assert.Equal(t, "lost in the contact center", acme.Rules[0].Name)
	assert.Equal(t, []string{"1h", "5m", "immediately"}, acme.Rules[0].DialingIntervals)
	assert.True(t, acme.Rules[0].On)
	assert.Equal(t, support, acme.Rules[1].Target)

	require.Len(t, get[httpapi.RulesList](s, "/api/v1/accounts/globex/rules").Files, 1)
	p := problem(t, s.send(http.MethodGet, "/api/v1/accounts/gloobex/rules", ""), http.StatusNotFound)
	assert.Equal(t, `There is no account "gloobex". Did you mean "globex"?`, p.Detail)
}

func TestARuleIsOffForEveryReasonThatItHas(t *testing.T) {
	s := newService(t)
	off := account("acme")
	off.Rules[1].Enabled, off.Rules[0].AfterTransfer = false, true
	s.rules.Replace(callback.NewRulebook(off))
	assert.True(t, s.rule("lost in the contact center").AfterTransfer)
	assert.False(t, s.rule("menu 1/2").AfterTransfer)
	assert.Equal(t, []httpapi.OffReason{httpapi.OffDisabled}, s.rule("menu 1/2").WhyOff)

	post[httpapi.AccountChange](s, "/api/v1/accounts/acme/freeze", "")
	assert.Equal(t, []httpapi.OffReason{httpapi.OffDisabled, httpapi.OffDeactivated, httpapi.OffFrozen}, s.rule("menu 1/2").WhyOff)
	assert.Equal(t, "freeze", s.rule("menu 1/2").Deactivated.By)

	p := problem(t, s.send(http.MethodPost, menuRule+"activate", ""), http.StatusConflict)
	assert.Regexp(t, `^Account acme is frozen since \S+Z by admin: unfreeze it first, then activate its rules\.$`, p.Detail)

	post[httpapi.AccountChange](s, "/api/v1/accounts/acme/unfreeze", "")
	assert.False(t, s.rule("lost in the contact center").On)
	change := post[httpapi.RuleChange](s, lostRule+"activate", "")
	assert.True(t, change.Changed)
	assert.True(t, change.Rule.On)
	assert.True(t, s.rule("lost in the contact center").On)

	change = post[httpapi.RuleChange](s, menuRule+"activate", "")
	assert.True(t, change.Changed)
	assert.False(t, change.Rule.On, "the file says so")
	assert.Equal(t, []httpapi.OffReason{httpapi.OffDisabled}, change.Rule.WhyOff)
}

func TestDeactivatingARule(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")

	assert.Zero(t, s.rule("menu 1/2").OpenTasks)
	assert.Equal(t, 2, s.rule("lost in the contact center").OpenTasks)

	change := post[httpapi.RuleChange](s, menuRule+"deactivate", "")
	assert.True(t, change.Changed)
	assert.Zero(t, change.Cancelled, "it has no tasks")

	change = post[httpapi.RuleChange](s, lostRule+"deactivate", "")
	assert.True(t, change.Changed)
	assert.Equal(t, 2, change.Cancelled)
	assert.Zero(t, change.Rule.OpenTasks)
	assert.Equal(t, "admin", change.Rule.Deactivated.By)
	assert.Equal(t, []httpapi.OffReason{httpapi.OffDeactivated}, change.Rule.WhyOff)
	assert.Equal(t, "rule_disabled", get[httpapi.TaskStory](s, "/api/v1/tasks/1").Reason)

	again := post[httpapi.RuleChange](s, lostRule+"deactivate", "")
	assert.False(t, again.Changed)
	assert.Zero(t, again.Cancelled)
	assert.Equal(t, change.Rule, again.Rule)

	assert.True(t, post[httpapi.RuleChange](s, lostRule+"activate", "").Changed)
	assert.False(t, post[httpapi.RuleChange](s, lostRule+"activate", "").Changed)
}

func TestRulesThatCannotBeSwitched(t *testing.T) {
	s := newService(t)
	for path, detail := range map[string]string{
		"acme/rules/menu%201%2F3": `Account acme has no rule "menu 1/3" in force. Did you mean "menu 1/2"?`,
		"acme/rules/x":            `Account acme has no rule "x" in force. The rules of account acme are "lost in the contact center", "menu 1/2".`,
		"acme/rules/%2E%2E":       `Account acme has no rule ".." in force. The rules of account acme are "lost in the contact center", "menu 1/2".`,
		"acne/rules/menu%201%2F2": `There is no account "acne". Did you mean "acme"?`,
	} {
		for _, verb := range []string{"activate", "deactivate"} {
			p := problem(t, s.send(http.MethodPost, "/api/v1/accounts/"+path+"/"+verb, ""), http.StatusNotFound)
			assert.Equal(t, detail, p.Detail)
		}
	}
	p := problem(t, s.send(http.MethodPost, "/api/v1/accounts/acme/rules/"+strings.Repeat("x", 1001)+"/activate", ""), http.StatusUnprocessableEntity)
	assert.Contains(t, p.Detail, "path.rule: expected length <= 1000")
}

// Whatever characters a rule's name has, it can be switched.
func TestARuleWithAnyName(t *testing.T) {
	s := newService(t)
	for _, name := range []string{"..", "a/../b", "50% off", "ä ö", "?x=1#y", "//", "%2F", "a;b&c+d"} {
		a := account("acme")
		a.Rules[0].Name = name
		s.rules.Replace(callback.NewRulebook(a))
		path := "/api/v1/accounts/acme/rules/" + strings.ReplaceAll(url.PathEscape(name), ".", "%2E")
		assert.Equal(t, name, post[httpapi.RuleChange](s, path+"/deactivate", "").Rule.Name)
		assert.True(t, post[httpapi.RuleChange](s, path+"/activate", "").Changed)
	}
}

func TestWhatAFileWouldChange(t *testing.T) {
	s := newService(t)
	for _, body := range []string{"", "{}"} {
		files := post[httpapi.RulesDiffs](s, "/api/v1/rules/diff", body).Files
		require.Len(t, files, 2)
		assert.Equal(t, httpapi.RulesUnchanged, files[0].Verdict)
	}

	files := post[httpapi.RulesDiffs](s, "/api/v1/rules/diff", `{"name":"new.yaml","draft":"account: acme\n"}`).Files
	require.Len(t, files, 1)
	assert.Equal(t, "new.yaml", files[0].File)
	assert.Equal(t, "account: acme\n", s.files.draft)
	assert.Equal(t, []httpapi.Difference{{Key: "lines", Old: "15", New: "5"}}, files[0].Differences)

	assert.Equal(t, "draft", post[httpapi.RulesDiffs](s, "/api/v1/rules/diff", `{"draft":""}`).Files[0].File, "an empty draft is one")
	problem(t, s.send(http.MethodPost, "/api/v1/rules/diff", `{"text":"account: acme"}`), http.StatusUnprocessableEntity)
	problem(t, s.send(http.MethodPost, "/api/v1/rules/diff", `{"draft":"`+strings.Repeat("x", 9<<20)+`"}`), http.StatusRequestEntityTooLarge)
}
