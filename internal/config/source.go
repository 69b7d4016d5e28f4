package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// maxFileSize, in bytes, has room for a thousand agents and some hundred rules.
// It keeps out files that were named by mistake, and those made to be slow: the
// parser's time can grow with the square of the size.
const maxFileSize = 128 << 10

// source is one file, and what was found wrong in it.
type source struct {
	name     string
	lines    []string
	problems Problems
}

// readSource reads the file name into a tree. The tree is nil if the file
// can't be read or isn't one YAML document; problems say why.
func readSource(name string) (*source, *node) {
	s := &source{name: name}
	raw, err := readFile(name)
	if err != nil {
		s.problems = append(s.problems, Problem{Severity: SeverityError, File: name, Message: err.Error()})
		return s, nil
	}
	return s, s.parse(raw)
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	raw, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(raw) > maxFileSize {
		return nil, fmt.Errorf("larger than %d KiB", maxFileSize>>10)
	}
	return raw, nil
}

// reason is what is left of an error about a file without operation and path,
// which the caller says in its own words.
func reason(err error) error {
	var about *fs.PathError
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}

// parse makes a tree of the file's only document.
func (s *source) parse(raw []byte) *node {
	text := strings.TrimPrefix(string(raw), "\ufeff") // the byte order mark of Windows' editors
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	s.lines = strings.Split(text, "\n")
	if !s.readable() {
		return nil
	}
	tokens := lexer.Tokenize(text)
	if deep := tooDeep(tokens); deep != nil {
		s.errorf(nodeAt(deep), "nested more than %d deep", maxDepth)
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // the tree reports all duplicates, the parser only one
	if err != nil {
		s.syntax(err)
		return nil
	}
	b := builder{source: s, anchors: map[string]*node{}}
	var root *node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case doc.Body.Type() == ast.DirectiveType:
			s.errorf(nodeAt(doc.Body.GetToken()), "YAML's directives have no use here").Hint = "remove the line"
			return nil
		case root != nil:
			begin := doc.Start
			if begin == nil {
				begin = doc.Body.GetToken()
			}
			s.errorf(nodeAt(begin), "a second document begins here").Hint = "one file holds one document: remove what --- begins"
			return nil
		default:
			root = b.value(doc.Body, "")
		}
	}
	if root == nil {
		s.problems = append(s.problems, Problem{Severity: SeverityError, File: s.name, Message: "the file is empty"})
	}
	return root
}

// readable refuses bytes that aren't text before the parser sees them.
func (s *source) readable() bool {
	for i, line := range s.lines {
		at := &node{line: i + 1}
		for offset, r := range line {
			at.column++
			invalid := r == utf8.RuneError && !strings.HasPrefix(line[offset:], "\ufffd")
			if !invalid && (!unicode.IsControl(r) || r == '\t') {
				continue
			}
			s.lines[i] = strings.ToValidUTF8(strings.Map(printable, line), "\ufffd")
			if invalid {
				s.errorf(at, "not UTF-8").Hint = "save the file as UTF-8"
			} else {
				s.errorf(at, "control character %U", r).Hint = "remove it"
			}
			return false
		}
	}
	return true
}

// printable keeps what a terminal would obey out of messages.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return '\ufffd'
	}
	return r
}

// bareDial is a dial string without quotes.
var bareDial = regexp.MustCompile(`dial:\s*[^"'\s].*\{`)

// syntax notes an error of the parser, which stops at the first.
func (s *source) syntax(err error) {
	at, message := &node{line: 1, column: 1}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		at, message = nodeAt(syntax.GetToken()), syntax.GetMessage()
	}
	p := s.errorf(at, "not YAML: %s", strings.ReplaceAll(message, "\t", `\t`))
	switch {
	case strings.HasPrefix(strings.TrimLeft(p.Source, " "), "\t"):
		p.Hint = "indent with spaces: YAML doesn't take tabs"
	case bareDial.MatchString(p.Source):
		p.Hint = "put the dial string in quotes: between { and } its own braces mean a mapping"
	}
}

// faulty reports whether an error has been noted.
func (s *source) faulty() bool {
	return slices.ContainsFunc(s.problems, func(p Problem) bool { return p.Severity == SeverityError })
}

// errorf notes an error at the place of at. The result is valid until the next
// problem, for adding a hint.
func (s *source) errorf(at *node, format string, args ...any) *Problem {
	return s.note(SeverityError, at, format, args...)
}

// warnf notes a warning.
func (s *source) warnf(at *node, format string, args ...any) *Problem {
	return s.note(SeverityWarning, at, format, args...)
}

func (s *source) note(severity Severity, at *node, format string, args ...any) *Problem {
	p := Problem{Severity: severity, File: s.name, Path: at.path, Message: fmt.Sprintf(format, args...)}
	// The parser places some tokens just outside the text.
	p.Line = min(max(at.line, 1), len(s.lines))
	line := s.lines[p.Line-1]
	p.Column = min(max(at.column, 1), utf8.RuneCountInString(line)+1)
	p.Source = withoutPasswords(line)
	s.problems = append(s.problems, p)
	return &s.problems[len(s.problems)-1]
}
