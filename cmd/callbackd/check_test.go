package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

// checkFixture runs check on testdata/check, where one account is good and one
// isn't, and compares what is printed with a golden file.
func checkFixture(t *testing.T, goldenName string, args ...string) (status int, errs string) {
	t.Helper()
	goldenName, err := filepath.Abs(filepath.Join("testdata", goldenName))
	require.NoError(t, err)
	t.Chdir(filepath.Join("..", "..", "testdata", "check"))
	status, out, errs := run(t, append([]string{"check", "--config", "callbackd.yaml"}, args...)...)
	if *update {
		require.NoError(t, os.WriteFile(goldenName, []byte(out), 0o644))
	}
	want, err := os.ReadFile(goldenName)
	require.NoError(t, err)
	assert.Equal(t, string(want), out)
	return status, errs
}

func TestCheckSaysAllThatIsWrong(t *testing.T) {
	status, errs := checkFixture(t, "check.txt")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: 4 errors in the configuration\n", errs)
}

func TestCheckForPrograms(t *testing.T) {
	status, errs := checkFixture(t, "check.json", "--json")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: 4 errors in the configuration\n", errs)
}

// Editors take the schema from the program that reads the files.
func TestCheckPrintsTheSchema(t *testing.T) {
	status, out, errs := run(t, "check", "--schema", "--config", "there-is-none.yaml")
	assert.Zero(t, status, errs)
	assert.True(t, json.Valid([]byte(out)))
	assert.Equal(t, string(config.Schema()), out)
}
