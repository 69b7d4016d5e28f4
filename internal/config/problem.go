package config

import (
	"cmp"
	"fmt"
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
	Source   string   `json:"source,omitempty"`  // the offending line without passwords, or what is around the place in a long one
	Pointer  int      `json:"pointer,omitempty"` // the place in Source, in characters, from 1
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
	if p.Severity != SeverityError {
		b.WriteString(string(p.Severity) + ": ")
	}
	b.WriteString(p.Message)
	switch {
	case p.Line > 0:
		fmt.Fprintf(&b, "\n    %s\n    %s^", p.Source, blanks(p.Source, p.Pointer-1))
		if p.Hint != "" {
			b.WriteString(" " + p.Hint)
		}
	case p.Hint != "":
		b.WriteString("; " + p.Hint)
	}
	return b.String()
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

// Errors are those of SeverityError.
func (ps Problems) Errors() Problems { return ps.of(SeverityError) }

// Warnings are those of SeverityWarning.
func (ps Problems) Warnings() Problems { return ps.of(SeverityWarning) }

func (ps Problems) of(severity Severity) Problems {
	var list Problems
	for _, p := range ps {
		if p.Severity == severity {
			list = append(list, p)
		}
	}
	return list
}

// Sorted puts problems in the order of files and lines, each once: a value that
// an alias repeats has its fault once.
func (ps Problems) Sorted() Problems {
	list := slices.Clone(ps)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	seen := map[Problem]bool{}
	return slices.DeleteFunc(list, func(p Problem) bool {
		again := seen[p]
		seen[p] = true
		return again
	})
}

// split parts errors from warnings. err is nil if nothing keeps the files from
// being used.
func (ps Problems) split() (warnings Problems, err error) {
	list := ps.Sorted()
	if errs := list.Errors(); len(errs) > 0 {
		err = errs
	}
	return list.Warnings(), err
}
