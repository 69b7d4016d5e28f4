package main

import (
	"regexp"
	"strings"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// counted is a number with its noun: "no rules", "1 rule", "3 rules".
func counted(n int, noun string) string { return wording.Counted(n, noun) }

// was is the verb for so many things of the past, is the one for the present.
func was(n int) string { return oneOrMore(n, "was", "were") }
func is(n int) string  { return oneOrMore(n, "is", "are") }

func oneOrMore(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// shellWord needs no quotes in a shell.
var shellWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+-]+$`)

// typed is an argument as one types it into a shell.
func typed(arg string) string {
	if shellWord.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// sinceBy says since when, and by whom, something is switched off.
func (c clock) sinceBy(s *httpapi.Switch) string { return c.at(s.Since) + " by " + s.By }
