package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// bearers makes a token of each role, of an account or with "" of all.
func (s *service) bearers(account string) map[callback.Role]string {
	secrets := map[callback.Role]string{}
	for _, role := range callback.Roles {
		secrets[role] = s.bearer("the-"+string(role)+account, role, account)
	}
	return secrets
}

// Every operation × role × (of all accounts, of one): whoever may is let through, whoever
// may not changes nothing.
func TestWhoMayDoWhat(t *testing.T) {
	w, table, all := newTenants(t), httpapi.RoleTable(), operations(t)
	secrets := map[string]map[callback.Role]string{"": w.bearers(""), "acme": w.bearers("acme")}
	general := table[httpapi.MetricsPage].Reach // what is about all accounts
	try := func(allowed bool, judge func(what string, r *httptest.ResponseRecorder)) {
		for _, o := range all {
			row := table[o.OperationID]
			for account, of := range secrets {
				for role, secret := range of {
					if allowed != (row.Cells[role] != httpapi.CellNo && (account == "" || row.Reach != general)) {
						continue
					}
					if allowed && strings.HasSuffix(o.path, "/sounds/{name}") {
						w.record("acme") // whoever asked before may have deleted it
					}
					path, body := w.request(o, "acme")
					judge(fmt.Sprintf("%s %s as %s of %q", o.method, path, role, account), w.sendAs(secret, o.method, path, body))
				}
			}
		}
	}
	before, refused := w.all("acme"), 0
	try(false, func(what string, r *httptest.ResponseRecorder) {
		refused++
		if assert.Equal(t, http.StatusForbidden, r.Code, "%s: %s", what, r.Body) {
			assert.Contains(t, problem(t, r, http.StatusForbidden).Detail, "Ask whoever runs callbackd", what)
			assert.Equal(t, `Bearer realm="callbackd", error="insufficient_scope"`, r.Header().Get("WWW-Authenticate"), what)
		}
	})
	require.Equal(t, before, w.all("acme"), "what was refused has changed something")
	assert.Equal(t, refused, w.refused[httpapi.RefusedRole]+w.refused[httpapi.RefusedAccount])
	assert.Positive(t, w.refused[httpapi.RefusedAccount])

	try(true, func(what string, r *httptest.ResponseRecorder) {
		assert.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError}, r.Code, "%s: %s", what, r.Body)
	})
}

// What is another account's is answered like what isn't there, and nothing of it shows in
// what is one's own.
func TestATokenOfOneAccountKnowsNoOther(t *testing.T) {
	w, table := newTenants(t), httpapi.RoleTable()
	secrets := w.bearers("acme")
	for _, o := range operations(t) {
		before := w.all("globex")
		for role, secret := range secrets {
			if table[o.OperationID].Cells[role] == httpapi.CellNo {
				continue
			}
			answers := map[string]string{}
			for _, account := range []string{"acme", "globex", "nosuch"} {
				path, body := w.request(o, account)
				r := w.sendAs(secret, o.method, path, body)
				answers[account] = fmt.Sprint(r.Code, " ", r.Body)
				if account != "acme" && names(o, path+body, account) {
					assert.NotEqual(t, 2, r.Code/100, "%s %s as %s: %s", o.method, path, role, r.Body)
				}
				assert.NotContains(t, answers[account], numbers["globex"], "%s as %s", path, role)
			}
			if o.has("account", "query") { // of which account needn't be said
				path, body := w.request(o, "acme")
				path, _, _ = strings.Cut(path, "?")
				assert.Equal(t, answers["acme"], fmt.Sprint("200 ", w.sendAs(secret, o.method, path, body).Body), "%s as %s", path, role)
			}
			assert.NotContains(t, answers["acme"], "globex", "%s as %s", o.OperationID, role)
			assert.Equal(t, w.anonymous(o, answers["nosuch"], "nosuch"), w.anonymous(o, answers["globex"], "globex"), "%s as %s", o.OperationID, role)
		}
		require.Equal(t, before, w.all("globex"), "%s has changed another account", o.OperationID)
	}
}

