package httpapi_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"

	"callbackd/internal/httpapi"
)

func TestWithoutTheTokenNothingUnderAPI(t *testing.T) {
	s := newService(t)
	s.miss("acme", "+46701234567")
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + token + "x", "Basic " + token, token} {
		for _, request := range []struct{ method, path string }{
			{http.MethodGet, "/api/v1/tasks"},
			{http.MethodGet, "/api/v1/tasks/1"},
			{http.MethodPost, "/api/v1/tasks/1/cancel"},
			{http.MethodGet, "/api/v1/missed-calls"},
			{http.MethodGet, "/%61pi/v1/tasks"},
			{http.MethodGet, "/api/v1/nothing"},
			{http.MethodDelete, "/api/v1/tasks"},
			{http.MethodGet, "/api"},
		} {
			r := httptest.NewRequestWithContext(t.Context(), request.method, request.path, nil)
			r.Header.Set("Authorization", header)
			w := s.serve(r)
			p := problem(t, w, http.StatusUnauthorized)
			assert.Contains(t, w.Header().Get("WWW-Authenticate"), `Bearer realm="callbackd"`)
			assert.Contains(t, p.Detail, "admin.token", "the answer says where the token is")
		}
	}
	assert.Empty(t, get[httpapi.TaskList](s, "/api/v1/tasks").Tasks[0].Reason, "nobody has cancelled it")
	assert.Contains(t, s.log.String(), "wrong token")
	assert.NotContains(t, s.log.String(), token)
}

func TestTheSchemeOfTheTokenHasNoCase(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
	r.Header.Set("Authorization", "bearer  "+token+" ")
	assert.Equal(t, http.StatusOK, newService(t).serve(r).Code)
}

func TestAnEmptyTokenLetsNobodyIn(t *testing.T) {
	handler := httpapi.New(httpapi.Options{Ready: func() []string { return nil }, Log: zerolog.Nop()})
	for _, header := range []string{"", "Bearer", "Bearer "} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/tasks", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		problem(t, w, http.StatusUnauthorized)
	}
}

func TestWhatNeedsNoToken(t *testing.T) {
	s := newService(t)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json"} {
		w := s.serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		assert.Equal(t, http.StatusOK, w.Code, path)
	}
}

// Whoever reaches the port can send what they like; the log doesn't grow with it.
func TestWrongTokensDontFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := new(bytes.Buffer)
		handler := httpapi.New(httpapi.Options{Token: token, Ready: func() []string { return nil }, Log: zerolog.New(log)})
		refused := func() string {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/"+strings.Repeat("x", 10_000), nil)
			r.Header.Set("Authorization", "Bearer wrong")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			assert.Contains(t, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, w.Code)
			line := log.String()
			log.Reset()
			return line
		}
		line := refused()
		assert.Contains(t, line, "wrong token")
		assert.Less(t, len(line), 500)
		for range 999 {
			assert.Empty(t, refused())
		}
		<-time.After(time.Second)
		assert.Contains(t, refused(), `"others":999`)
	})
}
