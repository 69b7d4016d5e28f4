package httpapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// How many customers are called is nobody's business but the operator's.
func TestMetricsWantTheToken(t *testing.T) {
	handler := httpapi.New(httpapi.Options{
		Token: token, Ready: func() []string { return nil }, Log: zerolog.Nop(),
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "callbackd_pbx_ready 1\n") }),
	})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	problem(t, w, http.StatusUnauthorized)
	r.Header.Set("Authorization", "Bearer "+token)
	w = httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "callbackd_pbx_ready 1\n", w.Body.String())
}
