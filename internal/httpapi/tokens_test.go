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

// addToken makes a token over the API.
func (s *service) addToken(body string) (made httpapi.NewToken) {
	s.t.Helper()
	w := s.send(http.MethodPost, "/api/v1/tokens", body)
	require.Equal(s.t, http.StatusCreated, w.Code, w.Body)
	require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &made))
	return made
}

func TestATokenIsMadeListedAndRevoked(t *testing.T) {
	s := newService(t)
	assert.Contains(t, s.send(http.MethodGet, "/api/v1/tokens", "").Body.String(), `"tokens":[]`)

	made := s.addToken(`{"name":"web-form","role":"intake","account":"acme"}`)
	assert.Regexp(t, `^cbd_[A-Za-z0-9_-]{43}$`, made.Secret)
	assert.Equal(t, "admin", made.By)
	second := s.addToken(`{"name":"prometheus","role":"supervisor","all_accounts":true}`)
	assert.NotEqual(t, made.Secret, second.Secret)
	assert.Empty(t, second.Account)

	list := s.send(http.MethodGet, "/api/v1/tokens", "").Body.String()
	assert.NotContains(t, list, made.Secret[4:], "the secret is told once")
	assert.NotContains(t, s.log.String(), made.Secret[4:])
	assert.Contains(t, s.log.String(), `"token":"web-form","role":"intake","account":"acme","by":"admin"`)
	found := get[httpapi.TokenList](s, "/api/v1/tokens").Tokens
	require.Len(t, found, 2)
	assert.Equal(t, made.Token, found[0])

	p := problem(t, s.send(http.MethodPost, "/api/v1/tokens", `{"name":"web-form","role":"agent","account":"acme"}`), http.StatusConflict)
	assert.Equal(t, `The name "web-form" is taken, by a token or a user: choose another. A name is free again once they are revoked.`, p.Detail)

	var change, again httpapi.TokenChange
	for _, to := range []*httpapi.TokenChange{&change, &again} {
		w := s.send(http.MethodDelete, "/api/v1/tokens/1", "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), to))
	}
	assert.True(t, change.Changed)
	assert.False(t, again.Changed)
	assert.Equal(t, change.Token, again.Token, "it stays as it was revoked first")
	assert.Equal(t, "admin", change.Token.RevokedBy)
	assert.Len(t, get[httpapi.TokenList](s, "/api/v1/tokens").Tokens, 1)
	assert.Equal(t, change.Token, get[httpapi.TokenList](s, "/api/v1/tokens?revoked=true").Tokens[0])
	assert.Equal(t, 1, strings.Count(s.log.String(), "a token was revoked"))

	assert.Equal(t, int64(3), s.addToken(`{"name":"web-form","role":"intake","account":"acme"}`).ID, "the name is free again")
	p = problem(t, s.send(http.MethodDelete, "/api/v1/tokens/9", ""), http.StatusNotFound)
	assert.Equal(t, "There is no token 9: GET /api/v1/tokens lists them.", p.Detail)
}

// The admin of an account makes and revokes its tokens, and no others.
func TestAnAdminOfOneAccount(t *testing.T) {
	s := newService(t)
	s.addToken(`{"name":"general","role":"agent","all_accounts":true}`)
	s.addToken(`{"name":"foreign","role":"agent","account":"globex"}`)
	admin := s.addToken(`{"name":"acme-admin","role":"admin","account":"acme"}`)
	for body, status := range map[string]int{
		`{"name":"a","role":"admin","account":"acme"}`:                        http.StatusCreated,
		`{"name":"foreign","role":"agent","account":"acme"}`:                  http.StatusConflict,
		`{"name":"b","role":"agent","account":"globex"}`:                      http.StatusUnprocessableEntity,
		`{"name":"c","role":"agent","all_accounts":true}`:                     http.StatusUnprocessableEntity,
		`{"name":"d","role":"agent"}`:                                         http.StatusUnprocessableEntity,
		`{"name":"foreign","role":"agent","account":"","all_accounts":false}`: http.StatusUnprocessableEntity,
	} {
		w := s.sendAs(admin.Secret, http.MethodPost, "/api/v1/tokens", body)
		assert.Equal(t, status, w.Code, "%s: %s", body, w.Body)
		assert.Equal(t, strings.Contains(body, "globex"), strings.Contains(w.Body.String(), "globex"), "only what was sent: %s", w.Body)
	}
	var list httpapi.TokenList
	require.NoError(t, json.Unmarshal(s.sendAs(admin.Secret, http.MethodGet, "/api/v1/tokens?revoked=true", "").Body.Bytes(), &list))
	require.Len(t, list.Tokens, 2)
	assert.Equal(t, "acme-admin", list.Tokens[1].By)
	for _, path := range []string{"/api/v1/tokens/1", "/api/v1/tokens/2", "/api/v1/tokens/99"} {
		problem(t, s.sendAs(admin.Secret, http.MethodDelete, path, ""), http.StatusNotFound)
	}
	assert.Equal(t, http.StatusOK, s.sendAs(admin.Secret, http.MethodDelete, "/api/v1/tokens/3", "").Code, "its own")
	problem(t, s.sendAs(admin.Secret, http.MethodGet, "/api/v1/tokens", ""), http.StatusUnauthorized)
}

func TestTokensThatCannotBe(t *testing.T) {
	s := newService(t)
	for body, says := range map[string]string{
		`{"name":"a b","role":"agent","account":"acme"}`:                             "body.name: expected string to be letters and digits",
		`{"name":"<script>","role":"agent","account":"acme"}`:                        "body.name",
		`{"name":"a\u202eb","role":"agent","account":"acme"}`:                        "body.name",
		`{"name":"` + strings.Repeat("x", 65) + `","role":"agent","account":"acme"}`: "body.name: expected length <= 64",
		`{"name":"","role":"agent","account":"acme"}`:                                "body.name",
		`{"name":"admin","role":"agent","account":"acme"}`:                           "body.name: somebody else who acts has this name",
		`{"name":"Admin","role":"agent","account":"acme"}`:                           "body.name: somebody else who acts has this name",
		`{"name":"one_ring","role":"agent","account":"acme"}`:                        "body.name: somebody else who acts has this name",
		`{"name":"customer","role":"agent","account":"acme"}`:                        "body.name: somebody else who acts has this name",
		`{"name":"freeze","role":"agent","account":"acme"}`:                          "body.name: somebody else who acts has this name",
		`{"name":"a","role":"king","account":"acme"}`:                                `body.role: expected value to be one of "admin, supervisor, agent, intake"`,
		`{"name":"a","account":"acme"}`:                                              "body: expected required property role to be present",
		`{"name":"a","role":"agent"}`:                                                "body.account: name the account that the token is for, or say all_accounts",
		`{"name":"a","role":"agent","account":"acne"}`:                               `body.account: there is no such account. Did you mean "acme"?`,
		`{"name":"a","role":"agent","account":"acme","all_accounts":true}`:           "body.all_accounts: name an account or say all_accounts, not both",
		`{"name":"a","role":"agent","account":"acme","token":"mine"}`:                "body.token: unexpected property",
		`{"name":["a"],"role":"agent","account":"acme"}`:                             "body.name: expected string",
	} {
		w := s.send(http.MethodPost, "/api/v1/tokens", body)
		if assert.Equal(t, http.StatusUnprocessableEntity, w.Code, "%s: %s", body, w.Body) {
			assert.Contains(t, problem(t, w, http.StatusUnprocessableEntity).Detail, says)
		}
	}
	problem(t, s.send(http.MethodPost, "/api/v1/tokens", `{"name":"`+strings.Repeat("x", 64<<10)+`"}`), http.StatusRequestEntityTooLarge)
	assert.Empty(t, get[httpapi.TokenList](s, "/api/v1/tokens?revoked=true").Tokens)
}

// A name can be used again by another account; what opened the old one doesn't open that.
func TestAForgottenAccountsTokensAreRevoked(t *testing.T) {
	s := newService(t)
	own, other := s.bearer("own", callback.RoleAgent, "acme"), s.bearer("other", callback.RoleAgent, "globex")
	general := s.bearer("general", callback.RoleAgent, "")
	s.miss("acme", "+46701234567")
	s.rules.Replace(callback.NewRulebook(account("globex")))
	s.files.files = []httpapi.RulesFile{inForce("globex")}
	w := s.send(http.MethodPost, "/api/v1/accounts/acme/forget", "")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	for secret, status := range map[string]int{own: http.StatusUnauthorized, other: http.StatusOK, general: http.StatusOK} {
		assert.Equal(t, status, s.sendAs(secret, http.MethodGet, "/api/v1/tasks", "").Code)
	}
}
