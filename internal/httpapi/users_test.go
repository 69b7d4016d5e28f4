package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// addUser makes a user over the API.
func (s *service) addUser(body string) (made httpapi.User) {
	s.t.Helper()
	w := s.send(http.MethodPost, "/api/v1/users", body)
	require.Equal(s.t, http.StatusCreated, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &made))
	return made
}

// change sends what changes a user.
func (s *service) change(method, path, body string) (change httpapi.UserChange) {
	s.t.Helper()
	w := s.send(method, path, body)
	require.Equal(s.t, http.StatusOK, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &change))
	return change
}

// withAgents gives both accounts the agents alice and bob.
func (s *service) withAgents() {
	acme, globex := account("acme"), account("globex")
	for _, a := range []*callback.Account{acme, globex} {
		a.Agents = map[string]callback.Agent{"alice": {}, "bob": {}}
	}
	s.rules.Replace(callback.NewRulebook(acme, globex))
}

func TestAUserIsMadeChangedAndRevoked(t *testing.T) {
	s := newService(t)
	s.withAgents()
	assert.Contains(t, s.send(http.MethodGet, "/api/v1/users", "").Body.String(), `"users":[]`)
	made := s.addUser(`{"name":"alice","role":"agent","account":"acme","agent":"alice","password":"correct horse battery"}`)
	assert.Equal(t, "admin", made.By)
	assert.Equal(t, "alice", made.Agent)
	assert.Equal(t, []httpapi.User{made}, get[httpapi.UserList](s, "/api/v1/users").Users)

	signIn := func(password string) error {
		_, _, err := s.users.SignIn(t.Context(), "alice", password)
		return err
	}
	require.NoError(t, signIn("correct horse battery"))
	require.NoError(t, signIn("correct horse battery"))
	assert.False(t, get[httpapi.UserList](s, "/api/v1/users").Users[0].SignedIn.IsZero())

	change := s.change(http.MethodPatch, "/api/v1/users/1", `{"password":"another horse battery"}`)
	assert.True(t, change.Changed)
	assert.Equal(t, 2, change.Ended)
	require.ErrorIs(t, signIn("correct horse battery"), callback.ErrSignIn)
	require.NoError(t, signIn("another horse battery"))

	change = s.change(http.MethodPatch, "/api/v1/users/1", `{"role":"supervisor","all_accounts":true}`)
	assert.Equal(t, []any{callback.RoleSupervisor, "", "", 1}, []any{change.User.Role, change.User.Account, change.User.Agent, change.Ended})
	change = s.change(http.MethodPatch, "/api/v1/users/1", `{"account":"globex","agent":"bob"}`)
	assert.Equal(t, []any{callback.RoleSupervisor, "globex", "bob"}, []any{change.User.Role, change.User.Account, change.User.Agent})
	change = s.change(http.MethodPatch, "/api/v1/users/1", `{"account":"globex"}`)
	assert.False(t, change.Changed)
	assert.Equal(t, "bob", change.User.Agent, "of the same account")

	require.NoError(t, signIn("another horse battery"))
	assert.Equal(t, 1, s.change(http.MethodDelete, "/api/v1/users/1/sessions", "").Ended)
	require.NoError(t, signIn("another horse battery"), "they may sign in again")

	change = s.change(http.MethodDelete, "/api/v1/users/1", "")
	assert.Equal(t, []any{true, 1, "admin"}, []any{change.Changed, change.Ended, change.User.RevokedBy})
	assert.False(t, s.change(http.MethodDelete, "/api/v1/users/1", "").Changed)
	require.ErrorIs(t, signIn("another horse battery"), callback.ErrSignIn)
	assert.Empty(t, get[httpapi.UserList](s, "/api/v1/users").Users)
	assert.Equal(t, []httpapi.User{change.User}, get[httpapi.UserList](s, "/api/v1/users?revoked=true").Users)
	p := problem(t, s.send(http.MethodPatch, "/api/v1/users/1", `{"role":"admin"}`), http.StatusConflict)
	assert.Contains(t, p.Detail, "User 1 is revoked")
	for _, method := range []string{http.MethodDelete, http.MethodPatch} {
		body := ""
		if method == http.MethodPatch {
			body = "{}"
		}
		p := problem(t, s.send(method, "/api/v1/users/9", body), http.StatusNotFound)
		assert.Equal(t, "There is no user 9: GET /api/v1/users lists them.", p.Detail)
	}

	for _, secret := range []string{"correct horse", "another horse", "argon2id"} {
		assert.NotContains(t, s.log.String(), secret)
		assert.NotContains(t, s.send(http.MethodGet, "/api/v1/users?revoked=true", "").Body.String(), secret)
	}
	assert.Contains(t, s.log.String(), `"user":"alice","role":"agent","account":"acme","by":"admin","message":"a user was made"`)
	assert.Equal(t, 1, strings.Count(s.log.String(), "a user was revoked"))
}

