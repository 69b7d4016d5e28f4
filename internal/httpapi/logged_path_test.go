package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Whoever brings a wrong token, say after it was changed, leaves no customer's number in
// the log.
func TestNoNumberOfAnAddressIsLogged(t *testing.T) {
	for _, address := range []string{
		"/api/v1/accounts/acme/do-not-call/+46701234567",
		"/api/v1/accounts/acme/do-not-call/070-123%2045%2067",
		"/api/v1/accounts/acme/customers/0701234567/",
	} {
		s := newService(t)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, address, nil)
		r.Header.Set("Authorization", "Bearer wrong")
		s.serve(r)
		assert.Contains(t, s.log.String(), "/api/v1/accounts/acme/", "where somebody knocked is said")
		assert.NotRegexp(t, "70.?123", s.log.String())
	}
}
