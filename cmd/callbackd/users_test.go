package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

const phrase = "correct horse battery"

// withAgents gives acme the agents alice and bob.
func (d *desk) withAgents() {
	a := acme()
	a.Agents = map[string]callback.Agent{"alice": {}, "bob": {}}
	d.rules.Replace(callback.NewRulebook(a))
}

// types a command into which input is piped.
func (d *desk) types(input string, args ...string) (status int, stdout, stderr string) {
	d.t.Helper()
	return runWith(d.t, input, append(args, "--config", d.config)...)
}

// opens reports whether a name and a password are let in, in one more browser.
func (d *desk) opens(name, password string) bool {
	d.t.Helper()
	_, _, err := d.users.SignIn(d.t.Context(), name, password)
	return err == nil
}

func TestAUserIsMadeChangedAndRevoked(t *testing.T) {
	d := newDesk(t)
	d.withAgents()
	_, out, _ := d.run("users")
	assert.Equal(t, "No users. `callbackd users add` makes one.\n", out)

	status, out, errs := d.types(phrase+"\n", "users", "add", "alice", "--role", "agent", "--account", "acme", "--agent", "alice")
	assert.Zero(t, status, errs)
	assert.Empty(t, out, "the password isn't shown")
	assert.Equal(t, "alice may sign in now (role agent, in account acme).\n", errs)
	_, list, _ := d.run("users", "list")
	assert.Regexp(t, `(?m)^ID +NAME +ROLE +ACCOUNT +PHONE OF +MADE +SIGNED IN\n1 +alice +agent +acme +alice +\S+ \S+ by admin +never$`, list)
	assert.True(t, d.opens("alice", phrase))
	_, list, _ = d.run("users")
	assert.Regexp(t, `(?m)^1 +alice .* by admin +\d\S+ \S+$`, list)

	_, completed, _ := run(t, "__complete", "--config", d.config, "users", "role", "")
	assert.Contains(t, completed, "alice\tagent in account acme\n")
	_, completed, _ = run(t, "__complete", "--config", d.config, "users", "role", "alice", "")
	assert.Contains(t, completed, "supervisor\n")
	assert.NotContains(t, completed, "intake")

	assert.True(t, d.opens("alice", phrase))
	status, out, errs = d.run("users", "role", "Alice", "supervisor", "--all-accounts")
	assert.Zero(t, status, errs)
	assert.Equal(t, "alice is supervisor in all accounts. It has signed them out in 2 browsers.\n", out)
	_, out, _ = d.run("users", "role", "alice", "supervisor")
	assert.Equal(t, "alice is supervisor in all accounts already.\n", out)
	_, out, _ = d.run("users", "role", "alice", "agent", "--account", "acme", "--agent", "bob")
	assert.Equal(t, "alice is agent in account acme, with the phone of agent bob.\n", out)
	_, out, _ = d.run("users", "role", "alice", "agent", "--agent", "")
	assert.Equal(t, "alice is agent in account acme.\n", out)

	assert.True(t, d.opens("alice", phrase))
	status, out, errs = d.types("another horse battery\r\nand more", "users", "passwd", "alice")
	assert.Zero(t, status)
	assert.Empty(t, out)
	assert.Equal(t, "The password of alice is changed. It has signed them out in one browser.\n", errs)
	assert.False(t, d.opens("alice", phrase))
	assert.True(t, d.opens("alice", "another horse battery"))

	_, out, _ = d.run("users", "sign-out", "alice")
	assert.Equal(t, "alice signs in anew. It has signed them out in one browser.\n", out)
	_, out, _ = d.run("users", "sign-out", "alice")
	assert.Equal(t, "alice is signed in nowhere.\n", out)

	status, out, errs = d.run("users", "revoke", "alice")
	assert.Zero(t, status, errs)
	assert.Equal(t, "alice is revoked, and isn't let in any more.\n", out)
	assert.False(t, d.opens("alice", "another horse battery"))
	status, _, errs = d.run("users", "revoke", "alice")
	assert.NotZero(t, status)
	assert.Contains(t, errs, "there is no user \"alice\"; `callbackd users` lists them")
	_, list, _ = d.run("users", "--revoked")
	assert.Regexp(t, `(?m)^1 +alice +agent +acme +- .* by admin +\S+ \S+ +\S+ \S+ by admin$`, list)
}

