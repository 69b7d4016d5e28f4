package sounds

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// spoken is the folder, below the one that the library writes, of the texts that were
// spoken.
const spoken = "spoken"

// mostText is how long a text may be, in characters: more than Longest can hold.
const mostText = 1500

// Speech is a text that a program speaks.
type Speech struct {
	Language string // sv, en_GB
	Voice    string // a voice of the command; "": the one named like the language
	Text     string // white space counts as one blank
}

// voiceForm takes the names of espeak-ng's voices (en-gb-x-rp+f3, gmw/en-US) and the paths
// of files with voices. None can be an option.
var voiceForm = regexp.MustCompile(`^[A-Za-z0-9/_][A-Za-z0-9/_.+ -]{0,199}$`)

// Check says why s can't be spoken.
func (s Speech) Check() error {
	_, err := s.normal()
	return err
}

// normal is s as it is spoken and kept.
func (s Speech) normal() (Speech, error) {
	if s.Language != "" || s.Voice == "" {
		language, err := ParseLanguage(s.Language)
		if err != nil {
			return Speech{}, err
		}
		s.Language = language
	}
	if s.Voice != "" && (!voiceForm.MatchString(s.Voice) || strings.Contains(s.Voice, "..")) {
		return Speech{}, fmt.Errorf("voice %q: voices have letters, digits, blanks and + - . / _, and don't begin with -", s.Voice)
	}
	s.Text = strings.Join(strings.Fields(s.Text), " ")
	switch {
	case s.Text == "":
		return Speech{}, errors.New("there is no text to speak")
	case !utf8.ValidString(s.Text):
		return Speech{}, errors.New("the text to speak isn't UTF-8")
	case strings.ContainsFunc(s.Text, unicode.IsControl):
		return Speech{}, errors.New("the text to speak has control characters")
	case utf8.RuneCountInString(s.Text) > mostText:
		return Speech{}, fmt.Errorf("the text to speak has more than %d characters", mostText)
	}
	return s, nil
}

func (s Speech) voice() string {
	if s.Voice != "" {
		return s.Voice
	}
	return strings.ToLower(strings.ReplaceAll(s.Language, "_", "-"))
}

// place is where the library keeps s, which is normal. Whatever makes it sound otherwise
// makes another name.
func (l *Library) place(s Speech) place {
	hash := sha256.New()
	for _, part := range append([]string{s.Language, s.voice(), s.Text}, l.command...) {
		fmt.Fprintf(hash, "%d:%s,", len(part), part)
	}
	return place{tree: l.written, folder: spoken, key: Key{Name: hex.EncodeToString(hash.Sum(nil)[:16])}}
}

// Ready tells where Asterisk finds s (see Sound.Path) if Say has spoken it before. It is
// what may be asked during a call: it starts no program and writes nothing.
func (l *Library) Ready(s Speech) (path string, ok bool) {
	s, err := s.normal()
	if err != nil {
		return "", false
	}
	sound := look(l.place(s))
	return sound.Path, sound.Problem == nil
}

// Say has s spoken, unless it was before, and answers where Asterisk finds it. It takes
// seconds: call it when rules are read, not during a call. One text is spoken at a time; the
// others wait, as long as ctx lets them. Its errors don't repeat the text, in which there may
// be a customer's number.
func (l *Library) Say(ctx context.Context, s Speech) (path string, err error) {
	s, err = s.normal()
	if err != nil {
		return "", err
	}
	if err := l.awaitTurn(ctx); err != nil {
		return "", err
	}
	defer l.endTurn()
	at := l.place(s)
	if sound := look(at); sound.Problem == nil {
		if err := at.tree.touch(at.file()); err != nil {
			return "", fmt.Errorf("note that a text is wanted: %w", err)
		}
		return sound.Path, nil
	}
	if err := l.speak(ctx, s, at); err != nil {
		return "", fmt.Errorf("speak a text: %w", err)
	}
	return look(at).Path, nil
}

// awaitTurn waits until nobody else speaks or sweeps.
func (l *Library) awaitTurn(ctx context.Context) error {
	select {
	case l.speaking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *Library) endTurn() { <-l.speaking }

func (l *Library) speak(ctx context.Context, s Speech, at place) error {
	ctx, cancel := l.limited(ctx)
	defer cancel()
	content, err := l.command.speak(ctx, s)
	if err != nil {
		return err
	}
	original, err := inspect(content)
	if err != nil {
		return fmt.Errorf("what %s wrote: %w", l.command[0], err)
	}
	if original.duration > Longest {
		return fmt.Errorf("%w: it takes %s, and what is longer than %s is cut off: shorten it", ErrRefused, original.duration.Round(time.Second), Longest)
	}
	r, err := render(ctx, original)
	if err != nil {
		return err
	}
	return at.tree.replace(at.file(), r.files())
}

// speak runs the command and gives the file that it made.
func (c SpeechCommand) speak(ctx context.Context, s Speech) ([]byte, error) {
	folder, err := os.MkdirTemp("", "callbackd-speech-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // what stays is temporary, and the system's
	file := filepath.Join(folder, "speech.wav")
	var input bytes.Buffer
	if !c.has("{text}") {
		fmt.Fprintln(&input, s.Text)
	}
	out, err := run(ctx, &input, MaxBytes, c[0], c.arguments(s, file)...)
	if failed := new(programError); errors.As(err, &failed) {
		failed.complaint = withoutText(failed.complaint, s.Text)
	}
	if err != nil || !c.has("{file}") {
		return out, err
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s ended well, but wrote nothing to the file that it was given: see its arguments", c[0])
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > MaxBytes:
		return nil, fmt.Errorf("%w: what %s wrote isn't a file of at most %d MiB", ErrRefused, c[0], MaxBytes>>20)
	}
	return os.ReadFile(file)
}

// word is what texts, and complaints about them, are made of.
var word = regexp.MustCompile(`[\p{L}\p{N}]+`)

// mostDigits is how many digits a number in a complaint may have: an exit status, a line,
// and nobody's telephone number.
const mostDigits = 3

// withoutText is what a program complains about without the words of the text that it was
// to speak, whole or in part: it goes into the log.
func withoutText(complaint, text string) string {
	told := map[string]bool{}
	for _, w := range word.FindAllString(text, -1) {
		told[strings.ToLower(w)] = true
	}
	return word.ReplaceAllStringFunc(complaint, func(w string) string {
		digits := 0
		for _, r := range w {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if told[strings.ToLower(w)] || digits > mostDigits {
			return "…"
		}
		return w
	})
}

// Sweep removes what was spoken and hasn't been asked for by Say for longer than unused: a
// rule that is gone may have wanted it, and a customer's number may be in it. It answers how
// many there were.
func (l *Library) Sweep(ctx context.Context, unused time.Duration) (removed int, err error) {
	if err := l.awaitTurn(ctx); err != nil {
		return 0, err
	}
	defer l.endTurn()
	entries, err := l.written.list(spoken)
	if err != nil {
		return 0, fmt.Errorf("remove spoken texts: %w", err)
	}
	var failed error // the first; what is behind it is removed all the same
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), narrowSuffix)
		info, err := entry.Info()
		if !ok || err != nil || time.Since(info.ModTime()) <= unused {
			continue
		}
		if err := l.written.remove(path.Join(spoken, name)); err != nil {
			failed = cmp.Or(failed, err)
			continue
		}
		removed++
	}
	if failed != nil {
		return removed, fmt.Errorf("remove spoken texts: %w", failed)
	}
	return removed, nil
}
