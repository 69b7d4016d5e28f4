package lab

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// logLines is how much of the end of callbackd's log an error shows.
const logLines = 25

// explainedError is an error with the end of callbackd's log.
type explainedError struct {
	err error
	log string // ready to be shown
}

func (e *explainedError) Error() string { return e.err.Error() + "\n" + e.log }
func (e *explainedError) Unwrap() error { return e.err }

// Explain adds the end of callbackd's log to an error that callbackd may have
// caused: a phone that didn't ring, for instance. It adds it once, and nothing
// to nil.
func (l *Lab) Explain(err error) error {
	if err == nil || errors.As(err, new(*explainedError)) {
		return err
	}
	text, _ := os.ReadFile(l.LogFile) // no file, no lines
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	switch more := len(lines) - logLines; {
	case len(text) == 0:
		lines = []string{"(empty)"}
	case more > 0:
		lines = append([]string{fmt.Sprintf("(%d lines before)", more)}, lines[more:]...)
	}
	return &explainedError{err: err, log: fmt.Sprintf("the end of callbackd's log, %s:\n  %s", l.LogFile, strings.Join(lines, "\n  "))}
}
