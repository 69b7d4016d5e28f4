package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

// Files as Windows' editors save them, and with YAML's optional marks.
func TestBytesAroundTheRules(t *testing.T) {
	minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	want := goodAccount(t, "minimal.yaml")
	for name, change := range map[string]func(text []byte) []byte{
		"byte order mark":    func(text []byte) []byte { return append([]byte("\ufeff"), text...) },
		"CRLF":               func(text []byte) []byte { return replace(text, "\n", "\r\n") },
		"CR":                 func(text []byte) []byte { return replace(text, "\n", "\r") },
		"no newline at end":  func(text []byte) []byte { return text[:len(text)-1] },
		"document marks":     func(text []byte) []byte { return append(append([]byte("---\n"), text...), "...\n"...) },
		"comment before ---": func(text []byte) []byte { return append([]byte("# ours\n---\n"), text...) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "acme.yaml")
			require.NoError(t, os.WriteFile(path, change(minimal), 0o600))
			book, _, err := loadRules(path)
			require.NoError(t, err)
			assert.Equal(t, want, book.Accounts()[0])
		})
	}
}

func TestRulesFolder(t *testing.T) {
	minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	folder := t.TempDir()
	for _, name := range []string{"acme.yaml", "acme.yaml~", ".acme.yaml.swp", ".#acme.yaml", "#acme.yaml#", ".acme.yaml", "acme.yaml.bak", "README"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), minimal, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, "beta.yml"), replace(replace(minimal, "acme", "beta"), "PJSIP/pstn", "PJSIP/other"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "old.yaml"), 0o700))

	book, warnings, err := loadRules(folder)
	require.NoError(t, err)
	assert.Empty(t, warnings)
	require.Len(t, book.Accounts(), 2)
	assert.Equal(t, "acme", book.Accounts()[0].Name)
	assert.Equal(t, "beta", book.Accounts()[1].Name)
}

func TestNoRulesAtAll(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "rules")
	_, _, err := loadRules(missing)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.EqualError(t, err, "read the rules: "+missing+": no such file or directory; `rules` in callbackd.yaml names a folder with one file per account, or one file")

	empty := t.TempDir()
	_, _, err = loadRules(empty)
	assert.EqualError(t, err, "read the rules: "+empty+" holds no file ACCOUNT.yaml; write one")
}

// One file of a folder that can't be read is named, and neither hides faults of
// the others nor keeps them from being used.
func TestFilesStandOnTheirOwn(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, text, 0o600))
		return path
	}
	require.NoError(t, os.Symlink(filepath.Join(folder, "gone"), filepath.Join(folder, "dangling.yaml")))
	minimal, err := os.ReadFile(filepath.Join("..", "..", "testdata", "rules", "good", "minimal.yaml"))
	require.NoError(t, err)
	want := map[string]string{}
	for name, bad := range map[string]struct {
		text  []byte
		fault string
	}{
		"empty.yaml":     {nil, ": the file is empty"},
		"huge.yaml":      {bytes.Repeat([]byte("a: b\n"), 2<<20), ": larger than 1 MiB"},
		"long.yaml":      {bytes.Repeat([]byte("#\n"), 20_001), ": more than 20000 lines"},
		"crowded.yaml":   {bytes.Repeat([]byte("[a,b],"), 20_000), ":1:"},
		"binary.yaml":    {[]byte("\x7fELF\x02\x01\x01\x00\x00"), ": not a text file"},
		"utf16.yaml":     {[]byte("\xff\xfea\x00:\x00"), ": not UTF-8 but UTF-16; save the file as UTF-8"},
		"latin1.yaml":    {[]byte("account: bj\xf6rk\n"), ":1:12: not UTF-8"},
		"truncated.yaml": {[]byte("account: acme\nnumbers: [\"+46855"), ":2:"},
		"nested.yaml":    {bytes.Repeat([]byte("["), 1<<19), ":1:17: nested more than 16 deep"},
		"dashes.yaml":    {bytes.Repeat([]byte("- "), 1<<14), ":1:33: nested more than 16 deep"},
	} {
		want[write(name, bad.text)] = bad.fault
	}
	good := write("acme.yaml", minimal)

	files, err := config.ReadRules(operator(folder))
	require.NoError(t, err)
	require.Len(t, files, len(want)+2)
	for _, f := range files {
		if f.Path == good {
			assert.Equal(t, "acme", f.Name)
			assert.Equal(t, minimal, f.Text)
			require.NotNil(t, f.Account)
			assert.Equal(t, goodAccount(t, "minimal.yaml"), f.Account)
			assert.Empty(t, f.Problems)
			continue
		}
		assert.Nil(t, f.Account, f.Path)
		assert.Empty(t, f.Name)
		require.Len(t, f.Problems, 1, "one clear error for %s: %s", f.Path, f.Problems)
		if fault, ok := want[f.Path]; ok {
			assert.Contains(t, f.Problems.Error(), f.Path+fault)
		} else {
			assert.Equal(t, f.Path+": no such file or directory; it is a link that leads nowhere", f.Problems.Error())
			assert.Nil(t, f.Text)
		}
	}

	book, _, err := loadRules(folder)
	require.Error(t, err)
	assert.Nil(t, book, "all accounts or none")
}

// A file that is all faults is told of in so many words, not in megabytes.
func TestOnlySomeFaultsAreShown(t *testing.T) {
	text := "account: acme\ncountry: SE\nagents: {" + strings.Repeat("-a: {}, ", 4000) + "}\nqueues: {" + strings.Repeat("x: {}, ", 100) + "}\n"
	f := config.ParseRules(operator(""), "acme.yaml", []byte(text))
	assert.Nil(t, f.Account)
	errs := f.Problems.Errors()
	require.Len(t, errs, 101)
	assert.Equal(t, "acme.yaml: more than 100 errors, of which these are 100", errs[0].String())
	assert.Less(t, len(f.Problems.Error()), 50_000)
}

// What a file makes as long as itself is told of in a few words.
func TestLongWordsAreCut(t *testing.T) {
	long := strings.Repeat("long", 200_000)
	for name, text := range map[string]string{
		"key":         "account: acme\n" + long + ": x\n",
		"value":       "account: " + long + "\n",
		"block":       "a: " + strings.Repeat("|", 900_000),
		"quoting":     "account: acme\ncountry: SE\nqueues: {support: {area: 0" + strings.Repeat("7", 900_000) + "}}\nrules: []\n",
		"deeper keys": "account: acme\n" + long + ": {" + long + ": x}\n",
	} {
		f := config.ParseRules(operator(""), "acme.yaml", []byte(text))
		require.NotEmpty(t, f.Problems, name)
		assert.Less(t, len(f.Problems.Error()), 5_000, name)
		for _, p := range f.Problems {
			assert.Less(t, len(p.Path)+len(p.Message)+len(p.Hint), 1_500, name)
		}
	}
}
