package sounds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Longest is as long as a sound may be that an attempt plays: it goes on after it, and the
// rest would be cut off.
const Longest = time.Minute

// ErrUnknown is a sound that neither the folder nor the binary has.
var ErrUnknown = errors.New("no such sound")

// ErrBusy is an upload whose turn to be converted didn't come in time.
var ErrBusy = errors.New("too many others are being converted: try again in a minute")

// convertedAtOnce leaves the machine to the calls: each costs a core, and up to a hundred
// megabytes.
const convertedAtOnce = 2

// Library finds, takes and speaks sounds. All of its methods may be called at once.
type Library struct {
	folder   tree
	written  tree
	command  SpeechCommand
	limit    time.Duration // of what programs do for one sound
	speaking chan struct{} // holds one while a text is spoken, which costs a core, or texts are swept
	turns    chan struct{} // holds one for each upload that is being converted
}

// Option is a wish for a library.
type Option func(*Library)

// SpeakWith has texts spoken by command instead of DefaultSpeech.
func SpeakWith(command SpeechCommand) Option {
	return func(l *Library) { l.command = command }
}

// Open gives the library in folder, which need not exist. The shipped sounds, and those
// that are spoken, are written into the folder written, readable by everybody: Asterisk
// runs under a user of its own.
func Open(folder, written string, options ...Option) (*Library, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("sound library %s: %w", folder, err)
	}
	written, err = filepath.Abs(written)
	if err != nil {
		return nil, fmt.Errorf("shipped sounds %s: %w", written, err)
	}
	l := &Library{
		folder:  tree{folder: folder, durable: true, mu: new(sync.Mutex)},
		written: tree{folder: written, mu: new(sync.Mutex)},
		command: DefaultSpeech, limit: programLimit, speaking: make(chan struct{}, 1), turns: make(chan struct{}, convertedAtOnce),
	}
	for _, option := range options {
		option(l)
	}
	if err := l.command.Check(); err != nil {
		return nil, err
	}
	if err := writeShipped(l.written); err != nil {
		return nil, err
	}
	return l, nil
}

// Find gives the sound that is played for the key: the account's own in the language, the
// account's own, the shared one in the language, the shared one, or the shipped one. It
// fails with ErrUnknown where there is none, and where the nearest isn't one that Asterisk
// can play: else another would be heard without a word.
func (l *Library) Find(k Key) (Sound, error) {
	sound, file, err := l.Read(k)
	if err == nil {
		file.Close()
	}
	return sound, err
}

// Read is Find together with the file of 8 kHz, which the caller closes.
func (l *Library) Read(k Key) (Sound, *os.File, error) {
	if err := k.checkAsked(); err != nil {
		return Sound{}, nil, err
	}
	sound, file, err := nearest(places(l.folder, l.written, k))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Sound{}, nil, unknown(l.folder.folder, k.Name)
	case err != nil:
		return Sound{}, nil, fmt.Errorf("sound %s: %w", k.Name, err)
	}
	return sound, file, nil
}

// Put keeps a sound under the key, in the place of one that is there. It takes WAV and MP3
// files of up to MaxBytes and MaxLength; all but WAV files of 8 kHz, mono, 16 bit are
// converted by sox. What isn't such a file is ErrRefused, and leaves everything as it was.
func (l *Library) Put(ctx context.Context, k Key, from io.Reader) (Sound, error) {
	if err := k.check(); err != nil {
		return Sound{}, err
	}
	sound, err := l.put(ctx, k, from)
	if err != nil {
		return Sound{}, fmt.Errorf("put sound %s into %s: %w", k, l.folder.folder, err)
	}
	return sound, nil
}

func (l *Library) put(ctx context.Context, k Key, from io.Reader) (Sound, error) {
	content, err := io.ReadAll(io.LimitReader(from, MaxBytes+1))
	if err != nil {
		return Sound{}, err
	}
	if len(content) > MaxBytes {
		return Sound{}, fmt.Errorf("%w: it has more than %d MiB", ErrRefused, MaxBytes>>20)
	}
	original, err := inspect(content)
	if err != nil {
		return Sound{}, err
	}
	r, err := l.convert(ctx, original)
	if err != nil {
		return Sound{}, err
	}
	to := exactPlace(l.folder, k)
	if err := to.tree.replace(to.file(), r.files()); err != nil {
		return Sound{}, err
	}
	sound, file, err := to.read()
	if err == nil {
		file.Close()
	}
	return sound, err
}

