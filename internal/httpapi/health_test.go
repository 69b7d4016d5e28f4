package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadiness(t *testing.T) {
	s := newService(t)
	assert.JSONEq(t, `{"status":"ready"}`, s.send(http.MethodGet, "/readyz", "").Body.String())

	s.ready = func() []string { return []string{"pbx1: connection refused", "the rules aren't loaded"} }
	p := problem(t, s.send(http.MethodGet, "/readyz", ""), http.StatusServiceUnavailable)
	assert.Equal(t, "callbackd isn't ready: pbx1: connection refused; the rules aren't loaded", p.Detail)
	require.Len(t, p.Errors, 2)
	assert.Equal(t, "pbx1: connection refused", p.Errors[0].Message)

	assert.JSONEq(t, `{"status":"ok"}`, s.send(http.MethodGet, "/healthz", "").Body.String(), "it runs all the same")
}
