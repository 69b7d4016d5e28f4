package httpapi_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// tenants is a service on which two accounts have the same things.
type tenants struct {
	*service
	ids     map[string]map[string]int64 // by account, what is in the path before {id}: tasks, recordings, tokens, users
	secrets map[string]string           // of a promise of each account
}

// numbers are the customers of the accounts.
var numbers = map[string]string{"acme": "+46701234567", "globex": "+46707654321"}

func newTenants(t *testing.T) *tenants {
	t.Helper()
	w := &tenants{service: newService(t), ids: map[string]map[string]int64{}, secrets: map[string]string{}}
	w.recordings.sound = "RIFF"
	w.drafts.book = w.rules.Book()
	for _, name := range []string{"acme", "globex"} {
		recording := w.talks(name, numbers[name], name+"-1")
		w.miss(name, numbers[name])
		task := get[httpapi.TaskList](w.service, "/api/v1/tasks?limit=1").Tasks[0]
		blocked := w.send(http.MethodPut, "/api/v1/accounts/"+name+"/do-not-call/"+numbers[name][:11]+"9", `{"reason":"asked `+name+` for it"}`)
		require.Equal(t, http.StatusOK, blocked.Code, blocked.Body)
		w.record(name)
		token, _, err := callback.AddToken(t.Context(), w.db, name+"-token", callback.RoleAgent, name, callback.ByAdmin)
		require.NoError(t, err)
		user := w.addUser(`{"name":"` + name + `-user","role":"agent","account":"` + name + `","password":"correct horse battery"}`)
		asked := w.ask(`{"account":"` + name + `","number":"` + numbers[name] + `"}`)
		w.secrets[name] = promisedIn(t, asked, http.StatusCreated).Secret
		w.ids[name] = map[string]int64{"tasks": task.ID, "recordings": recording.ID, "tokens": token.ID, "users": user.ID}
	}
	return w
}

// record uploads the sound of an account.
func (w *tenants) record(account string) {
	w.t.Helper()
	sound := w.upload("/api/v1/accounts/"+account+"/sounds/"+account+"-own", wav(8000, 800))
	require.Equal(w.t, http.StatusOK, sound.Code, sound.Body)
}

// bearer makes a token and tells its secret.
func (s *service) bearer(name string, role callback.Role, account string) (secret string) {
	s.t.Helper()
	_, secret, err := callback.AddToken(s.t.Context(), s.db, name, role, account, callback.ByAdmin)
	require.NoError(s.t, err)
	return secret
}

// sendAs makes a request with a token. body "" is none.
func (s *service) sendAs(secret, method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+secret)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return s.held(r)
}

// bodies of operations that want one; ACCOUNT is the account's name.
var bodies = map[string]string{
	"release-tasks":      `{"held_by":"one_ring"}`,
	"explain-request":    `{"account":"ACCOUNT","number":"0701111111"}`,
	"explain":            `{"account":"ACCOUNT","number":"0701234567"}`,
	"replay":             `{"account":"ACCOUNT","since":"2000-01-01T00:00:00Z"}`,
	"add-user":           `{"name":"NAME","role":"agent","account":"ACCOUNT","password":"correct horse battery"}`,
	"add-token":          `{"name":"NAME","role":"agent","account":"ACCOUNT"}`,
	"book-appointment":   `{"number":"0701111111","start":"TOMORROW"}`,
	"reschedule-promise": `{"at":"TOMORROW"}`,
	"ask-callback":       `{"account":"ACCOUNT","number":"0701111111","target":"queue:support"}`,
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// request is an operation on the things of an account, which need not exist.
func (w *tenants) request(o operation, account string) (path, body string) {
	w.t.Helper()
	ids, ok := w.ids[account]
	if !ok {
		ids = map[string]int64{"tasks": nowhere, "recordings": nowhere, "tokens": nowhere, "users": nowhere}
	}
	path = placeholder.ReplaceAllStringFunc(o.path, func(name string) string {
		switch name {
		case "{account}":
			return account
		case "{number}":
			return "0701111111"
		case "{schedule}":
			return "advice"
		case "{secret}":
			return cmp.Or(w.secrets[account], "nosuch")
		case "{rule}":
			return "menu%201%2F2"
		case "{name}":
			return account + "-own"
		case "{id}":
			id, ok := ids[strings.Split(o.path, "/")[3]]
			require.True(w.t, ok, "say in newTenants what has the ids of %s", o.path)
			return fmt.Sprint(id)
		}
		require.Fail(w.t, "say in tenants_test.go what stands for "+name, o.path)
		return ""
	})
	if o.has("account", "query") {
		path += "?account=" + account
	}
	body = strings.ReplaceAll(bodies[o.OperationID], "ACCOUNT", account)
	body = strings.ReplaceAll(body, "TOMORROW", aSlot().Format(time.RFC3339))
	return path, strings.ReplaceAll(body, "NAME", fmt.Sprintf("n%d", w.nth()))
}

// nowhere is an id that nothing has.
const nowhere = 987654

// nth counts what is made.
func (w *tenants) nth() int {
	var made int
	require.NoError(w.t, w.db.View(w.t.Context(), func(tx callback.ReadTx) error {
		tokens, err := tx.Tokens()
		if err != nil {
			return err
		}
		users, err := tx.Users()
		made = len(tokens) + len(users)
		return err
	}))
	return made
}

// all is everything that there is of an account, as the admin sees it.
func (w *tenants) all(account string) string {
	w.t.Helper()
	var text strings.Builder
	for _, path := range []string{
		"/api/v1/tasks?account=" + account, "/api/v1/missed-calls?account=" + account, "/api/v1/recordings?account=" + account,
		"/api/v1/accounts/" + account + "/do-not-call", "/api/v1/accounts/" + account + "/sounds", "/api/v1/accounts/" + account + "/rules",
		"/api/v1/tasks/" + fmt.Sprint(w.ids[account]["tasks"]),
	} {
		r := w.send(http.MethodGet, path, "")
		require.Equal(w.t, http.StatusOK, r.Code, r.Body)
		text.WriteString(r.Body.String())
	}
	for _, k := range get[httpapi.TokenList](w.service, "/api/v1/tokens?revoked=true").Tokens {
		if k.Name == account+"-token" {
			fmt.Fprintf(&text, "%+v", k)
		}
	}
	for _, u := range get[httpapi.UserList](w.service, "/api/v1/users?revoked=true").Users {
		if u.Name == account+"-user" {
			fmt.Fprintf(&text, "%+v", u)
		}
	}
	return text.String()
}
