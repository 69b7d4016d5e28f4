package page

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// harmless replaces the characters of a page that nobody can see and that change what is
// seen around them: control characters, and those that turn the direction of text. What a
// caller's telephone sends as a name, and what people type or paste, stands in many places;
// the whole page passes here, so that none of them can be forgotten. Line ends, as browsers
// send them too, and joiners change nothing around them.
func harmless(html []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r != '\n' && r != '\r' && r != '\t' && !joins(r) && unseen(r) {
			return unicode.ReplacementChar
		}
		return r
	}, html)
}

// unseen reports whether a character is one of those that nobody can see.
func unseen(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// joins reports whether a character is one of the joiners, with which Persian, Hindi and
// emoji are written.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' }

// visible is text as one line, without what nobody can see.
func visible(text string) string {
	return lineWithout(text, unseen)
}

// oneLine is people's words as they are kept: in one line, whatever browsers send of
// several, and without what nobody can see and the API would refuse, but for joiners.
func oneLine(text string) string {
	return lineWithout(text, func(r rune) bool { return unseen(r) && !joins(r) })
}

func lineWithout(text string, left func(rune) bool) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, left(r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
