package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"callbackd/callback"
)

// soundReader reads what people hear. A sound of the library may be there in one
// language and not in another: language is that of the rule, or of defaults.
type soundReader struct {
	*accountFile
	language string
}

const soundHint = `write {play: NAME}, or {say: {language: sv, text: "…"}}`

// sound reads {play: NAME} or {say: {…}}.
func (r soundReader) sound(n *node) callback.Sound {
	if n.kind != mapping {
		switch {
		case n.faulty:
		case n.kind == scalar && n.text != "" && !n.isNull():
			r.errorf(n, "%q doesn't say whether it is played or said", n.text).Hint = "write {play: " + clip(n.text) + "}"
		default:
			r.errorf(n, "%s where a sound is expected", n.kind).Hint = soundHint
		}
		return callback.Sound{}
	}
	o := r.object(n)
	play, say := o.get("play"), o.get("say")
	o.close()
	switch {
	case play != nil && say != nil:
		r.errorf(say, "both play and say are written").Hint = "remove one"
	case play != nil:
		return callback.Sound{Play: r.play(play)}
	case say != nil:
		return callback.Sound{Say: r.say(say)}
	case len(n.entries) == 0:
		r.errorf(n, "neither play nor say is written").Hint = soundHint
	}
	return callback.Sound{}
}

// play reads the name of a sound of the library.
func (r soundReader) play(n *node) string {
	return r.known(n, r.text(n))
}

// known is name if the library has such a sound, else "", with the problem noted
// at n.
func (r soundReader) known(n *node, name string) string {
	if name == "" || r.options.checkSound == nil {
		return name
	}
	if err := r.options.checkSound(r.account.Name, r.language, name); err != nil {
		r.errorf(n, "%s", err)
		return ""
	}
	return name
}

// announced are the placeholders of an announcement.
var announced = placeholdersOf(callback.AnnouncementFields)

func placeholdersOf(fields []string) []string {
	list := make([]string, len(fields))
	for i, field := range fields {
		list[i] = "{" + field + "}"
	}
	return list
}

// announcement reads {say: {…}}, spoken to the agent.
func (r soundReader) announcement(n *node) *callback.Speech {
	const hint = `write {say: {language: en, text: "Call to {number}, who called {queue} {minutes} minutes ago."}}`
	if n.kind != mapping {
		if !n.faulty {
			r.errorf(n, "no word on what is announced").Hint = hint
		}
		return nil
	}
	o := r.object(n)
	o.refuse("play", "agent_prompt plays a sound", "an announcement is spoken")
	say := o.get("say")
	o.close()
	if say == nil {
		if len(n.entries) == 0 {
			r.errorf(n, "key say is missing").Hint = hint
		}
		return nil
	}
	return r.say(say, announced...)
}

// say reads {language, voice, text}. The text may have the placeholders.
func (r soundReader) say(n *node, placeholders ...string) *callback.Speech {
	const hint = `write {language: sv, text: "…"}`
	if n.kind != mapping {
		if !n.faulty {
			r.errorf(n, "%s where a text with its language is expected", n.kind).Hint = hint
		}
		return nil
	}
	o := r.object(n)
	language, voice := o.get("language"), o.get("voice")
	s := &callback.Speech{
		Language: r.spokenLanguage(language), Voice: r.voice(voice),
		Text: r.spoken(o.require("text", hint), placeholders),
	}
	o.close()
	switch {
	case language == nil && voice == nil && r.language == "":
		r.errorf(n, "nobody says in which language").Hint = "write language: sv here, in the rule or in defaults"
	case language == nil:
		s.Language = r.language
	}
	return s
}

// languageForm is how Asterisk writes languages; sounds.ParseLanguage agrees.
var languageForm = regexp.MustCompile(`^[a-z]{2}(_[A-Z]{2})?$`)

// spokenLanguage reads a language, with or without a country.
func (f *accountFile) spokenLanguage(n *node) string {
	text := f.text(n)
	if text == "" || languageForm.MatchString(text) {
		return text
	}
	p := f.errorf(n, "%q isn't a language", text)
	p.Hint = "write two letters (ISO 639-1), and the country if it matters: sv, en_GB"
	language, country, found := strings.Cut(strings.ReplaceAll(text, "-", "_"), "_")
	meant := strings.ToLower(language)
	if found {
		meant += "_" + strings.ToUpper(country)
	}
	if languageForm.MatchString(meant) {
		p.Hint = "write " + meant
	}
	return ""
}

// voiceForm takes the names of espeak-ng's voices and the paths of files with
// voices, and nothing that a program could take for an option.
var voiceForm = regexp.MustCompile(`^[A-Za-z0-9/_][A-Za-z0-9/_.+ -]{0,199}$`)

func (f *accountFile) voice(n *node) string {
	text := f.text(n)
	if text != "" && (!voiceForm.MatchString(text) || strings.Contains(text, "..")) {
		f.errorf(n, "%q can't name a voice", text).Hint = "letters, digits, blanks and + - . / _, the first no -"
		return ""
	}
	return text
}

// mostSpoken is how long a text may be, in characters: more than a minute's.
const mostSpoken = 1500

// braces are what a person means for a placeholder, whole or not.
var braces = regexp.MustCompile(`\{[^{}]*\}?|\}`)

// spoken reads a text that a program speaks. White space counts as one blank, so
// that a text may go over several lines.
func (f *accountFile) spoken(n *node, placeholders []string) string {
	written := f.text(n)
	if written == "" {
		return ""
	}
	text := strings.Join(strings.Fields(written), " ")
	switch {
	case text == "":
		f.errorf(n, "there is nothing to say").Hint = "write a text"
		return ""
	case strings.ContainsFunc(text, unicode.IsControl):
		f.errorf(n, "the text has control characters").Hint = "write words and punctuation alone"
		return ""
	case utf8.RuneCountInString(text) > mostSpoken:
		f.errorf(n, "the text has more than %d characters", mostSpoken).Hint = "nobody listens so long"
		return ""
	}
	for _, found := range braces.FindAllString(text, -1) {
		if slices.Contains(placeholders, found) {
			continue
		}
		p := f.errorf(n, "nothing takes the place of %s", found)
		p.Hint = "only the text of agent_announcement may have " + either(announced)
		if len(placeholders) > 0 {
			p.Hint = "known here: " + strings.Join(placeholders, ", ")
		}
		return ""
	}
	return text
}
