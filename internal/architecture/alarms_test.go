package architecture

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// How the code names an alarm: where it logs one, and where it hands the name to
// what does.
var (
	alarmRaised = regexp.MustCompile(`\b(?:(?:alarm|goOn)\(|unheard\{)[^"\n]*"([a-z_]+)"|Str\("alarm", "([a-z_]+)"\)`)
	// Those whose end callbackd tells (alarms.Standing).
	alarmStands = regexp.MustCompile(`\b(?:(?:alarmIf|standing\.Raise)\([^")\n]*|complaints\{\s*alarm: )"([a-z_]+)"`)
	alarmOfName = regexp.MustCompile(`Str\("alarm", [^"]`)
	alarmRow    = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")
)

// Whoever is woken by an alarm finds it in the documentation.
func TestEveryAlarmIsDocumented(t *testing.T) {
	raised, standing := map[string]bool{}, map[string]bool{}
	for _, top := range []string{"callback", "storage", "sounds", "internal", "cmd"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", "..", top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, match := range alarmRaised.FindAllStringSubmatch(string(text), -1) {
				raised[match[1]+match[2]] = true
			}
			for _, match := range alarmStands.FindAllStringSubmatch(string(text), -1) {
				raised[match[1]], standing[match[1]] = true, true
			}
			if filepath.Base(filepath.Dir(path)) != "pbx" {
				require.False(t, alarmOfName.Match(text), "%s: write the alarm's name where it is logged, so that this test sees it", path)
			}
			return nil
		}))
	}
	manual, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(manual), "\n## Alarms\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]bool{}
	for _, match := range alarmRow.FindAllStringSubmatch(section, -1) {
		documented[match[1]] = true
	}
	require.Equal(t, slices.Sorted(maps.Keys(raised)), slices.Sorted(maps.Keys(documented)))

	// Which of them stand until callbackd tells that they are over is written before the table.
	_, sentence, found := strings.Cut(section, "\nStands until it is over: ")
	require.True(t, found)
	sentence, _, _ = strings.Cut(sentence, ".")
	var told []string
	for _, name := range strings.Split(sentence, ", ") {
		told = append(told, strings.Trim(name, "`"))
	}
	require.Equal(t, slices.Sorted(maps.Keys(standing)), told)
}
