package sounds

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

//go:embed shipped/*.wav
var shipped embed.FS

// Longest is as long as a sound may be: an attempt goes on after it, and the
// rest would be cut off.
const Longest = time.Minute

// ErrUnknown is a name that neither the folder nor the binary has.
var ErrUnknown = errors.New("no such sound")

var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// Library finds sounds by name.
type Library struct {
	folder  string
	written string
}

// Open gives the library in folder, which need not exist. The shipped sounds
// are written into the folder written, readable by everybody: Asterisk runs
// under a user of its own.
func Open(folder, written string) (*Library, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("sound library %s: %w", folder, err)
	}
	written, err = filepath.Abs(written)
	if err != nil {
		return nil, fmt.Errorf("shipped sounds %s: %w", written, err)
	}
	if err := os.MkdirAll(written, 0o755); err != nil {
		return nil, fmt.Errorf("write the shipped sounds out for Asterisk: %w", err)
	}
	entries, err := shipped.ReadDir("shipped")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := shipped.ReadFile("shipped/" + entry.Name())
		if err != nil {
			return nil, err
		}
		if err := write(filepath.Join(written, entry.Name()), content); err != nil {
			return nil, fmt.Errorf("write the shipped sounds out for Asterisk: %w", err)
		}
	}
	return &Library{folder: folder, written: written}, nil
}

// write replaces a file whole: Asterisk may be playing it.
func write(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// Path is where Asterisk finds the sound: absolute, without the extension,
// which Asterisk adds. It fails with ErrUnknown where there is none, and where
// the file isn't one that Asterisk can play.
func (l *Library) Path(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	for _, folder := range []string{l.folder, l.written} {
		path := filepath.Join(folder, name)
		_, err := length(path + ".wav")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("sound %s: %w", name, err)
		}
		return path, nil
	}
	return "", unknown(l.folder, name)
}

// Check says what keeps the sound from being played as a whole: no such sound
// (ErrUnknown) in the operator's folder or in the binary, a file that isn't one
// that Asterisk can play, or one longer than Longest. It writes nothing.
func Check(folder, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	// The operator's own comes first, also where it can't be played: else the
	// shipped one would be heard without a word.
	long, err := length(filepath.Join(folder, name+".wav"))
	switch {
	case errors.Is(err, fs.ErrNotExist) && slices.Contains(Shipped(), name):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return unknown(folder, name)
	case err != nil:
		return fmt.Errorf("sound %s: %w", name, err)
	case long > Longest:
		return fmt.Errorf("sound %s takes %s, and what is longer than %s is cut off: shorten it", name, long.Round(time.Second), Longest)
	}
	return nil
}

// Shipped lists the names of the sounds in the binary.
func Shipped() []string {
	entries, _ := shipped.ReadDir("shipped") // it was there when the program was built
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".wav")
	}
	return names
}

func checkName(name string) error {
	if !validName.MatchString(name) {
		return fmt.Errorf("sound %q: %w: names have small letters, digits, - and _", name, ErrUnknown)
	}
	return nil
}

func unknown(folder, name string) error {
	return fmt.Errorf("sound %s: %w: put %s.wav (8 kHz, mono, 16 bit) into %s; shipped: %s",
		name, ErrUnknown, name, folder, strings.Join(Shipped(), ", "))
}
