package config_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

var keyRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|(.*)\\|(.*)\\|(.*)\\|$")

// The table of appointments in docs/rules.md has the keys of the schema that rules don't
// have, says which are required, and what those are that are left out.
func TestTheKeysOfAppointmentsInTheDocs(t *testing.T) {
	var schema struct {
		Properties map[string]struct {
			Properties           map[string]any
			AdditionalProperties json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(config.Schema(), &schema))
	var book struct {
		Properties map[string]struct{ Default any }
		Required   []string
	}
	require.NoError(t, json.Unmarshal(schema.Properties["appointments"].AdditionalProperties, &book))
	for shared := range schema.Properties["defaults"].Properties {
		if shared != "schedule" {
			delete(book.Properties, shared)
		}
	}

	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "rules.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## appointments\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]bool{}
	for _, row := range keyRow.FindAllStringSubmatch(section, -1) {
		key, meaning, otherwise := row[1], row[2], row[3]
		documented[key] = true
		assert.Equal(t, slices.Contains(book.Required, key), strings.Contains(meaning, "**required**"), key)
		if value := book.Properties[key].Default; value != nil {
			assert.Contains(t, otherwise, "`"+written(value)+"`", key)
		}
	}
	assert.Equal(t, slices.Sorted(maps.Keys(book.Properties)), slices.Sorted(maps.Keys(documented)))
}

// written is a value of JSON as a rules file has it.
func written(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = fmt.Sprint(v)
	}
	return "[" + strings.Join(words, ", ") + "]"
}