// convert renders an upload when it is its turn.
func (l *Library) convert(ctx context.Context, original audio) (rendered, error) {
	select {
	case l.turns <- struct{}{}:
	case <-ctx.Done():
		return rendered{}, fmt.Errorf("%w (%w)", ErrBusy, context.Cause(ctx))
	}
	defer func() { <-l.turns }()
	ctx, cancel := l.limited(ctx)
	defer cancel()
	return render(ctx, original)
}

// Delete removes what was put under exactly this key; ErrUnknown where there is nothing. A
// sound that lies behind it, a shipped one say, is heard again.
func (l *Library) Delete(k Key) error {
	if err := k.check(); err != nil {
		return err
	}
	at := exactPlace(l.folder, k)
	switch err := at.tree.remove(at.file()); {
	case errors.Is(err, fs.ErrNotExist) && slices.Contains(Shipped(), k.Name):
		return fmt.Errorf("delete sound %s: %w in %s; the shipped %s can't be deleted, but another be put in its place", k, ErrUnknown, l.folder.folder, k.Name)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("delete sound %s: %w in %s", k, ErrUnknown, l.folder.folder)
	case err != nil:
		return fmt.Errorf("delete sound %s: %w", k, err)
	}
	return nil
}

// Check says what keeps the sound of the key from being played as a whole: no such sound
// (ErrUnknown) in the operator's folder or in the binary, a file that isn't one that
// Asterisk can play, or one longer than Longest. It writes nothing.
func Check(folder string, k Key) error {
	if err := k.checkAsked(); err != nil {
		return err
	}
	sound, file, err := nearest(operatorsPlaces(tree{folder: folder}, k))
	switch {
	case errors.Is(err, fs.ErrNotExist) && slices.Contains(Shipped(), k.Name):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return unknown(folder, k.Name)
	case err != nil:
		return fmt.Errorf("sound %s: %w", k.Name, err)
	}
	file.Close()
	if sound.Duration > Longest {
		return fmt.Errorf("sound %s takes %s, and what is longer than %s is cut off: shorten it", k.Name, sound.Duration.Round(time.Second), Longest)
	}
	return nil
}

// PathFor is where a library in these folders tells Asterisk to find the sound of the key;
// "" for a shipped one that isn't written out yet. It reads and writes nothing: a file that
// only Asterisk's user may see is there, too.
func PathFor(folder, written string, k Key) (string, error) {
	if err := k.checkAsked(); err != nil {
		return "", err
	}
	for _, p := range places(tree{folder: folder}, tree{folder: written}, k) {
		path, err := filepath.Abs(filepath.Join(p.tree.folder, p.file()))
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(path + narrowSuffix); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	if slices.Contains(Shipped(), k.Name) {
		return "", nil
	}
	return "", unknown(folder, k.Name)
}

func unknown(folder, name string) error {
	return fmt.Errorf("sound %s: %w: put %s.wav (8 kHz, mono, 16 bit) into %s; shipped: %s",
		name, ErrUnknown, name, folder, strings.Join(shippedLike(name), ", "))
}

// shippedLike lists the shipped sounds whose names are one slip of the pen away, all of
// them if there is none.
func shippedLike(name string) []string {
	slip := func(a, b string) bool {
		for a != "" && b != "" && a[0] == b[0] {
			a, b = a[1:], b[1:]
		}
		for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
			a, b = a[:len(a)-1], b[:len(b)-1]
		}
		return max(len(a), len(b)) <= 2
	}
	all := Shipped()
	if like := slices.DeleteFunc(slices.Clone(all), func(other string) bool { return !slip(name, other) }); len(like) > 0 {
		return like
	}
	return all
}
