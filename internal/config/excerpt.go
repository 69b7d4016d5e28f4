package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A longer line isn't shown whole, but what is around the place.
const (
	maxExcerpt  = 160
	beforePlace = 60
)

// excerpt is line, fit for logs and terminals, and where in it column is; both
// count characters from 1. shown says of which keys the values may be seen.
func excerpt(line string, column int, shown func(key string) bool) (text string, pointer int) {
	letters := []rune(strings.Map(printable, line))
	if len(letters) <= maxExcerpt {
		return fit(letters, column, shown)
	}
	from := max(0, min(column-1-beforePlace, len(letters)-maxExcerpt))
	to := min(from+maxExcerpt, len(letters))
	if before := string(letters[max(0, from-maxExcerpt):from]); hides(before, shown) {
		text, pointer = hidden, 1 // the value may reach into what is shown
	} else {
		text, pointer = fit(letters[from:to], column-from, shown)
	}
	if from > 0 {
		text, pointer = "…"+text, pointer+1
	}
	if to < len(letters) {
		text += "…"
	}
	return text, pointer
}

// fit is text without secrets, and where in it pointer is then.
func fit(text []rune, pointer int, shown func(key string) bool) (string, int) {
	fit := withoutSecrets(string(text), shown)
	before := withoutSecrets(string(text[:min(pointer-1, len(text))]), shown)
	return fit, min(utf8.RuneCountInString(before), utf8.RuneCountInString(fit)) + 1
}

// blanks is as wide on a terminal as the first n characters of line: a tab
// stays one, letters of East Asia take two places, an accent of its own none.
func blanks(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n <= 0 {
			break
		}
		n--
		kind := width.LookupRune(r).Kind()
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String() + strings.Repeat(" ", max(n, 0))
}

// hidden stands for what isn't to be seen.
const hidden = "***"

var (
	keyForm     = regexp.MustCompile(`([A-Za-z0-9_.-]+)["']?\s*:(\s*)`)
	secretKey   = regexp.MustCompile(`(?i)p[a-z]*w|pass|secret|token|credential`)
	environment = regexp.MustCompile(`^["']?\$\{[A-Za-z0-9_]*\}["']?\s*([,}#]|$)`) // gives nothing away
	noColon     = regexp.MustCompile(`(?i)\b([a-z_-]*(?:p[a-z]*w|pass|secret|token|credential)[a-z_-]*["']?(?:\s*=\s*|\s+))\S.*$`)
	addressUser = regexp.MustCompile(`://[^\s@]*@`)
)

// shows says of which keys the values may be seen in messages about a line: of
// all that aren't called like a password, however it is spelt. Where the
// operator names an Asterisk, any key that isn't known may be meant for one.
func (s *source) shows(line int) func(key string) bool {
	known := []string(nil)
	if s.private && s.inAsterisk(line) {
		known = []string{"url", "username", "application", "sounds_url", "catch_up", "queue_log", "cdr"}
	}
	return func(key string) bool {
		return strings.HasSuffix(key, "_file") || !secretKey.MatchString(key) && (known == nil || slices.Contains(known, key))
	}
}

// inAsterisk reports whether a line, from 1, is in the section asterisk, going
// by its look: the file needn't be YAML.
func (s *source) inAsterisk(line int) bool {
	for i := line - 1; i >= 0; i-- {
		if text := s.lines[i]; text != "" && !strings.HasPrefix(text, " ") && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "\t") {
			return strings.HasPrefix(text, "asterisk") || strings.HasPrefix(text, "{")
		}
	}
	return false
}

// withoutSecrets makes a line fit for logs and terminals.
func withoutSecrets(line string, shown func(key string) bool) string {
	var b strings.Builder
	for {
		key := keyForm.FindStringSubmatchIndex(line)
		if key == nil {
			break
		}
		name, value := line[key[2]:key[3]], line[key[1]:]
		b.WriteString(line[:key[2]])
		first := strings.TrimSpace(b.String()) == "" && !strings.HasPrefix(value, "//")
		b.WriteString(line[key[2]:key[1]])
		line = value
		if key[4] == key[5] && !first && !secretKey.MatchString(name) {
			continue // a colon without a space, as in an address, parts a key only by mistake
		}
		if value == "" || shown(name) || strings.HasPrefix(value, "{") || strings.HasPrefix(value, "#") || environment.MatchString(value) {
			continue
		}
		b.WriteString(hidden)
		line = value[endOfValue(value, strings.Contains(b.String(), "{")):]
	}
	b.WriteString(line)
	return addressUser.ReplaceAllString(b.String(), "://"+hidden+"@")
}

// hides reports whether a value that isn't to be seen begins in line.
func hides(line string, shown func(key string) bool) bool {
	return strings.Contains(withoutSecrets(line+"x", shown), hidden)
}

// endOfValue is where a value ends: with its quotes, between braces with the
// next comma or brace, else with the line.
func endOfValue(value string, inBraces bool) int {
	end := -1
	switch {
	case value[0] == '"' || value[0] == '\'':
		if end = strings.IndexByte(value[1:], value[0]); end >= 0 {
			end += 2
		}
	case inBraces:
		end = strings.IndexAny(value, ",}")
	}
	if end < 0 {
		return len(value)
	}
	return end
}
