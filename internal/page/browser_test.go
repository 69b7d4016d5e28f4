package page_test

import (
	"bytes"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/page"
	"callbackd/storage"
)

const phrase = "correct horse battery"

// doorway is the pages in a bubble, and people who come in by their front door.
type doorway struct {
	*testing.T
	users   *callback.Users
	log     *bytes.Buffer
	handler http.Handler
}

func atDoor(t *testing.T, test func(d *doorway)) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open(t.Context(), file)
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		d := &doorway{T: t, log: new(bytes.Buffer)}
		log := zerolog.New(d.log)
		d.users = callback.NewUsers(db, log)
		rules := callback.NewRules(callback.NewRulebook(account(t, "acme", "Europe/Stockholm")))
		api := httpapi.New(httpapi.Options{
			Store: db, Rules: rules, Files: files{}, PBXs: func() []httpapi.PBX { return nil }, Desk: callback.NewDesk(db, rules),
			Users: d.users, Ready: func() []string { return nil }, Log: log,
			Alarms: func() httpapi.AlarmList { return httpapi.AlarmList{} },
		})
		d.handler = page.New(page.Options{API: api, Users: d.users, Log: log})
		test(d)
	})
}

func (d *doorway) add(name string) callback.User {
	d.Helper()
	u, err := d.users.Add(d.Context(), callback.NewUser{Name: name, Role: callback.RoleAgent, Account: "acme", Password: phrase}, callback.ByAdmin)
	require.NoError(d, err)
	return u
}

// after lets time pass, which is the bubble's.
func (d *doorway) after(t time.Duration) { time.Sleep(t) }

// browser keeps cookies as browsers do, and is at an address.
type browser struct {
	d       *doorway
	address string
	headers http.Header // of each request
	cookies map[string]string
	set     []*http.Cookie // by the last answer
}

func (d *doorway) browser(address string) *browser {
	return &browser{d: d, address: address + ":4711", headers: http.Header{}, cookies: map[string]string{}}
}

func (b *browser) send(method, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	b.d.Helper()
	r := httptest.NewRequestWithContext(b.d.Context(), method, "http://callbackd.example"+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = b.address
	r.Header = b.headers.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.d.handler.ServeHTTP(w, r)
	b.set = w.Result().Cookies()
	for _, c := range b.set {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

func (b *browser) get(path string, headers ...string) *httptest.ResponseRecorder {
	b.d.Helper()
	return b.send(http.MethodGet, path, nil, headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	b.d.Helper()
	return b.send(http.MethodPost, path, form, headers...)
}

// signIn tries a name and a password, and tells the status.
func (b *browser) signIn(name, password string) int {
	b.d.Helper()
	return b.post("/sign-in", url.Values{"name": {name}, "password": {password}}).Code
}

// in reports whether the browser is signed in.
func (b *browser) in() bool {
	b.d.Helper()
	return b.get("/me").Code == http.StatusOK
}

var inputs = regexp.MustCompile(`<input[^>]* name="([^"]+)" value="([^"]*)"`)

// fields are what the hidden fields of a page carry.
func fields(w *httptest.ResponseRecorder) url.Values {
	found := url.Values{}
	for _, match := range inputs.FindAllStringSubmatch(w.Body.String(), -1) {
		found.Add(match[1], html.UnescapeString(match[2]))
	}
	return found
}
