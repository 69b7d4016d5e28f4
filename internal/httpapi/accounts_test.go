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

// post reads the answer to a request that succeeds. body "" is none.
func post[Document any](s *service, path, body string) (d Document) {
	s.t.Helper()
	w := s.send(http.MethodPost, path, body)
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &d))
	return d
}

func TestAccountsSayHowTheyStand(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	s.claim(2, "two")
	s.files.files[1].State = httpapi.RulesLastGood
	s.files.files[1].Problems = []httpapi.FileProblem{{Severity: "error"}, {Severity: "warning"}, {Severity: "error"}}

	list := get[httpapi.AccountList](s, "/api/v1/accounts").Accounts
	require.Len(t, list, 2)
	acme, globex := list[0], list[1]
	assert.Equal(t, "acme", acme.Name)
	assert.Equal(t, callback.ModeLive, acme.Mode)
	assert.Nil(t, acme.Frozen)
	assert.Equal(t, httpapi.OpenTasks{Scheduled: 1, Dialing: 1, Missed: 2}, acme.Tasks)
	assert.Equal(t, httpapi.RulesInForce, acme.Rules.State)
	assert.Equal(t, 2, acme.Rules.On)
	assert.Equal(t, "/rules/globex.yaml", globex.Rules.File)
	assert.Equal(t, httpapi.RulesLastGood, globex.Rules.State)
	assert.Equal(t, 2, globex.Rules.Errors)
	assert.Equal(t, 1, globex.Rules.Warnings)
	assert.Zero(t, globex.Tasks)
}

func TestFreezingAnAccount(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234561")
	s.miss("acme", "+46701234562")
	s.miss("globex", "+46701234563")
	s.claim(2, "two")

	change := post[httpapi.AccountChange](s, "/api/v1/accounts/acme/freeze", "")
	assert.True(t, change.Changed)
	assert.Equal(t, 2, change.Cancelled, "the one that is dialled is over when its attempt has ended")
	require.NotNil(t, change.Account.Frozen)
	assert.Equal(t, "admin", change.Account.Frozen.By)
	assert.Equal(t, 2, change.Account.Rules.Off)
	assert.Equal(t, httpapi.OpenTasks{Dialing: 1}, change.Account.Tasks)
	assert.Equal(t, callback.TaskScheduled, get[httpapi.TaskStory](s, "/api/v1/tasks/3").State, "the other account goes on")

	again := post[httpapi.AccountChange](s, "/api/v1/accounts/acme/freeze", "")
	assert.False(t, again.Changed)
	assert.Zero(t, again.Cancelled)
	assert.Equal(t, change.Account, again.Account, "since when doesn't move")

	change = post[httpapi.AccountChange](s, "/api/v1/accounts/acme/unfreeze", "")
	assert.True(t, change.Changed)
	assert.Nil(t, change.Account.Frozen)
	assert.Equal(t, 2, change.Account.Rules.Off, "a person activates each")
	assert.False(t, post[httpapi.AccountChange](s, "/api/v1/accounts/acme/unfreeze", "").Changed)
}

func TestForgettingAnAccount(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error {
		return tx.KeepRules(callback.KeptRules{Account: "acme", Path: "/rules/acme.yaml", Text: []byte("account: acme")})
	}))

	p := problem(t, s.send(http.MethodPost, "/api/v1/accounts/acme/forget", ""), http.StatusConflict)
	assert.Equal(t, "Account acme has a rules file: remove /rules/acme.yaml first, then it can be forgotten.", p.Detail)

	s.files.unlisted = true
	p = problem(t, s.send(http.MethodPost, "/api/v1/accounts/acme/forget", ""), http.StatusConflict)
	assert.Contains(t, p.Detail, "Account acme isn't forgotten: the folder of the rules can't be read, or holds no file")
	assert.Equal(t, "scheduled", string(get[httpapi.TaskStory](s, "/api/v1/tasks/1").State))
	s.files.unlisted = false

	s.files.files[0].Missing, s.files.files[0].State = true, httpapi.RulesLastGood
	change := post[httpapi.AccountChange](s, "/api/v1/accounts/acme/forget", "")
	assert.Equal(t, 1, change.Cancelled)
	assert.True(t, change.Changed)
	assert.Equal(t, httpapi.RulesNotInForce, change.Account.Rules.State)
	assert.Equal(t, "account_removed", get[httpapi.TaskStory](s, "/api/v1/tasks/1").Reason)

	problem(t, s.send(http.MethodPost, "/api/v1/accounts/acme/forget", ""), http.StatusNotFound)

	post[httpapi.AccountChange](s, "/api/v1/accounts/globex/freeze", "")
	s.rules.Replace(callback.NewRulebook())
	p = problem(t, s.send(http.MethodPost, "/api/v1/accounts/globex/forget", ""), http.StatusConflict)
	assert.Equal(t, "Account globex has no rules in force, so there is nothing to switch; it was frozen, and is so still should it come back.", p.Detail)
}

func TestAccountsThatCannotBeSwitched(t *testing.T) {
	s := newService(t)
	for path, want := range map[string]string{
		"/api/v1/accounts/acmee/freeze":   `There is no account "acmee". Did you mean "acme"?`,
		"/api/v1/accounts/Glbex/unfreeze": `There is no account "Glbex". Did you mean "globex"?`,
		"/api/v1/accounts/initech/freeze": `There is no account "initech". The accounts are "acme", "globex".`,
		"/api/v1/accounts/initech/forget": `There is no account "initech". The accounts are "acme", "globex".`,
	} {
		assert.Equal(t, want, problem(t, s.send(http.MethodPost, path, ""), http.StatusNotFound).Detail)
	}

	// Its first file is faulty, so there is nothing that could be in force.
	s.files.files = append(s.files.files, httpapi.RulesFile{Account: "initech", File: "/rules/initech.yaml", State: httpapi.RulesNotInForce})
	p := problem(t, s.send(http.MethodPost, "/api/v1/accounts/initech/freeze", ""), http.StatusConflict)
	assert.Equal(t, "Account initech has no rules in force, so there is nothing to switch: mend /rules/initech.yaml first.", p.Detail)
}