func TestUsersThatCannotBe(t *testing.T) {
	s := newService(t)
	s.withAgents()
	s.addToken(`{"name":"web-form","role":"intake","account":"acme"}`)
	const password = "correct horse battery"
	for body, says := range map[string]string{
		`{"name":"a b","role":"agent","account":"acme","password":"correct horse battery"}`:                             "body.name",
		`{"name":"admin","role":"agent","account":"acme","password":"correct horse battery"}`:                           "body.name: somebody else who acts has this name",
		`{"name":"a","role":"intake","account":"acme","password":"correct horse battery"}`:                              `body.role: expected value to be one of "admin, supervisor, agent"`,
		`{"name":"a","account":"acme","password":"correct horse battery"}`:                                              "expected required property role to be present",
		`{"name":"a","role":"agent","password":"correct horse battery"}`:                                                "body.account: name the account that the user is for, or say all_accounts",
		`{"name":"a","role":"agent","account":"acne","password":"correct horse battery"}`:                               `there is no such account. Did you mean "acme"?`,
		`{"name":"a","role":"agent","account":"acme","all_accounts":true,"password":"correct horse battery"}`:           "not both",
		`{"name":"a","role":"agent","account":"acme","agent":"alic","password":"correct horse battery"}`:                `body.agent: the rules of account acme have no such agent. Did you mean "alice"?`,
		`{"name":"a","role":"agent","all_accounts":true,"agent":"alice","password":"correct horse battery"}`:            "body.agent: an agent is of one account",
		`{"name":"a","role":"agent","account":"acme"}`:                                                                  "expected required property password to be present",
		`{"name":"a","role":"agent","account":"acme","password":"horsebatter"}`:                                         "body.password: it is shorter than 12 characters",
		`{"name":"a","role":"agent","account":"acme","password":"` + strings.Repeat("horse", 201) + `"}`:                "body.password: it is longer than 1000 bytes",
		`{"name":"a-long-name-horse","role":"agent","account":"acme","password":"A-Long-Name-Horse"}`:                   "body.password: it is the user's name",
		`{"name":"a","role":"agent","account":"acme","password":123456789012}`:                                          "body.password: expected string",
		`{"name":"a","role":"agent","account":"acme","password":["correct horse battery"]}`:                             "body.password",
		`{"name":"a","role":"agent","account":"acme","password":"correct horse battery","colour":"correct horse blue"}`: "body.colour: unexpected property",
	} {
		w := s.send(http.MethodPost, "/api/v1/users", body)
		if !assert.Equal(t, http.StatusUnprocessableEntity, w.Code, "%s: %s", body, w.Body) {
			continue
		}
		assert.Contains(t, problem(t, w, http.StatusUnprocessableEntity).Detail, says)
		assert.NotContains(t, w.Body.String(), password, "what is wrong is said without the password")
		assert.NotContains(t, w.Body.String(), "horsebatter")
		assert.NotContains(t, w.Body.String(), "123456789012")
	}
	p := problem(t, s.send(http.MethodPost, "/api/v1/users", `{"name":"Web-Form","role":"agent","account":"acme","password":"correct horse battery"}`), http.StatusConflict)
	assert.Equal(t, `The name "Web-Form" is taken, by a user or a token: choose another. A name is free again once they are revoked.`, p.Detail)
	assert.Empty(t, get[httpapi.UserList](s, "/api/v1/users?revoked=true").Users)
	assert.NotContains(t, s.log.String(), "horse")
}

