package lab

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// logLines is how much of the end of callbackd's log an error shows, and raceLines how
// much of what the race detector wrote into it.
const (
	logLines  = 25
	raceLines = 60
)

// raceReport begins what the race detector writes, if callbackd was built with it.
const raceReport = "WARNING: DATA RACE"

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
	var report []string
	if race := slices.Index(lines, raceReport); race >= 0 {
		report = lines[race:min(race+raceLines, len(lines))]
	}
	switch more := len(lines) - logLines; {
	case len(text) == 0:
		lines = []string{"(empty)"}
	case more > 0:
		lines = append([]string{fmt.Sprintf("(%d lines before)", more)}, lines[more:]...)
	}
	lines = append(report, lines...)
	return &explainedError{err: err, log: fmt.Sprintf("the end of callbackd's log, %s:\n  %s", l.LogFile, strings.Join(lines, "\n  "))}
}
