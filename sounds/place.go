package sounds

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Source says where a sound is from.
type Source string

// The sources, the nearest first.
const (
	FromAccount Source = "account" // the account's own
	FromLibrary Source = "library" // shared by all accounts
	FromBinary  Source = "shipped" // comes with callbackd
)

// Sound is a sound of the library.
type Sound struct {
	Key             // where it lies, which may be behind the place that was asked for
	Source   Source // whose it is
	Path     string // for Asterisk: absolute, without the extension
	Duration time.Duration
	Rates    []int     // in Hz: 8000, and 16000 where there is a wideband version
	Size     int64     // of all its files, in bytes
	Modified time.Time // of the file of 8 kHz
	Problem  error     // why Asterisk can't play it; only in List
}

// place is where a sound may lie.
type place struct {
	tree   tree
	folder string // below the tree, with slashes
	key    Key
	source Source
}

// exactPlace is where a sound of the key is put.
func exactPlace(library tree, k Key) place {
	p := place{tree: library, folder: k.Language, key: k, source: FromLibrary}
	if k.Account != "" {
		p.folder, p.source = path.Join(accountFolder(k.Account), k.Language), FromAccount
	}
	return p
}

// file is the sound's path below its tree, without the extension.
func (p place) file() string { return path.Join(p.folder, p.key.Name) }

// owners are those whose sounds an account hears, itself first; "" is who shares them.
func owners(account string) []string {
	if account == "" {
		return []string{""}
	}
	return []string{account, ""}
}

// operatorsPlaces is where a sound is looked for, the nearest place first.
func operatorsPlaces(library tree, k Key) (list []place) {
	for _, account := range owners(k.Account) {
		for _, language := range append(languages(k.Language), "") {
			list = append(list, exactPlace(library, Key{Account: account, Language: language, Name: k.Name}))
		}
	}
	return list
}

// places is where a sound is looked for, the shipped one last.
func places(library, written tree, k Key) []place {
	return append(operatorsPlaces(library, k), place{tree: written, key: Key{Language: ShippedLanguage, Name: k.Name}, source: FromBinary})
}

// nearest reads the first sound there is, also where it can't be played.
func nearest(places []place) (Sound, *os.File, error) {
	for _, p := range places {
		sound, file, err := p.read()
		if !errors.Is(err, fs.ErrNotExist) {
			return sound, file, err
		}
	}
	return Sound{}, nil, fs.ErrNotExist
}

// read opens the sound in this place and looks at its headers; fs.ErrNotExist where there
// is none.
func (p place) read() (Sound, *os.File, error) {
	sound := Sound{Key: p.key, Source: p.source, Path: filepath.Join(p.tree.folder, p.file())}
	file, err := p.readAs(&sound, narrowSuffix, narrowband)
	if err != nil {
		return sound, nil, err
	}
	wide, err := p.readAs(&sound, wideSuffix, wideband)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sound, file, nil
	case err != nil:
		// Asterisk prefers this one on a wideband call.
		file.Close()
		return sound, nil, err
	}
	wide.Close()
	return sound, file, nil
}

// readAs opens one of the sound's files, which is to be of rate, and adds what it is like.
func (p place) readAs(sound *Sound, suffix string, rate int) (*os.File, error) {
	file, err := p.tree.open(p.file() + suffix)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	w, err := parseWAV(file, info.Size())
	if err == nil {
		err = w.playable(rate)
	}
	if err == nil && (info.Size() > MaxBytes || w.duration() > MaxLength) {
		err = fmt.Errorf("takes %s in %d MiB; the most is %s and %d MiB: shorten it", w.duration().Round(time.Second), info.Size()>>20, MaxLength, MaxBytes>>20)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s%s %w", sound.Path, suffix, err)
	}
	sound.Size += info.Size()
	sound.Rates = append(sound.Rates, rate)
	if suffix == narrowSuffix {
		sound.Duration, sound.Modified = w.duration(), info.ModTime()
	}
	return file, nil
}
