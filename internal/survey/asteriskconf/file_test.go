package asteriskconf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write makes files in a folder and reads the first of them.
func write(t *testing.T, files map[string]string) *File {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	f, err := Read(folder, "cdr.conf")
	require.NoError(t, err)
	return f
}

func TestSettings(t *testing.T) {
	for name, row := range map[string]struct {
		text, want string
		written    bool
	}{
		"plain":                       {"[general]\nunanswered = yes\n", "yes", true},
		"no blanks, an arrow":         {"[general]\nunanswered=>yes\n", "yes", true},
		"other case":                  {"[General]\nUnanswered = Yes\n", "Yes", true},
		"comment behind":              {"[general]\nunanswered = yes ; all of them\n", "yes", true},
		"commented out":               {"[general]\n;unanswered = yes\n", "", false},
		"in a block comment":          {"[general]\n;-- old\nunanswered = no\n--;\n", "", false},
		"behind a block comment":      {"[general]\n;-- a ;-- b --; --; unanswered = no\n", "no", true},
		"a line of hyphens":           {"[general]\n;-----\nunanswered = yes\n", "yes", true},
		"semicolon in a value":        {"[general]\nunanswered = a\\;b ; c\n", "a;b", true},
		"the last one holds":          {"[general]\nunanswered = no\n[csv]\n[general](+)\nunanswered = yes\n", "yes", true},
		"in another section":          {"[csv]\nunanswered = yes\n", "", false},
		"before any section":          {"unanswered = yes\n[general]\n", "", false},
		"section with a template":     {"[base](!)\nunanswered = no\n[general](base)\n unanswered = yes", "yes", true},
		"Windows' ends of lines":      {"[general]\r\nunanswered = yes\r\n", "yes", true},
		"an equals sign in the value": {"[general]\nunanswered = a=b\n", "a=b", true},
	} {
		t.Run(name, func(t *testing.T) {
			s, written := write(t, map[string]string{"cdr.conf": row.text}).Last("general", "unanswered")
			assert.Equal(t, row.written, written)
			assert.Equal(t, row.want, s.Value)
		})
	}
}

func TestIncludes(t *testing.T) {
	f := write(t, map[string]string{
		"cdr.conf": "[general]\n#include \"local/general.conf\"\n#include <csv.d/*.conf>\nbatch = no\n",
		// From the folder of the configuration, not from that of the line.
		"local/general.conf": "enable = yes\n#include local/more.conf\n#tryinclude local/none.conf\n",
		"local/more.conf":    "unanswered = yes\n[csv]\n",
		"csv.d/1.conf":       "loguniqueid = no\n",
		"csv.d/2.conf":       "loguniqueid = yes\n",
	})
	assert.Empty(t, f.Unread)
	var list []string
	for _, s := range f.Settings {
		list = append(list, s.Section+" "+s.Key+" "+s.Value)
	}
	assert.Equal(t, []string{"general enable yes", "general unanswered yes", "csv loguniqueid no", "csv loguniqueid yes", "csv batch no"}, list)
	s, _ := f.Last("csv", "loguniqueid")
	assert.Equal(t, "2.conf", filepath.Base(s.File))
	assert.Equal(t, 1, s.Line)
}

func TestWhatIsNotRead(t *testing.T) {
	f := write(t, map[string]string{"cdr.conf": "#exec /usr/bin/settings\n#include none.conf\n#include none.conf\n[general]\n"})
	require.Len(t, f.Unread, 2, "each line once")
	assert.Equal(t, "#exec /usr/bin/settings", f.Unread[0])
	assert.Contains(t, f.Unread[1], "none.conf")

	_, err := Read(t.TempDir(), "cdr.conf")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAnIncludeFromElsewhere(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "site.conf")
	require.NoError(t, os.WriteFile(elsewhere, []byte("unanswered = yes\n"), 0o600))
	f := write(t, map[string]string{"cdr.conf": "[general]\n#include " + elsewhere + "\n"})
	s, written := f.Last("general", "unanswered")
	require.True(t, written)
	assert.Equal(t, elsewhere, s.File)
}

// A file that includes itself, or what includes it, is read once; a file may well be
// included twice in a row.
func TestIncludesThatGoRound(t *testing.T) {
	f := write(t, map[string]string{
		"cdr.conf":    "#include cdr.conf\n#include \"*.conf\"\n[general]\nenable = yes\n",
		"around.conf": "#include cdr.conf\n#include twice\n#include twice\n",
		"twice":       "batch = no\n",
	})
	assert.Equal(t, []string{
		"#include cdr.conf (it includes itself)", `#include "*.conf" (it includes itself)`,
	}, f.Unread)
	require.Len(t, f.Settings, 3)
}