func TestAPasswordIsGenerated(t *testing.T) {
	d := newDesk(t)
	status, out, errs := d.run("users", "add", "ada", "--role", "admin", "--all-accounts", "--generate")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^[0-9a-z]{4}(-[0-9a-z]{4}){3}\n$`, out, "the password alone, so that it can be piped")
	assert.Equal(t, "ada may sign in now (role admin, in all accounts).\n", errs)
	assert.True(t, d.opens("ada", strings.TrimSpace(out)))

	_, again, _ := d.run("users", "passwd", "ada", "--generate", "--json")
	var answer struct {
		Password string
		Answer   httpapi.UserChange
	}
	require.NoError(t, json.Unmarshal([]byte(again), &answer))
	assert.NotEqual(t, strings.TrimSpace(out), answer.Password)
	assert.True(t, d.opens("ada", answer.Password))
	assert.Equal(t, "ada", answer.Answer.User.Name)

	_, out, _ = d.types(phrase, "users", "add", "bob", "--role", "agent", "--account", "acme", "--json")
	var made httpapi.User
	require.NoError(t, json.Unmarshal([]byte(out), &made))
	_, out, _ = d.run("users", "--json")
	var list httpapi.UserList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Users, 2)
	assert.Equal(t, made, list.Users[1])
}

func TestMistakesWithUsers(t *testing.T) {
	d := newDesk(t)
	d.withAgents()
	for _, row := range []struct {
		input string
		args  []string
		says  string
	}{
		{phrase, []string{"add"}, "wants one name"},
		{phrase, []string{"add", "alice", "--role", "agent"}, "wants either --account or --all-accounts"},
		{phrase, []string{"add", "alice", "--role", "agent", "--account", "acme", "--all-accounts"}, "wants either --account or --all-accounts"},
		{phrase, []string{"add", "alice", "--account", "acme"}, `"role" not set`},
		{phrase, []string{"add", "alice", "--role", "intake", "--account", "acme"}, "one of admin, supervisor, agent is wanted"},
		{phrase, []string{"add", "alice", "--role", "agent", "--account", "acne"}, `Did you mean "acme"?`},
		{phrase, []string{"add", "alice", "--role", "agent", "--account", "acme", "--agent", "carol"}, "no such agent"},
		{phrase, []string{"add", "admin", "--role", "agent", "--account", "acme"}, "somebody else who acts has this name"},
		{"", []string{"add", "alice", "--role", "agent", "--account", "acme"}, "no password came from the standard input"},
		{"short\n", []string{"add", "alice", "--role", "agent", "--account", "acme"}, "shorter than 12 characters"},
		{strings.Repeat("x", 2000), []string{"add", "alice", "--role", "agent", "--account", "acme"}, "longer than 1000 bytes"},
		{phrase, []string{"passwd"}, "wants the name of one user"},
		{phrase, []string{"passwd", "alice"}, `there is no user "alice"`},
		{"", []string{"role", "alice"}, "wants the name of a user and a role"},
		{"", []string{"role", "alice", "king"}, "one of admin, supervisor, agent is wanted"},
		{"", []string{"role", "alice", "agent"}, `there is no user "alice"`},
		{"", []string{"sign-out", "alice"}, `there is no user "alice"`},
		{"", []string{"revok", "alice"}, "did you mean revoke"},
	} {
		status, out, errs := d.types(row.input, append([]string{"users"}, row.args...)...)
		assert.NotZero(t, status, row.args)
		assert.Empty(t, out)
		assert.Contains(t, errs, row.says)
		assert.NotContains(t, errs, phrase)
	}
	_, out, _ := d.run("users", "--revoked")
	assert.Contains(t, out, "No users", "nothing was made")
}

// At a terminal the password is typed twice, and is seen by nobody.
func TestAPasswordIsTypedAtATerminal(t *testing.T) {
	d := newDesk(t)
	add := func(name, first, again string) (status int, shown, errs string) {
		t.Helper()
		screen, terminal := newTerminal(t)
		var out, said bytes.Buffer
		ended := make(chan int, 1)
		go func() {
			ended <- Main(t.Context(), []string{"users", "add", name, "--role", "agent", "--account", "acme", "--config", d.config}, terminal, &out, teeTo(&said, screen.prompts))
		}()
		screen.answer("characters: ", first)
		if again != "" {
			screen.answer("again: ", again)
		}
		status = <-ended
		assert.Empty(t, out.String())
		return status, screen.shown(), said.String()
	}
	status, shown, errs := add("alice", phrase, phrase)
	assert.Zero(t, status, errs)
	assert.NotContains(t, shown, "horse")
	assert.Equal(t, "Password for alice, at least 12 characters: \nThe same again: \nalice may sign in now (role agent, in account acme).\n", errs)
	assert.True(t, d.opens("alice", phrase))

	status, _, errs = add("bob", phrase, "correct horse batterx")
	assert.NotZero(t, status)
	assert.Contains(t, errs, "that wasn't the same; nothing was changed")
	status, _, errs = add("bob", "short", "")
	assert.NotZero(t, status)
	assert.Contains(t, errs, "shorter than 12 characters")
	assert.False(t, d.opens("bob", phrase))
}
