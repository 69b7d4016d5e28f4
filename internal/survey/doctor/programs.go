package doctor

import (
	"strings"

	"callbackd/callback"
	"callbackd/sounds"
)

// examinePrograms looks for the programs that convert sounds and speak texts, as whoever
// examines finds them.
func (e *examination) examinePrograms() {
	command := sounds.DefaultSpeech
	if e.config.Speech != nil {
		command = e.config.Speech
	}
	speaks, needed := e.speaks()
	level := Warning
	if needed {
		level = Error
	}
	converter, speaker := sounds.MissingConverter(), command.Missing()
	switch {
	case converter != nil && speaks:
		e.say(Machine, level, hintIn(converter), "sox isn't found: the texts of the rules aren't spoken, and uploads aren't converted")
	case converter != nil:
		e.say(Machine, Note, hintIn(converter), "sox isn't found: uploads other than WAV files of 8 kHz, mono, 16 bit are refused")
	}
	if speaker != nil && speaks {
		e.say(Machine, level, hintIn(speaker), "%s isn't found: the texts of the rules aren't spoken, and nobody hears them", command[0])
	}
	if speaks && converter == nil && speaker == nil {
		e.say(Machine, OK, "", "what speaks the texts of the rules is installed: %s, sox", command[0])
	}
}

// hintIn is what an error of a missing program says to do.
func hintIn(err error) string {
	_, hint, _ := strings.Cut(err.Error(), "; ")
	return hint
}

// speaks reports whether a rule has texts to be spoken, and whether one that is on has.
func (e *examination) speaks() (some, on bool) {
	for _, account := range e.accounts() {
		for _, rule := range account.Calling() {
			if speaks(rule) {
				some, on = true, on || rule.Enabled
			}
		}
	}
	return some, on
}

func speaks(rule callback.Rule) bool {
	for _, played := range rule.Plays() {
		if played.Sound.Say != nil {
			return true
		}
	}
	return rule.AgentAnnouncement != nil
}
