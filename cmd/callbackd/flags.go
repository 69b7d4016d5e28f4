package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"callbackd/callback"
)

// The values of flags, checked before anybody is asked: what the API would say
// about them is in the API's words.

// largestPage is the most that the API answers at once.
const largestPage = 1000

// limitFlag is the value of --limit.
type limitFlag int

// String implements pflag.Value.
func (f *limitFlag) String() string { return strconv.Itoa(int(*f)) }

// Type implements pflag.Value.
func (f *limitFlag) Type() string { return "number" }

// Set implements pflag.Value.
func (f *limitFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > largestPage {
		return fmt.Errorf("a whole number from 1 to %d is wanted", largestPage)
	}
	*f = limitFlag(n)
	return nil
}

// idFlag is the id of a task or a missed call; 0 where none is given.
type idFlag int64

// String implements pflag.Value.
func (f *idFlag) String() string { return strconv.FormatInt(int64(*f), 10) }

// Type implements pflag.Value.
func (f *idFlag) Type() string { return "id" }

// Set implements pflag.Value.
func (f *idFlag) Set(text string) error {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return errors.New("a whole number from 1 on is wanted")
	}
	*f = idFlag(id)
	return nil
}

// numberFlag is a customer's number, with or without its plus.
type numberFlag string

// String implements pflag.Value.
func (f *numberFlag) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *numberFlag) Type() string { return "number" }

// Set implements pflag.Value.
func (f *numberFlag) Set(text string) error {
	number := "+" + strings.TrimLeft(text, " +")
	if !callback.Dialable(number) {
		return errors.New("the whole number with its country is wanted: +46701234567")
	}
	*f = numberFlag(number)
	return nil
}

// statesFlag is the value of --state: states with commas between them, and
// again where the flag is repeated.
type statesFlag []string

// String implements pflag.Value.
func (f *statesFlag) String() string { return strings.Join(*f, ",") }

// Type implements pflag.Value.
func (f *statesFlag) Type() string { return "states" }

// Set implements pflag.Value.
func (f *statesFlag) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		if !slices.Contains(callback.TaskStates, callback.TaskState(word)) {
			return fmt.Errorf("%q isn't one of %s", word, strings.Join(words(callback.TaskStates), ", "))
		}
		*f = append(*f, word)
	}
	return nil
}
