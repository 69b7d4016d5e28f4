package config

import (
	"errors"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// What lines look like that the parser can't make sense of, and what their
// authors meant.
var (
	bareBraces   = regexp.MustCompile(`\b(dial|text):\s*[^"'\s].*\{`)
	conflictMark = regexp.MustCompile(`^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)( |$)`)
	noSpace      = regexp.MustCompile(`^\s*(- )?[A-Za-z_]+:[^\s:/]`)
	bareKey      = regexp.MustCompile(`\b(?:stop_)?key:\s+([*#])\s*($|[,}])`)
	keyOfBlock   = regexp.MustCompile(`^\s*(- +)?["']?[A-Za-z0-9_][^:{}\[\]#]*["']?:(\s|$)`)
)

// syntax notes an error of the parser, which stops at the first.
func (s *source) syntax(err error) {
	at, message := &node{line: 1, column: 1}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		at, message = nodeAt(syntax.GetToken()), syntax.GetMessage()
	}
	for i, line := range s.lines {
		if conflictMark.MatchString(line) {
			s.errorf(&node{line: i + 1, column: 1}, "not YAML: two versions of the file were merged, and a conflict is left").Hint =
				"keep one side, and remove the marks"
			return
		}
	}
	at, hint := s.meant(at)
	s.errorf(at, "not YAML: %s", strings.ReplaceAll(message, "\t", `\t`)).Hint = hint
}

// meant says what would be right at the place where the parser stopped, or
// right before, as far as its look tells.
func (s *source) meant(at *node) (place *node, hint string) {
	const space = "write a space after the colon"
	i := min(max(at.line, 1), len(s.lines)) - 1
	switch line := s.lines[i]; {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		return at, "indent with spaces: YAML doesn't take tabs"
	case bareBraces.MatchString(line):
		return at, "put what follows " + bareBraces.FindStringSubmatch(line)[1] + ": in quotes: between { and } its own braces mean a mapping"
	case bareKey.MatchString(line):
		return at, nameOfKey(line)
	case noSpace.MatchString(line):
		return at, space
	case i > 0 && noSpace.MatchString(s.lines[i-1]): // the parser took it for a word that goes on
		return &node{line: i, column: strings.Index(s.lines[i-1], ":") + 1}, space
	}
	for _, i := range []int{i, i + 1} { // of two lines that don't go together the parser may name the first
		if s.outOfColumn(i) {
			return &node{line: i + 1, column: beginOfKey(s.lines[i]) + 1}, "begin it in the column of the key above that it goes with"
		}
	}
	return at, ""
}

// nameOfKey says how the key of a telephone is written that line has as it is; "" if
// it has none.
func nameOfKey(line string) (hint string) {
	found := bareKey.FindStringSubmatch(line)
	if found == nil {
		return ""
	}
	name, taken := "star", "an alias"
	if found[1] == "#" {
		name, taken = "hash", "a comment"
	}
	return "write " + name + " for the key " + found[1] + ": YAML takes it for " + taken
}

// outOfColumn reports whether line i holds a key that begins in another column
// than any key before it with which it could go.
func (s *source) outOfColumn(i int) bool {
	if i >= len(s.lines) || !keyOfBlock.MatchString(s.lines[i]) {
		return false
	}
	column, passed := beginOfKey(s.lines[i]), false
	for before := i - 1; before >= 0; before-- {
		line := s.lines[before]
		if !keyOfBlock.MatchString(line) {
			continue
		}
		switch begin := beginOfKey(line); {
		case begin == column:
			return false
		case begin < column: // it can only be the first below a key without a value
			return passed || !strings.HasSuffix(strings.TrimSpace(line), ":")
		}
		passed = true
	}
	return passed
}

// beginOfKey is where in a line the key begins, after spaces and dashes.
func beginOfKey(line string) int { return len(line) - len(strings.TrimLeft(line, " -")) }