// The admin of an account makes, changes and revokes its users, and no others; nobody
// makes themselves more than they are.
func TestTheAdminOfOneAccountAndItsUsers(t *testing.T) {
	s := newService(t)
	s.addUser(`{"name":"general","role":"agent","all_accounts":true,"password":"correct horse battery"}`)
	s.addUser(`{"name":"foreign","role":"agent","account":"globex","password":"correct horse battery"}`)
	s.addUser(`{"name":"own","role":"agent","account":"acme","password":"correct horse battery"}`)
	admin := s.bearer("acme-admin", callback.RoleAdmin, "acme")
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{http.MethodPost, "/api/v1/users", `{"name":"a","role":"admin","account":"acme","password":"correct horse battery"}`, http.StatusCreated},
		{http.MethodPost, "/api/v1/users", `{"name":"b","role":"agent","account":"globex","password":"correct horse battery"}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "/api/v1/users", `{"name":"c","role":"agent","all_accounts":true,"password":"correct horse battery"}`, http.StatusUnprocessableEntity},
		{http.MethodPost, "/api/v1/users", `{"name":"foreign","role":"agent","account":"acme","password":"correct horse battery"}`, http.StatusConflict},
		{http.MethodPatch, "/api/v1/users/3", `{"all_accounts":true}`, http.StatusUnprocessableEntity},
		{http.MethodPatch, "/api/v1/users/3", `{"account":"globex"}`, http.StatusUnprocessableEntity},
		{http.MethodPatch, "/api/v1/users/3", `{"role":"supervisor"}`, http.StatusOK},
		{http.MethodPatch, "/api/v1/users/1", `{"password":"another horse battery"}`, http.StatusNotFound},
		{http.MethodPatch, "/api/v1/users/2", `{"role":"admin"}`, http.StatusNotFound},
		{http.MethodPatch, "/api/v1/users/2", `{"account":"acme"}`, http.StatusNotFound},
		{http.MethodDelete, "/api/v1/users/1", "", http.StatusNotFound},
		{http.MethodDelete, "/api/v1/users/2", "", http.StatusNotFound},
		{http.MethodDelete, "/api/v1/users/2/sessions", "", http.StatusNotFound},
		{http.MethodDelete, "/api/v1/users/3/sessions", "", http.StatusOK},
		{http.MethodDelete, "/api/v1/users/3", "", http.StatusOK},
	} {
		w := s.sendAs(admin, c.method, c.path, c.body)
		assert.Equal(t, c.status, w.Code, "%s %s %s: %s", c.method, c.path, c.body, w.Body)
	}
	var list httpapi.UserList
	require.NoError(t, json.Unmarshal(s.sendAs(admin, http.MethodGet, "/api/v1/users?revoked=true", "").Body.Bytes(), &list))
	names := make([]string, len(list.Users))
	for i, u := range list.Users {
		names[i] = u.Name
	}
	assert.Equal(t, []string{"own", "a"}, names)
	assert.Equal(t, "acme-admin", list.Users[1].By)
	all := get[httpapi.UserList](s, "/api/v1/users").Users
	require.Len(t, all, 3)
	assert.Equal(t, callback.RoleAgent, all[1].Role)
}

// A name can be used again by another account; who came in to the old one doesn't come in
// to that.
func TestAForgottenAccountsUsersAreRevoked(t *testing.T) {
	s := newService(t)
	secrets := map[string]string{}
	for name, place := range map[string]string{"own": `"account":"acme"`, "other": `"account":"globex"`, "general": `"all_accounts":true`} {
		s.addUser(`{"name":"` + name + `","role":"agent",` + place + `,"password":"correct horse battery"}`)
		_, secret, err := s.users.SignIn(t.Context(), name, "correct horse battery")
		require.NoError(t, err)
		secrets[name] = secret
	}
	s.miss("acme", "+46701234567")
	s.rules.Replace(callback.NewRulebook(account("globex")))
	s.files.files = []httpapi.RulesFile{inForce("globex")}
	w := s.send(http.MethodPost, "/api/v1/accounts/acme/forget", "")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	for name, secret := range secrets {
		_, err := s.users.SignedIn(t.Context(), secret, false)
		assert.Equal(t, name != "own", err == nil, name)
		_, _, err = s.users.SignIn(t.Context(), name, "correct horse battery")
		assert.Equal(t, name != "own", err == nil, name)
	}
}
