package httpapi_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/storage"
)

func TestATokenLetsInUntilItIsRevoked(t *testing.T) {
	s := newService(t)
	secret := s.bearer("desk", callback.RoleAgent, "")
	assert.Equal(t, http.StatusOK, s.sendAs(secret, http.MethodGet, "/api/v1/tasks", "").Code)
	for _, wrong := range []string{secret[1:], secret + "x", strings.ToUpper(secret), secret[:len(secret)-1] + "!", secret + " " + secret} {
		problem(t, s.sendAs(wrong, http.MethodGet, "/api/v1/tasks", ""), http.StatusUnauthorized)
	}
	_, changed, err := callback.RevokeToken(t.Context(), s.db, 1, callback.ByAdmin)
	require.NoError(t, err)
	require.True(t, changed)
	p := problem(t, s.sendAs(secret, http.MethodGet, "/api/v1/tasks", ""), http.StatusUnauthorized)
	assert.Contains(t, p.Detail, "revoked")
	assert.NotContains(t, s.log.String(), secret)
	assert.Equal(t, map[httpapi.RefusedFor]int{httpapi.RefusedToken: 6}, s.refused)
}

// What is done with a token is done by its name.
func TestWhatATokenDoesHasItsName(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	s.miss("acme", "+46701234568")
	secret := s.bearer("alice@desk", callback.RoleSupervisor, "acme")
	for _, request := range []struct{ method, path string }{
		{http.MethodPost, "/api/v1/tasks/1/hold"}, {http.MethodPut, "/api/v1/accounts/acme/do-not-call/+46701234569"},
		{http.MethodPost, "/api/v1/accounts/acme/rules/menu%201%2F2/deactivate"}, {http.MethodPost, "/api/v1/accounts/acme/freeze"},
	} {
		w := s.sendAs(secret, request.method, request.path, "")
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		assert.Contains(t, w.Body.String(), `by":"alice@desk"`, request.path)
	}
}

// Reading costs no writing, but for once a minute.
func TestWhenATokenWasUsedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		secret := s.bearer("desk", callback.RoleAgent, "")
		var writes int
		lastUsed := func() time.Time {
			return get[httpapi.TokenList](s, "/api/v1/tokens").Tokens[0].LastUsed
		}
		use := func() {
			before := lastUsed()
			var group sync.WaitGroup
			for range 5 {
				group.Go(func() { assert.Equal(t, http.StatusOK, s.sendAs(secret, http.MethodGet, "/api/v1/tasks", "").Code) })
			}
			group.Wait()
			if !lastUsed().Equal(before) {
				writes++
			}
		}
		assert.Zero(t, lastUsed(), "never")
		for range 60 { // ten minutes
			use()
			<-time.After(10 * time.Second) // virtual time
		}
		assert.Equal(t, 10, writes)
		assert.WithinDuration(t, time.Now(), lastUsed(), time.Minute+10*time.Second)
		assert.Equal(t, http.StatusForbidden, s.sendAs(secret, http.MethodPost, "/api/v1/stop", "").Code)
		before := lastUsed()
		assert.WithinDuration(t, time.Now(), before, 0, "what it may not do is a use")
		<-time.After(time.Minute) // virtual time
		problem(t, s.sendAs(secret[:40], http.MethodGet, "/api/v1/tasks", ""), http.StatusUnauthorized)
		assert.Equal(t, before, lastUsed(), "a wrong token isn't its use")
	})
}

// readOnly is a store on a disk that is full.
type readOnly struct{ callback.Store }

func (readOnly) Update(context.Context, func(callback.Tx) error) error { return storage.ErrFull }

func TestAFullDiskKeepsNobodyOut(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "callbackd.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, secret, err := callback.AddToken(t.Context(), db, "desk", callback.RoleAgent, "", callback.ByAdmin)
	require.NoError(t, err)
	log := new(bytes.Buffer)
	handler := httpapi.New(httpapi.Options{Store: readOnly{db}, Ready: func() []string { return nil }, Log: zerolog.New(log)})
	for range 3 {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
		r.Header.Set("Authorization", "Bearer "+secret)
		handler.ServeHTTP(w, r)
		assert.Equal(t, http.StatusOK, w.Code, w.Body)
	}
	assert.Equal(t, 1, strings.Count(log.String(), "the disk is full"), "once a minute")
}

// The admin gets in whatever is wrong with the database; for others nobody can tell.
func TestTokensOfADatabaseThatFails(t *testing.T) {
	s := newService(t)
	secret := s.bearer("desk", callback.RoleAgent, "")
	require.NoError(t, s.db.Close())
	problem(t, s.sendAs(secret, http.MethodGet, "/healthz/nothing", ""), http.StatusNotFound)
	p := problem(t, s.sendAs(secret, http.MethodGet, "/api/v1/nothing", ""), http.StatusInternalServerError)
	assert.NotContains(t, p.Detail, "database")
	problem(t, s.send(http.MethodGet, "/api/v1/nothing", ""), http.StatusNotFound)
}

