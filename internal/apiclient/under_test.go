package apiclient_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// What is asked for under a key says so, and what the same client asks otherwise doesn't.
func TestUnderAKey(t *testing.T) {
	var keys []string
	client := apiclient.Within(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		_, _ = io.WriteString(w, `{}`)
	}))
	_, _, err := client.Under("one").Ask(t.Context(), httpapi.CallbackRequest{Number: "0701234567"})
	require.NoError(t, err)
	_, _, err = client.Ask(t.Context(), httpapi.CallbackRequest{Number: "0701234567"})
	require.NoError(t, err)
	assert.Equal(t, []string{"one", ""}, keys)
}
