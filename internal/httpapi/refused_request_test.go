package httpapi_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// The table in docs/requests.md has the status with which each reason is answered.
func TestStatusesInTheDocumentation(t *testing.T) {
	content, err := os.ReadFile("../../docs/requests.md")
	require.NoError(t, err)
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([0-9]{3}) \\|").FindAllStringSubmatch(string(content), -1) {
		documented[row[1]] = row[2]
	}
	answered := map[string]string{}
	for _, reason := range callback.AskReasons {
		var status huma.StatusError
		require.True(t, errors.As(httpapi.ProblemOf(&callback.AskRefusal{Reason: reason, Why: reason.Meaning()}), &status), reason)
		answered[string(reason)] = fmt.Sprint(status.GetStatus())
	}
	assert.Equal(t, documented, answered)
}
