package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenAPIDocument(t *testing.T) {
	w := newService(t).send(http.MethodGet, "/openapi.json", "")
	require.Equal(t, http.StatusOK, w.Code)
	golden(t, "openapi.json", append(w.Body.Bytes(), '\n'))

	var document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID, Summary, Description string
			Security                          []map[string][]string
			Responses                         map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &document))
	assert.True(t, strings.HasPrefix(document.OpenAPI, "3.1."))
	for path, operations := range document.Paths {
		for method, o := range operations {
			assert.NotEmpty(t, o.Summary, "%s %s", method, path)
			assert.NotEmpty(t, o.Description, "%s %s", method, path)
			wantsToken := strings.HasPrefix(path, "/api/")
			assert.Equal(t, wantsToken, len(o.Security) == 1, "%s %s says whether it wants the token", method, path)
			if wantsToken {
				assert.Contains(t, o.Responses, "401", "%s %s", method, path)
			}
		}
	}
}
