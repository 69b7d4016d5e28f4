package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	// speechArguments are what a speech command's arguments may hold, as
	// sounds.SpeechCommand says.
	speechArguments = []string{"{text}", "{file}", "{voice}", "{language}"}

	speechArgument = regexp.MustCompile(`\{[^}]*\}?`)
)

// readSpeech reads the command that speaks texts.
func (c *Config) readSpeech(d *decoder, n *node) []string {
	if n == nil {
		return nil
	}
	const hint = `write command: [espeak-ng, -v, "{voice}", -w, "{file}", --stdin]`
	o := d.object(n)
	var command []string
	for i, item := range d.list(o.require("command", hint), hint) {
		if item.kind == mapping {
			d.errorf(item, "%s where a word is expected", item.kind).Hint = `between { } is a mapping: write "{voice}" with its quotes`
			continue
		}
		argument := d.text(item)
		for _, found := range speechArgument.FindAllString(argument, -1) {
			switch {
			case i == 0:
				d.errorf(item, "the program can't hang on %s", found).Hint = "name a program; its arguments may have " + either(speechArguments)
			case !slices.Contains(speechArguments, found):
				d.errorf(item, "nothing takes the place of %s", found).Hint = "known here: " + strings.Join(speechArguments, ", ")
			}
		}
		if i == 0 && strings.Contains(argument, "/") && !filepath.IsAbs(argument) {
			argument = filepath.Join(filepath.Dir(c.File), argument)
		}
		command = append(command, argument)
	}
	o.close()
	return command
}
