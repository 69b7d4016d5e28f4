package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Severity says whether a problem keeps a file from being used.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning" // the file is used all the same
)

// Problem is one thing wrong in a file, where it is, and what to do about it.
type Problem struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`   // from 1; 0 for the file as a whole
	Column   int      `json:"column,omitempty"` // in characters, from 1; 0 for the file as a whole
	Path     string   `json:"path,omitempty"`   // "rules[0].queue"
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	Source   string   `json:"source,omitempty"` // the offending line, without passwords
}

// String prints the problem the way compilers do, so that editors find the
// place: file:line:column: message, the line, and a caret with the hint.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Severity == SeverityWarning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Message)
	switch {
	case p.Line > 0:
		fmt.Fprintf(&b, "\n    %s\n    %s^", p.Source, blanks(p.Source, p.Column-1))
		if p.Hint != "" {
			b.WriteString(" " + p.Hint)
		}
	case p.Hint != "":
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// blanks is as wide on a screen as the first n characters of line.
func blanks(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n == 0 {
			break
		}
		n--
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String() + strings.Repeat(" ", n)
}

// Problems is everything wrong in one or several files. As an error it prints
// them all; it's never returned as an error without one of SeverityError.
type Problems []Problem

// Error implements error.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// split parts errors from warnings, both in the order of files and lines. err
// is nil if nothing keeps the files from being used.
func (ps Problems) split() (warnings Problems, err error) {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var errs Problems
	seen := map[Problem]bool{} // a value that an alias repeats has its fault once
	for _, p := range ps {
		if seen[p] {
			continue
		}
		seen[p] = true
		if p.Severity == SeverityWarning {
			warnings = append(warnings, p)
		} else {
			errs = append(errs, p)
		}
	}
	if len(errs) > 0 {
		err = errs
	}
	return warnings, err
}

// Where a line may show a password: as the value of a key, also of a misspelt
// one (${NAME} gives nothing away), and in an address.
var (
	passwordValue = regexp.MustCompile(`(?i)(\bp[a-z]*w[a-z]*["']?\s*:\s*)("[^"]*"?|'[^']*'?|[^\s,}$"'][^\s,}]*)`)
	addressUser   = regexp.MustCompile(`://[^\s@]*@`)
)

// withoutPasswords makes a line fit for logs and terminals.
func withoutPasswords(line string) string {
	line = passwordValue.ReplaceAllString(line, "${1}***")
	return addressUser.ReplaceAllString(line, "://***@")
}