// names reports whether a request says of which account it is, by name or by an id.
func names(o operation, request, account string) bool {
	return strings.Contains(request, account) || strings.Contains(o.path, "{id}") || strings.Contains(o.path, "{secret}")
}

// anonymous is an answer without what differs from account to account in the request.
func (w *tenants) anonymous(o operation, answer, account string) string {
	answer = strings.ReplaceAll(answer, account, "ACCOUNT")
	if !strings.Contains(o.path, "{id}") {
		return answer
	}
	for _, ids := range []map[string]int64{w.ids[account], {"": nowhere}} {
		for _, id := range ids {
			answer = regexp.MustCompile(fmt.Sprintf(`\b%d\b`, id)).ReplaceAllString(answer, "ID")
		}
	}
	return answer
}

var callID = regexp.MustCompile(`"call_id":"[^"]*"`)

// An agent sees no numbers of those whom nobody calls back.
func TestNumbersAreMaskedByRole(t *testing.T) {
	w, table := newTenants(t), httpapi.RoleTable()
	secrets := w.bearers("acme")
	for _, o := range operations(t) {
		if o.method != http.MethodGet {
			continue
		}
		path, _ := w.request(o, "acme")
		admin := w.send(o.method, path, "").Body.String()
		for role, secret := range secrets {
			cell := table[o.OperationID].Cells[role]
			if cell == httpapi.CellNo {
				continue
			}
			seen := w.sendAs(secret, o.method, path, "").Body.String()
			if cell == httpapi.CellMasked {
				seen = callID.ReplaceAllString(seen, "") // the service's calls have the number in it
				require.Contains(t, admin, numbers["acme"], "%s shows none, so this shows nothing", path)
				assert.NotContains(t, seen, numbers["acme"][4:], "%s as %s", path, role)
				assert.Contains(t, seen, callback.MaskNumber(numbers["acme"]), "%s as %s", path, role)
				continue
			}
			assert.Equal(t, strings.Contains(admin, numbers["acme"]), strings.Contains(seen, numbers["acme"]), "%s as %s", path, role)
		}
	}
}

// A form learns what became of its request, and nothing of what others wrote about the
// customer.
func TestIntakeSeesNoNumbersAndNotes(t *testing.T) {
	s := newService(t)
	const request = `{"account":"acme","number":"070-123 45 67","note":"%s"}`
	asked := s.send(http.MethodPost, "/api/v1/tasks", fmt.Sprintf(request, "her mother called"))
	require.Equal(t, http.StatusCreated, asked.Code, asked.Body)
	assert.Contains(t, asked.Body.String(), "+46701234567")
	merged := s.sendAs(s.bearer("web-form", callback.RoleIntake, "acme"), http.MethodPost, "/api/v1/tasks", fmt.Sprintf(request, "again"))
	require.Equal(t, http.StatusOK, merged.Code, merged.Body)
	assert.Contains(t, merged.Body.String(), `"number":"+46*******67"`)
	assert.NotContains(t, merged.Body.String(), "mother")
	assert.NotContains(t, merged.Body.String(), "123 45 67")
	assert.Contains(t, merged.Body.String(), `"state":"scheduled"`)
}

// The page for Prometheus has all accounts.
func TestWhoMayReadTheMetrics(t *testing.T) {
	s := newService(t)
	for _, row := range []struct {
		role    callback.Role
		account string
		status  int
	}{
		{callback.RoleAdmin, "", http.StatusOK}, {callback.RoleSupervisor, "", http.StatusOK},
		{callback.RoleAgent, "", http.StatusForbidden}, {callback.RoleIntake, "", http.StatusForbidden},
		{callback.RoleAdmin, "acme", http.StatusForbidden},
	} {
		r := s.sendAs(s.bearer("the-"+string(row.role)+row.account, row.role, row.account), http.MethodGet, "/metrics", "")
		assert.Equal(t, row.status, r.Code, "%s %s: %s", row.role, row.account, r.Body)
	}
}
