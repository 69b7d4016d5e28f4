package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixtures lists the *.yaml files and the folders of testdata/folder. The test
// then runs in testdata, so that messages name files as they lie there.
func fixtures(t *testing.T, folder string) []string {
	t.Helper()
	t.Chdir(filepath.Join("..", "..", "testdata"))
	listed, err := os.ReadDir(folder)
	require.NoError(t, err)
	var list []string
	for _, f := range listed {
		if f.IsDir() || filepath.Ext(f.Name()) == ".yaml" {
			list = append(list, filepath.Join(folder, f.Name()))
		}
	}
	require.NotEmpty(t, list)
	return list
}

// golden compares got with the file beside the fixture.
func golden(t *testing.T, fixture, got string) {
	t.Helper()
	name := strings.TrimSuffix(fixture, ".yaml") + ".golden"
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got+"\n"), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got+"\n")
}
