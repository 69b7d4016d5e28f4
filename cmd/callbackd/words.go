package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"callbackd/internal/httpapi"
)

// counted is a number with its noun: "no rules", "1 rule", "3 rules".
func counted(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

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

// place is a place in an order: "1st", "12th", "23rd".
func place(n int) string {
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return strconv.Itoa(n) + ending
}
