package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// A file has room for some thousand agents and rules. What is larger was named
// by mistake or made to be slow: the parser's time grows with the square of
// what there is to parse. Each bound is checked before the work that it bounds.
const (
	// MaxFileSize is the most that a file may have, in bytes.
	MaxFileSize = 1 << 20

	maxLines  = 20_000
	maxTokens = 60_000 // words and marks, comments included
)

// source is one file, and what was found wrong in it.
type source struct {
	name     string
	lines    []string
	problems Problems
	private  bool             // the file is the operator's, with addresses and passwords in it
	noted    map[Severity]int // how many problems were found, also those that aren't kept
}

// readSource reads the operator's file name into a tree. The tree is nil if the file
// can't be read or isn't one YAML document; problems say why.
func readSource(name string) (*source, *node) {
	raw, err := readFile(name)
	if err != nil {
		return unreadable(name, err), nil
	}
	s := newSource(name)
	s.private = true
	return s, s.parse(raw)
}

func newSource(name string) *source { return &source{name: name, noted: map[Severity]int{}} }

// unreadable is a file that holds nothing but a reason why.
func unreadable(name string, err error) *source {
	s := newSource(name)
	s.fail(err.Error())
	about := &s.problems[0]
	switch {
	case errors.Is(err, fs.ErrPermission):
		about.Hint = "callbackd's user must be able to read it"
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(name); err == nil {
			about.Hint = "it is a link that leads nowhere"
		}
	}
	return s
}

// parseSource is readSource for a rules file, whose text is at hand.
func parseSource(name string, raw []byte) (*source, *node) {
	if len(raw) > MaxFileSize {
		return unreadable(name, errTooLarge), nil
	}
	s := newSource(name)
	return s, s.parse(raw)
}

var errTooLarge = fmt.Errorf("larger than %d MiB", MaxFileSize>>20)

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, Reason(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	raw, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, Reason(err)
	}
	if len(raw) > MaxFileSize {
		return nil, errTooLarge
	}
	return raw, nil
}

// parse makes a tree of the file's only document.
func (s *source) parse(raw []byte) *node {
	if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		s.fail("not UTF-8 but UTF-16; save the file as UTF-8")
		return nil
	}
	text := strings.TrimPrefix(string(raw), "\ufeff") // the byte order mark of Windows' editors
	if isBinary(text) {
		s.fail("not a text file")
		return nil
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	s.lines = strings.Split(text, "\n")
	if !s.readable() {
		return nil
	}
	if len(s.lines) > maxLines {
		s.fail(fmt.Sprintf("more than %d lines", maxLines))
		return nil
	}
	tokens := lexer.Tokenize(text)
	if deep := tooDeep(tokens); deep != nil {
		s.errorf(nodeAt(deep), "nested more than %d deep", maxDepth)
		return nil
	}
	if len(tokens) > maxTokens {
		s.errorf(nodeAt(tokens[maxTokens]), "more than %d words and marks before this place", maxTokens)
		return nil
	}
	file, err := parser.Parse(joinPlain(tokens), 0, parser.AllowDuplicateMapKey()) // the tree reports all duplicates, the parser only one
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
	switch {
	case b.tooMuch:
		return nil
	case root == nil:
		s.fail("the file is empty")
	}
	return root
}

// isBinary reports whether text is a program, a picture or the like: a good part
// of its beginning is control characters, where a slip leaves one or two.
func isBinary(text string) bool {
	begin, odd := text[:min(len(text), 1000)], 0
	for _, b := range []byte(begin) {
		if b < ' ' && !strings.ContainsRune("\t\r\n\f", rune(b)) || b == 0x7f {
			odd++
		}
	}
	return odd > 2 && odd > len(begin)/10
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
	if unprintable(r) && r != '\t' {
		return '\ufffd'
	}
	return r
}

// unprintable reports whether r moves the cursor or turns the direction of what
// follows instead of showing something.
func unprintable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// faulty reports whether an error has been noted.
func (s *source) faulty() bool { return s.noted[SeverityError] > 0 }

// errorf notes an error at the place of at. The result is valid until the next
// problem, for adding a hint.
func (s *source) errorf(at *node, format string, args ...any) *Problem {
	return s.note(SeverityError, at, format, args...)
}

// warnf notes a warning.
func (s *source) warnf(at *node, format string, args ...any) *Problem {
	return s.note(SeverityWarning, at, format, args...)
}

// fail notes an error about the file as a whole.
func (s *source) fail(message string) {
	s.noted[SeverityError]++
	s.problems = append(s.problems, Problem{Severity: SeverityError, File: s.name, Message: message})
}

// maxProblems of each severity are noted of one file: nobody reads more, and a
// file can be made to have as many as it has letters.
const maxProblems = 100

// full reports whether further errors would go unseen, and needn't be explained.
func (s *source) full() bool { return s.noted[SeverityError] >= maxProblems }

// clip bounds what a problem repeats of a file: a key can be as long as the file.
func clip(text string) string {
	const most = 300 // characters
	if len(text) <= most {
		return text
	}
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most]) + "…"
}

func (s *source) note(severity Severity, at *node, format string, args ...any) *Problem {
	s.noted[severity]++
	switch n := s.noted[severity]; {
	case n == maxProblems+1:
		s.problems = append(s.problems, Problem{
			Severity: severity, File: s.name, Message: fmt.Sprintf("more than %d %ss, of which these are %[1]d", maxProblems, severity),
		})
		return new(Problem)
	case n > maxProblems:
		return new(Problem)
	}
	p := Problem{Severity: severity, File: s.name, Path: clip(at.path), Message: clip(fmt.Sprintf(format, args...))}
	s.point(&p, at)
	s.problems = append(s.problems, p)
	return &s.problems[len(s.problems)-1]
}

// point has p show the place of at.
func (s *source) point(p *Problem, at *node) {
	// The parser places some tokens just outside the text.
	p.Line = min(max(at.line, 1), len(s.lines))
	line := s.lines[p.Line-1]
	p.Column = min(max(at.column, 1), utf8.RuneCountInString(line)+1)
	if s.private {
		line = noColon.ReplaceAllString(line, "${1}"+hidden)
	}
	p.Source, p.Pointer = excerpt(line, p.Column, s.shows(p.Line))
}
