package page

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

//go:embed languages
var shippedLanguages embed.FS

// speech is what customers read, in one language.
type speech struct {
	Code     string            `json:"-"` // sv, or pt_BR
	Name     string            `json:"name"`
	Weekdays []string          `json:"weekdays"` // from Sunday on
	Months   []string          `json:"months"`
	Texts    map[string]string `json:"texts"`
}

// english has every text.
const english = "en"

// Languages are those in which customers can be served.
type Languages struct {
	spoken  map[string]speech
	codes   []string // english first, the others by name
	matcher language.Matcher
	// Missing says of which texts a language has none, so that they are English.
	Missing []string
}

// ReadLanguages reads the languages that are shipped, and those of an operator's folder:
// one file per language, named by its code (fi.json, pt_BR.json), with the keys of en.json.
// A file replaces a shipped language of the same code. "" is no folder. The error names
// everything that is wrong in the files.
func ReadLanguages(folder string) (*Languages, error) {
	l := &Languages{spoken: map[string]speech{}}
	err := l.read(shippedLanguages, "languages/"+english+".json")
	err = errors.Join(err, l.readAll(shippedLanguages, "languages"))
	if folder != "" {
		if e := l.readAll(os.DirFS(folder), "."); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", folder, e))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the languages of the customers' form: %w", err)
	}
	l.codes = slices.DeleteFunc(slices.Sorted(maps.Keys(l.spoken)), func(code string) bool { return code == english })
	l.codes = append([]string{english}, l.codes...)
	var tags []language.Tag
	for _, code := range l.codes {
		tags = append(tags, language.MustParse(strings.ReplaceAll(code, "_", "-")))
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

// shipped are the languages of the binary.
func shipped() *Languages {
	l, err := ReadLanguages("")
	if err != nil {
		panic(err) // they are in the binary
	}
	return l
}

func (l *Languages) readAll(files fs.FS, folder string) error {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return err
	}
	var wrong []error
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".json" {
			continue
		}
		if err := l.read(files, path.Join(folder, e.Name())); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", e.Name(), err))
		}
	}
	return errors.Join(wrong...)
}

var languageCode = regexp.MustCompile(`^[a-z]{2}(_[A-Z]{2})?$`)

// read reads a language. English comes first, by its name among those shipped, and says
// what the others can have.
func (l *Languages) read(files fs.FS, file string) error {
	s := speech{Code: strings.TrimSuffix(path.Base(file), ".json")}
	_, err := language.Parse(strings.ReplaceAll(s.Code, "_", "-"))
	if err != nil || !languageCode.MatchString(s.Code) {
		return errors.New("a file is named by its language: sv.json, pt_BR.json")
	}
	content, err := fs.ReadFile(files, file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return fmt.Errorf("it isn't JSON as in en.json: %w", err)
	}
	whole, ok := l.spoken[english]
	if !ok {
		whole = s
	}
	missing, err := s.complete(whole)
	if err != nil {
		return err
	}
	for _, key := range missing {
		l.Missing = append(l.Missing, s.Code+": "+key)
	}
	l.spoken[s.Code] = s
	return nil
}

// complete takes from another language what this one doesn't have, and tells what. The
// error says what is there and mustn't be.
func (s *speech) complete(whole speech) (missing []string, err error) {
	var wrong []error
	if s.Name == "" {
		wrong = append(wrong, errors.New("name is missing: write what the language is called in itself"))
	}
	for _, list := range []struct {
		key   string
		names *[]string
		whole []string
	}{{"weekdays", &s.Weekdays, whole.Weekdays}, {"months", &s.Months, whole.Months}} {
		switch len(*list.names) {
		case len(list.whole):
		case 0:
			*list.names, missing = list.whole, append(missing, list.key)
		default:
			wrong = append(wrong, fmt.Errorf("%s has %d names, not %d", list.key, len(*list.names), len(list.whole)))
		}
	}
	if s.Texts == nil {
		s.Texts = map[string]string{}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Texts)) {
		original, known := whole.Texts[key]
		if !known {
			wrong = append(wrong, fmt.Errorf("there is no text %s", key))
		} else if unknown := placeholders(s.Texts[key], original); unknown != "" {
			wrong = append(wrong, fmt.Errorf("text %s: nothing is filled in for %s", key, unknown))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(whole.Texts)) {
		if s.Texts[key] == "" {
			s.Texts[key], missing = whole.Texts[key], append(missing, key)
		}
	}
	return missing, errors.Join(wrong...)
}

var filledIn = regexp.MustCompile(`\{[^{}]*\}`)

// placeholders is the first place of text to be filled in that original doesn't have; "" if
// there is none.
func placeholders(text, original string) string {
	known := filledIn.FindAllString(original, -1)
	for _, found := range filledIn.FindAllString(text, -1) {
		if !slices.Contains(known, found) {
			return found
		}
	}
	return ""
}

// choose is the language that somebody is served in: the one that they have chosen, else
// the one among those wanted (Accept-Language) that they read best, else otherwise.
func (l *Languages) choose(chosen, wanted, otherwise string) speech {
	if s, ok := l.spoken[chosen]; ok {
		return s
	}
	if tags, _, err := language.ParseAcceptLanguage(wanted); err == nil && len(tags) > 0 {
		if _, i, confidence := l.matcher.Match(tags...); confidence >= language.High {
			return l.spoken[l.codes[i]]
		}
	}
	if s, ok := l.spoken[otherwise]; ok {
		return s
	}
	return l.spoken[english]
}

// say is a text, with what stands in braces filled in: pairs of name and value.
func (s speech) say(key string, filled ...string) string {
	pairs := slices.Clone(filled)
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(s.Texts[key])
}

// day names the day of t.
func (s speech) day(t time.Time) string { return s.moment("day", t) }

// time names the day of t and when on it.
func (s speech) time(t time.Time) string { return s.moment("day_and_time", t) }

func (s speech) moment(key string, t time.Time) string {
	return s.say(key, "weekday", s.Weekdays[t.Weekday()], "day", strconv.Itoa(t.Day()), "month", s.Months[t.Month()-1], "time", t.Format("15:04"))
}

// tag is the language as browsers know it.
func (s speech) tag() string { return strings.ReplaceAll(s.Code, "_", "-") }
