package httpapi_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// answerTo reads what somebody with a token is answered.
func answerTo[Document any](s *service, secret, method, path, body string) (d Document) {
	s.t.Helper()
	w := s.sendAs(secret, method, path, body)
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &d))
	return d
}

func TestStateOfOneAccount(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.miss("globex", "+46707654321")
	s.miss("globex", "+46707654322")
	s.claim(1, "one")
	s.claim(2, "two")
	s.claim(3, "three")
	for _, account := range []string{"acme", "globex"} {
		require.Equal(t, http.StatusOK, s.send(http.MethodPost, "/api/v1/accounts/"+account+"/freeze", "").Code)
	}
	assert.Len(t, get[httpapi.State](s, "/api/v1/state").Frozen, 2)
	seen := answerTo[httpapi.State](s, s.bearer("own", callback.RoleAgent, "acme"), http.MethodGet, "/api/v1/state", "")
	require.Len(t, seen.Frozen, 1)
	assert.Equal(t, "acme", seen.Frozen[0].Account)
	assert.Equal(t, 1, seen.Attempts)
	assert.Len(t, seen.PBXs, 1)
}

// A rules file's problems may name the account that it collides with.
func TestRulesFilesOfOneAccount(t *testing.T) {
	s := newService(t)
	const of, other = "+4685550000 is a number of account globex too", "globexa is no queue"
	s.files.files[0].Problems = []httpapi.FileProblem{
		{Severity: "error", File: "/rules/acme.yaml", Line: 3, Message: of, Hint: "remove it there", Text: "acme.yaml:3: " + of},
		{Severity: "warning", File: "/rules/acme.yaml", Line: 4, Message: other, Text: "acme.yaml:4: " + other},
	}
	s.files.files[0].Absence, s.files.files[0].Now = httpapi.AbsentOther, "globex"
	s.files.files = append(s.files.files, httpapi.RulesFile{File: "/rules/broken.yaml", State: httpapi.RulesNotInForce})
	secret := s.bearer("own", callback.RoleAdmin, "acme")
	for _, path := range []string{"/api/v1/rules", "/api/v1/accounts/acme/rules"} {
		list := answerTo[httpapi.RulesList](s, secret, http.MethodGet, path, "")
		require.Len(t, list.Files, 1, path)
		file := list.Files[0]
		assert.Empty(t, file.Now)
		require.Len(t, file.Problems, 2)
		assert.Equal(t, httpapi.FileProblem{
			Severity: "error", File: "/rules/acme.yaml", Line: 3,
			Message: "this has to do with another account: ask whoever runs callbackd", Text: "error: this has to do with another account: ask whoever runs callbackd",
		}, file.Problems[0])
		assert.Equal(t, other, file.Problems[1].Message, "a longer word is another")
	}
	assert.Contains(t, get[httpapi.RulesList](s, "/api/v1/rules").Files[0].Problems[0].Hint+s.files.files[0].Problems[0].Message, "globex", "the admin of all sees it")
}

func TestDiffOfOneAccount(t *testing.T) {
	s := newService(t)
	secret := s.bearer("own", callback.RoleAdmin, "acme")
	diffs := answerTo[httpapi.RulesDiffs](s, secret, http.MethodPost, "/api/v1/rules/diff", "")
	require.Len(t, diffs.Files, 1)
	assert.Equal(t, "acme", diffs.Files[0].Account)
	diffs = answerTo[httpapi.RulesDiffs](s, secret, http.MethodPost, "/api/v1/rules/diff", `{"draft":"account: acme"}`)
	require.Len(t, diffs.Files, 1)
	assert.Equal(t, []httpapi.Difference{{Key: "lines", Old: "15", New: "5"}}, diffs.Files[0].Differences)

	// The service takes every draft for one of acme.
	foreign := s.bearer("foreign", callback.RoleAdmin, "globex")
	p := problem(t, s.sendAs(foreign, http.MethodPost, "/api/v1/rules/diff", `{"draft":"account: acme"}`), http.StatusUnprocessableEntity)
	assert.Contains(t, p.Detail, "body.draft: it is about account acme, and the token is for account globex alone")
	assert.NotContains(t, p.Detail, "15")
}

func TestExplainingInOneAccount(t *testing.T) {
	s := newService(t)
	secret := s.bearer("own", callback.RoleSupervisor, "acme")
	x := answerTo[httpapi.Explanation](s, secret, http.MethodPost, "/api/v1/explain", `{"number":"0701234567"}`)
	assert.Equal(t, "acme", x.Account, "which one needn't be said")
	for _, account := range []string{"globex", "nosuch"} {
		p := problem(t, s.sendAs(secret, http.MethodPost, "/api/v1/explain", `{"number":"0701234567","account":"`+account+`"}`), http.StatusNotFound)
		assert.Equal(t, `There is no account "`+account+`". There is only "acme".`, p.Detail)
	}
	// Both have the number that was dialled: the admin of all is told so.
	const dialled = `{"number":"0701234567","account":"acme","dialled":"+4687770000"}`
	other := account("globex")
	other.Numbers = []string{"+4687770000"}
	s.rules.Replace(callback.NewRulebook(account("acme"), other))
	assert.Contains(t, s.send(http.MethodPost, "/api/v1/explain", dialled).Body.String(), "globex")
	assert.NotContains(t, s.sendAs(secret, http.MethodPost, "/api/v1/explain", dialled).Body.String(), "globex")

	s.rules.Replace(callback.NewRulebook(other))
	s.files.files[0].State = httpapi.RulesNotInForce
	p := problem(t, s.sendAs(secret, http.MethodPost, "/api/v1/explain", `{"number":"0701234567"}`), http.StatusConflict)
	assert.Contains(t, p.Detail, "Account acme has no rules in force")
}

func TestReplayInOneAccount(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.miss("globex", "+46707654321")
	s.drafts.book = callback.NewRulebook() // everything would be different
	s.drafts.problems = []httpapi.FileProblem{
		{Severity: "error", File: "/rules/acme.yaml", Message: "unknown key lins"}, {Severity: "error", File: "/rules/globex.yaml", Message: "unknown key lnes"},
		{Severity: "error", File: "/rules/acme.yaml", Message: "account globex has it"},
	}
	const since = `{"since":"2000-01-01T00:00:00Z"}`
	assert.Equal(t, 2, post[httpapi.Replay](s, "/api/v1/explain/replay", since).Calls)
	secret := s.bearer("own", callback.RoleSupervisor, "acme")
	seen := s.sendAs(secret, http.MethodPost, "/api/v1/explain/replay", since)
	require.Equal(t, http.StatusOK, seen.Code, seen.Body)
	assert.NotContains(t, seen.Body.String(), "globex")
	var replay httpapi.Replay
	require.NoError(t, json.Unmarshal(seen.Body.Bytes(), &replay))
	assert.Equal(t, 1, replay.Calls)
	require.Len(t, replay.Problems, 2)
	assert.Equal(t, "unknown key lins", replay.Problems[0].Message)

	p := problem(t, s.sendAs(secret, http.MethodPost, "/api/v1/explain/replay", `{"since":"2000-01-01T00:00:00Z","draft":"account: acme"}`), http.StatusUnprocessableEntity)
	assert.NotContains(t, p.Detail, "globex")
}
