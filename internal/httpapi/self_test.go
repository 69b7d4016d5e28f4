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

// Whoever has a token learns whose it is and what there is for it, and nothing of others.
func TestWhoAmI(t *testing.T) {
	s := newService(t)
	self := func(role callback.Role, account string) (d httpapi.Self) {
		t.Helper()
		w := s.sendAs(s.bearer(string(role)+account, role, account), http.MethodGet, "/api/v1/self", "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &d))
		return d
	}
	acme := httpapi.SelfAccount{Name: "acme", Mode: callback.ModeLive, Timezone: "UTC"}
	globex := httpapi.SelfAccount{Name: "globex", Mode: callback.ModeLive, Timezone: "UTC"}
	assert.Equal(t, httpapi.Self{Name: "agentacme", Role: callback.RoleAgent, Account: "acme", Accounts: []httpapi.SelfAccount{acme}}, self(callback.RoleAgent, "acme"))
	assert.Equal(t, []httpapi.SelfAccount{acme, globex}, self(callback.RoleSupervisor, "").Accounts)
	assert.Equal(t, []httpapi.SelfAccount{acme}, self(callback.RoleIntake, "acme").Accounts)
	assert.Empty(t, self(callback.RoleIntake, "").Accounts, "which accounts there are isn't for a form's token")
	assert.Equal(t, "admin", get[httpapi.Self](s, "/api/v1/self").Name)
}

// What is offered to people is what the table lets them do.
func TestWhatMayBeOffered(t *testing.T) {
	supervisor := httpapi.Person{Role: callback.RoleSupervisor, Account: "acme"}
	assert.True(t, httpapi.May(supervisor, "freeze-account"))
	assert.False(t, httpapi.May(supervisor, "delete-recording"))
	assert.False(t, httpapi.May(supervisor, "no-such-operation"))
	admin := httpapi.Person{Role: callback.RoleAdmin}
	assert.True(t, httpapi.May(admin, "stop"))
	admin.Account = "acme"
	assert.False(t, httpapi.May(admin, "stop"), "it is about all accounts")
	agent := httpapi.Person{Role: callback.RoleAgent}
	assert.True(t, httpapi.Sees(agent, "list-tasks"))
	assert.False(t, httpapi.Sees(agent, "list-missed-calls"))
	assert.True(t, httpapi.May(agent, "list-missed-calls"), "masked")
}

// Every operation, and every page for programs, reaches the API; the rest is the page's.
func TestWhatTheAPIServes(t *testing.T) {
	for path := range newService(t).contract().paths {
		assert.True(t, httpapi.Serves(path), path)
	}
	for _, path := range []string{"/openapi.json", "/metrics", "/api", "/api/v1/nothing", "/sounds/acme/callback.wav"} {
		assert.True(t, httpapi.Serves(path), path)
	}
	for _, path := range []string{"/", "/tasks", "/sounds", "/assets/style.css", "/apiary"} {
		assert.False(t, httpapi.Serves(path), path)
	}
}
