package page

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is shipped is whole: every text in every language, with all that is filled in, and
// no text that no page shows.
func TestShippedLanguages(t *testing.T) {
	l, err := ReadLanguages("")
	require.NoError(t, err)
	assert.Equal(t, []string{"en", "sv"}, l.codes)
	assert.Empty(t, l.Missing)
	for key, text := range l.spoken["sv"].Texts {
		assert.ElementsMatch(t, filledIn.FindAllString(l.spoken[english].Texts[key], -1), filledIn.FindAllString(text, -1), key)
	}

	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "templates/customer/*.html"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, word := range regexp.MustCompile(`"([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
				used[word[1]] = true
			}
			for _, said := range regexp.MustCompile(`Say "([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
				assert.Contains(t, l.spoken[english].Texts, said[1], file)
			}
		}
	}
	for key := range l.spoken[english].Texts {
		made := regexp.MustCompile(`^state_|_words$`).MatchString(key)
		assert.True(t, used[key] || made, "nothing shows text %s", key)
	}
}

// languageFile puts a language into a folder of an operator's.
func languageFile(t *testing.T, name, text string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	return folder
}

// A language of the operator's own is taken as it is, and what it lacks is English.
func TestLanguagesByFile(t *testing.T) {
	l, err := ReadLanguages(languageFile(t, "nb.json", `{"name": "Norsk", "weekdays": ["søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"], "texts": {"send": "Ring meg"}}`))
	require.NoError(t, err)
	norwegian := l.choose("nb", "", "")
	assert.Equal(t, "Ring meg", norwegian.say("send"))
	assert.Equal(t, "What is it about?", norwegian.say("topic"))
	assert.Equal(t, "tirsdag 24 November", norwegian.day(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)))
	assert.Contains(t, l.Missing, "nb: topic")
	assert.Contains(t, l.Missing, "nb: months")
	assert.NotContains(t, l.Missing, "nb: send")

	own, err := ReadLanguages(languageFile(t, "sv.json", `{"name": "Svenska", "texts": {"send": "Ring"}}`))
	require.NoError(t, err)
	assert.Equal(t, "Ring", own.choose("sv", "", "").say("send"), "it replaces the one that is shipped")
}

// What can't be right is an error that names the file and the text.
func TestFaultyLanguages(t *testing.T) {
	for text, says := range map[string]string{
		`{"texts": {"send": "Ring"}}`:                             "nb.json: name is missing",
		`{"name": "Norsk", "texts": {"sendd": "Ring"}}`:           "nb.json: there is no text sendd",
		`{"name": "Norsk", "texts": {"number_hint": "{number}"}}`: "nb.json: text number_hint: nothing is filled in for {number}",
		`{"name": "Norsk", "weekdays": ["mandag"]}`:               "nb.json: weekdays has 1 names, not 7",
		`{"name": "Norsk", "colour": "green"}`:                    "nb.json: it isn't JSON as in en.json: json: unknown field",
		`name: Norsk`:                                             "nb.json: it isn't JSON",
	} {
		_, err := ReadLanguages(languageFile(t, "nb.json", text))
		assert.ErrorContains(t, err, says, text)
	}
	_, err := ReadLanguages(languageFile(t, "norsk.json", `{"name": "Norsk"}`))
	assert.ErrorContains(t, err, "norsk.json: a file is named by its language")
	_, err = ReadLanguages(filepath.Join(t.TempDir(), "nowhere"))
	assert.ErrorContains(t, err, "nowhere")
}

func TestWhichLanguageSomebodyIsServedIn(t *testing.T) {
	l, err := ReadLanguages("")
	require.NoError(t, err)
	for _, c := range []struct{ chosen, wanted, otherwise, want string }{
		{"", "", "", "en"},
		{"", "", "sv", "sv"},
		{"sv", "en", "en", "sv"},
		{"tlh", "sv-SE,sv;q=0.9,en;q=0.8", "en", "sv"},
		{"", "de-DE,de;q=0.9,en;q=0.5", "sv", "en"},
		{"", "en-GB", "sv", "en"},
		{"", "fi", "sv", "sv"},
		{"", "*", "sv", "sv"},
		{"", "sv;q=0.1,en;q=0.7", "", "en"},
		{"../sv", ";;;q=", "sv", "sv"},
	} {
		assert.Equal(t, c.want, l.choose(c.chosen, c.wanted, c.otherwise).Code, c)
	}
}

// What is filled in is never filled in itself.
func TestTextsAreFilledInOnce(t *testing.T) {
	s := speech{Texts: map[string]string{"a": "{one} and {two}"}}
	assert.Equal(t, "{two} and 2", s.say("a", "one", "{two}", "two", "2"))
}
