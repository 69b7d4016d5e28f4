package apiclient_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/apiclient"
)

func TestWithinTheProcess(t *testing.T) {
	client := apiclient.Within(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Empty(t, r.Header.Get("Authorization"))
		assert.Equal(t, "acme", r.URL.Query().Get("account"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"tasks": [{"id": 7}]}`)) // to memory
	}))
	list, err := client.Tasks(t.Context(), apiclient.TaskQuery{Account: "acme"})
	require.NoError(t, err)
	require.Len(t, list.Tasks, 1)
	assert.EqualValues(t, 7, list.Tasks[0].ID)

	cutOff := apiclient.Within(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	_, err = cutOff.Tasks(t.Context(), apiclient.TaskQuery{})
	require.ErrorContains(t, err, "cut off")
}