// Whoever goes on with a wrong token is told to wait; nobody else waits for that, and
// neither does who comes from there with a right one.
func TestTriesWithWrongTokensAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		secret := s.bearer("desk", callback.RoleAgent, "")
		from := func(address, token string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
			r.RemoteAddr = address
			r.Header.Set("Authorization", "Bearer "+token)
			return s.serve(r)
		}
		for i := range 30 {
			problem(t, from(fmt.Sprintf("192.0.2.1:%d", 1000+i), "wrong"), http.StatusUnauthorized)
		}
		w := from("192.0.2.1:2000", "wrong")
		problem(t, w, http.StatusTooManyRequests)
		seconds, err := strconv.Atoi(w.Header().Get("Retry-After"))
		require.NoError(t, err)
		assert.Positive(t, seconds)
		problem(t, from("192.0.2.1:2000", "cbd_"+strings.Repeat("A", 43)), http.StatusTooManyRequests)
		for range 100 {
			assert.Equal(t, http.StatusOK, from("192.0.2.1:2000", secret).Code)
			assert.Equal(t, http.StatusOK, from("192.0.2.1:2000", token).Code)
		}
		problem(t, from("192.0.2.2:2000", "wrong"), http.StatusUnauthorized)
		<-time.After(time.Duration(seconds) * time.Second) // virtual time
		problem(t, from("192.0.2.1:2000", "wrong"), http.StatusUnauthorized)
		problem(t, from("192.0.2.1:2000", "wrong"), http.StatusTooManyRequests)
		assert.Equal(t, map[httpapi.RefusedFor]int{httpapi.RefusedToken: 32, httpapi.RefusedTries: 3}, s.refused)
	})
}

func TestOfSeveralTokensNoneIsMeant(t *testing.T) {
	s := newService(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
	r.Header["Authorization"] = []string{"Bearer " + token, "Bearer wrong"}
	problem(t, s.serve(r), http.StatusUnauthorized)
	assert.Equal(t, map[httpapi.RefusedFor]int{httpapi.RefusedNoToken: 1}, s.refused)
}

// Whatever stands in the header, only the tokens let in, and nothing of it is told or breaks
// anything.
func FuzzAuthorization(f *testing.F) {
	dir := f.TempDir()
	db, err := storage.Open(f.Context(), filepath.Join(dir, "callbackd.db"))
	require.NoError(f, err)
	f.Cleanup(func() { assert.NoError(f, db.Close()) })
	_, secret, err := callback.AddToken(f.Context(), db, "desk", callback.RoleAgent, "acme", callback.ByAdmin)
	require.NoError(f, err)
	_, revoked, err := callback.AddToken(f.Context(), db, "gone", callback.RoleAdmin, "", callback.ByAdmin)
	require.NoError(f, err)
	_, _, err = callback.RevokeToken(f.Context(), db, 2, callback.ByAdmin)
	require.NoError(f, err)
	handler := httpapi.New(httpapi.Options{Store: db, Token: token, Ready: func() []string { return nil }, Log: zerolog.Nop()})
	for _, header := range []string{
		"", "Bearer", "Bearer ", "Bearer " + token, "bearer  " + secret, "Bearer " + revoked, "Basic " + token, token, "Bearer\t" + token,
		"Bearer " + secret + "\x00", "Bearer " + strings.Repeat("A", 1<<16), "Bearer ' OR 1=1 --", "Bearer cbd_" + strings.Repeat("_", 43), "\xff\xfe",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		scheme, given, _ := strings.Cut(header, " ")
		given = strings.TrimSpace(given)
		if strings.EqualFold(scheme, "Bearer") && (given == token || given == secret) {
			require.Equal(t, http.StatusOK, w.Code)
			return
		}
		require.Contains(t, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, w.Code)
		if len(given) > 8 {
			require.NotContains(t, w.Body.String(), given)
		}
	})
}

// People whom the page has let in need no token, and may what their role may.
func TestAPersonOfThePage(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	as := func(p httpapi.Person, method, path string) int {
		r := httptest.NewRequestWithContext(httpapi.As(t.Context(), p), method, path, strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Code
	}
	alice := httpapi.Person{Name: "alice", Role: callback.RoleAgent, Account: "acme"}
	assert.Equal(t, http.StatusOK, as(alice, http.MethodPost, "/api/v1/tasks/1/hold"))
	assert.Equal(t, "alice", get[httpapi.TaskStory](s, "/api/v1/tasks/1").HeldBy)
	assert.Equal(t, http.StatusForbidden, as(alice, http.MethodPost, "/api/v1/stop"))
	alice.Account = "other"
	assert.Equal(t, http.StatusNotFound, as(alice, http.MethodGet, "/api/v1/tasks/1"))
	assert.Equal(t, http.StatusForbidden, as(httpapi.Person{}, http.MethodGet, "/api/v1/tasks"), "nobody may nothing")
}