// Three files that each include three, and so on, would be tens of thousands.
func TestIncludesWithoutEnd(t *testing.T) {
	files := map[string]string{"cdr.conf": "#include 0/*\n[general]\nenable = yes\n"}
	for depth := range 9 {
		for i := range 3 {
			files[fmt.Sprintf("%d/%d", depth, i)] = fmt.Sprintf("#include %d/*\nat = %d\n", depth+1, depth)
		}
	}
	f := write(t, files)
	assert.LessOrEqual(t, len(f.Settings), mostFiles)
	assert.Less(t, len(f.Unread), 20)
	assert.Contains(t, f.Unread, "#include 8/* (too much to read)")
}

// What never ends, or never begins, isn't read.
func TestWhatIsNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	f := write(t, map[string]string{"cdr.conf": "#include /dev/zero\n#tryinclude " + pipe + "\n[general]\nenable = yes\n"})
	assert.Equal(t, []string{
		"#include /dev/zero (read /dev/zero: not a regular file)", "#tryinclude " + pipe + " (read " + pipe + ": not a regular file)",
	}, f.Unread)
	_, written := f.Last("general", "enable")
	assert.True(t, written)
}

func TestAFileWithoutEnd(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "cdr.conf")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Truncate(path, mostBytes+1))
	_, err := Read(folder, "cdr.conf")
	require.ErrorIs(t, err, errTooMuch)
}

func TestTemplates(t *testing.T) {
	for name, row := range map[string]struct {
		text, want string
		written    bool
	}{
		"inherited":                      {"[base](!)\nunanswered = yes\n[general](base)\n", "yes", true},
		"from two, the second one last":  {"[a](!)\nunanswered = yes\n[b](!)\nunanswered = no\n[general](a,b)\n", "no", true},
		"over two steps":                 {"[a](!)\nunanswered = yes\n[b](!,a)\n[general](b)\n", "yes", true},
		"the section's own holds":        {"[base](!)\nunanswered = no\n[general](base)\nunanswered = yes\n", "yes", true},
		"what the base holds until then": {"[base](!)\n[general](base)\n[base](+)\nunanswered = yes\n", "", false},
		"added to, and then inherited":   {"[base](!)\n[base](+)\nunanswered = yes\n[general](base)\n", "yes", true},
		"from no template":               {"[csv]\nunanswered = yes\n[general](csv)\n", "yes", true},
		"a template itself":              {"[general](!)\nunanswered = yes\n", "", false},
		"a template that grows":          {"[general](!)\n[general](+)\nunanswered = yes\n", "", false},
		"from nothing":                   {"[general](none)\nunanswered = yes\n", "yes", true},
	} {
		t.Run(name, func(t *testing.T) {
			s, written := write(t, map[string]string{"cdr.conf": row.text}).Last("general", "unanswered")
			assert.Equal(t, row.written, written)
			assert.Equal(t, row.want, s.Value)
		})
	}
}

// Each line doubles what the section holds.
func TestTemplatesWithoutEnd(t *testing.T) {
	f := write(t, map[string]string{"cdr.conf": "[a]\nx = 1\n" + strings.Repeat("[a](+,a)\n", 40)})
	assert.Len(t, f.Settings, mostSettings)
	assert.Equal(t, []string{"too much to read"}, f.Unread)
}

// What a section holds, wherever it is written, and what no section does.
func TestSections(t *testing.T) {
	f := Parse("queues.conf", "[general]\nautofill = yes\n[base](!)\nmember => PJSIP/alice\n[Support](base)\nmember => PJSIP/bob ; and nobody else\n[general](+)\nx = 1\n")
	var values []string
	for _, s := range f.Section("support") {
		values = append(values, s.Value)
	}
	assert.Equal(t, []string{"PJSIP/alice", "PJSIP/bob"}, values)
	assert.Len(t, f.Section("general"), 2)
	assert.Empty(t, f.Section("base"), "a template is nobody's")
	s, _ := f.Last("general", "x")
	assert.Equal(t, "queues.conf", s.File)
	assert.Equal(t, 8, s.Line)
}

func TestYes(t *testing.T) {
	for value, want := range map[string]bool{"Yes": true, "1": true, "on": true, "off": false, "enabled": false, "": false} {
		assert.Equal(t, want, Setting{Value: value}.On(), value)
	}
}
