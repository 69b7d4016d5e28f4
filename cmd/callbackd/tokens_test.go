package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

func TestATokenIsMadeUsedAndRevoked(t *testing.T) {
	d := newDesk(t)
	_, out, _ := d.run("tokens")
	assert.Equal(t, "No tokens but the admin's. `callbackd tokens add` makes one.\n", out)

	status, out, errs := d.run("tokens", "add", "alice", "--role", "agent", "--account", "acme")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^cbd_[A-Za-z0-9_-]{43}\n$`, out, "the token alone, so that it can go into a file")
	assert.Equal(t, "That is the token of alice (role agent, in account acme). It isn't shown again; `callbackd tokens revoke 1` ends it.\n", errs)

	ask := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.server.URL+"/api/v1/tasks", nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(out))
		answer, err := d.server.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	_, list, _ := d.run("tokens", "list")
	assert.Regexp(t, `(?m)^ID +NAME +ROLE +ACCOUNT +MADE +LAST USED\n1 +alice +agent +acme +\S+ \S+ by admin +never$`, list)
	assert.Equal(t, http.StatusOK, ask())
	_, list, _ = d.run("tokens")
	assert.Regexp(t, `(?m)^1 +alice +agent +acme +\S+ \S+ by admin +\d\S+ \S+$`, list)
	assert.NotContains(t, list, strings.TrimSpace(out)[4:])

	_, completed, _ := run(t, "__complete", "--config", d.config, "tokens", "revoke", "")
	assert.Contains(t, completed, "1\talice, agent of acme\n")
	_, completed, _ = run(t, "__complete", "tokens", "add", "x", "--role", "")
	assert.Contains(t, completed, "intake\n")

	status, told, errs := d.run("tokens", "revoke", "1")
	assert.Zero(t, status, errs)
	assert.Equal(t, "Token 1, of alice, is revoked: it is refused from now on.\n", told)
	assert.Equal(t, http.StatusUnauthorized, ask())
	_, told, _ = d.run("tokens", "revoke", "1")
	assert.Regexp(t, `^Token 1, of alice, is revoked already, since \S+ \S+ by admin\.\n$`, told)
	_, list, _ = d.run("tokens")
	assert.NotContains(t, list, "alice")
	_, list, _ = d.run("tokens", "--revoked")
	assert.Regexp(t, `(?m)^1 +alice .* by admin +\S+ \S+ +\S+ \S+ by admin$`, list)
}

func TestTokensAsJSON(t *testing.T) {
	d := newDesk(t)
	_, out, errs := d.run("tokens", "add", "prometheus", "--role", "supervisor", "--all-accounts", "--json")
	var made httpapi.NewToken
	require.NoError(t, json.Unmarshal([]byte(out), &made), errs)
	assert.Regexp(t, `^cbd_`, made.Secret)
	_, out, _ = d.run("tokens", "--json")
	var list httpapi.TokenList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	assert.Equal(t, []httpapi.Token{made.Token}, list.Tokens)
	_, out, _ = d.run("tokens", "revoke", "1", "--json")
	var change httpapi.TokenChange
	require.NoError(t, json.Unmarshal([]byte(out), &change))
	assert.True(t, change.Changed)
	_, out, _ = d.run("tokens")
	assert.NotContains(t, out, "prometheus")
}

func TestMistakesWithTokens(t *testing.T) {
	d := newDesk(t)
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"add"}, "wants one name"},
		{[]string{"add", "alice", "--role", "agent"}, "wants either --account or --all-accounts"},
		{[]string{"add", "alice", "--role", "agent", "--account", "acme", "--all-accounts"}, "wants either --account or --all-accounts"},
		{[]string{"add", "alice", "--account", "acme"}, `"role" not set`},
		{[]string{"add", "alice", "--role", "king", "--account", "acme"}, "one of admin, supervisor, agent, intake is wanted"},
		{[]string{"add", "alice", "--role", "agent", "--account", "acne"}, `Did you mean "acme"?`},
		{[]string{"add", "admin", "--role", "agent", "--account", "acme"}, "somebody else who acts has this name"},
		{[]string{"revoke"}, "wants the number of one token"},
		{[]string{"revoke", "alice"}, `"alice" isn't the number of a token`},
		{[]string{"revoke", "7"}, "There is no token 7"},
		{[]string{"revok", "7"}, "did you mean revoke"},
	} {
		status, out, errs := d.run(append([]string{"tokens"}, row.args...)...)
		assert.NotZero(t, status, row.args)
		assert.Empty(t, out)
		assert.Contains(t, errs, row.says)
	}
	_, out, _ := d.run("tokens", "--revoked")
	assert.Contains(t, out, "No tokens but the admin's", "nothing was made")
}
