package sounds

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

const espeak = "espeak-ng"

// SpeechCommand is the program that speaks texts, and its arguments. It is run without a
// shell. In the arguments are replaced
//
//	{text}      the text; without it the text goes to the standard input
//	{file}      where the WAV file is to be written; without it, to the standard output
//	{voice}     the voice, else the language as espeak-ng names voices: en-gb
//	{language}  the language: en_GB
//
// A text never begins an argument with "-": it would be an option.
type SpeechCommand []string

// DefaultSpeech speaks with espeak-ng (Debian's package of that name). The text, in which
// there may be a customer's number, is no argument: everybody on the host could read it.
var DefaultSpeech = SpeechCommand{espeak, "-v", "{voice}", "-w", "{file}", "--stdin"}

var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

// Check says what is wrong with the command as it is written. Whether the program is
// installed, Missing says.
func (c SpeechCommand) Check() error {
	if len(c) == 0 || c[0] == "" {
		return errors.New("the speech command is empty: name a program and its arguments")
	}
	known := []string{"{text}", "{file}", "{voice}", "{language}"}
	for i, argument := range c {
		if strings.ContainsRune(argument, 0) {
			return fmt.Errorf("speech command: argument %d has a zero byte", i)
		}
		for _, found := range placeholder.FindAllString(argument, -1) {
			if i == 0 || !slices.Contains(known, found) {
				return fmt.Errorf("speech command: %s can't stand in %q: its arguments may have %s", found, argument, strings.Join(known, ", "))
			}
		}
	}
	return nil
}

// has tells whether the arguments have the placeholder.
func (c SpeechCommand) has(placeholder string) bool {
	return slices.ContainsFunc(c, func(argument string) bool { return strings.Contains(argument, placeholder) })
}

// arguments are those that speak s into file.
func (c SpeechCommand) arguments(s Speech, file string) []string {
	replacer := strings.NewReplacer("{text}", s.Text, "{file}", file, "{voice}", s.voice(), "{language}", s.Language)
	var arguments []string
	for _, written := range c[1:] {
		argument := replacer.Replace(written)
		if strings.HasPrefix(argument, "-") && !strings.HasPrefix(written, "-") {
			argument = " " + argument // nobody hears it
		}
		arguments = append(arguments, argument)
	}
	return arguments
}

// Missing is ErrNotInstalled, with what to do, if the command's program isn't on this host.
func (c SpeechCommand) Missing() error { return missing(c[0]) }

// MissingConverter is ErrNotInstalled, with what to do, if sox isn't on this host. Nearly
// all uploads, and what most speech commands write, have to be converted.
func MissingConverter() error { return missing(sox) }

func missing(program string) error {
	if _, err := exec.LookPath(program); err != nil {
		return notInstalled(program, err)
	}
	return nil
}
