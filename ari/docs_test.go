package ari_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/ari.md names a test for each behaviour: none of them may be gone.
func TestDocumentNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../docs/ari.md")
	require.NoError(t, err)
	var code []byte
	for _, pattern := range []string{"*_test.go", "aritest/*_test.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range files {
			raw, err := os.ReadFile(name)
			require.NoError(t, err)
			code = append(code, raw...)
		}
	}
	names := regexp.MustCompile(`\b(Test|Fuzz|Example)[A-Z]\w+`).FindAll(page, -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		assert.Contains(t, string(code), "func "+string(name)+"(")
	}
}
