package sounds

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What a sound may be that is put into the library. Those that an attempt plays have to be
// shorter, see Longest.
const (
	MaxBytes  = 20 << 20
	MaxLength = 10 * time.Minute
)

// ErrRefused is an upload, or what a speech command wrote, that isn't kept: no sound, too
// large, too long, or of a kind that can't be converted. Nothing has changed.
var ErrRefused = errors.New("not accepted")

// What Asterisk plays, each as mono, 16-bit PCM in a WAV file, and the name's extension by
// which it tells them apart.
const (
	narrowband = 8000  // .wav
	wideband   = 16000 // .wav16
)

// audio is a sound as it was handed in, by its headers.
type audio struct {
	kind     string // sox's name of the format: wav, mp3
	rate     int    // samples per second
	duration time.Duration
	content  []byte
	samples  []byte // mono, 16-bit PCM; nil where it has to be converted first
}

// inspect reads the headers of a sound that somebody hands in. It trusts nothing: what it
// refuses isn't shown to any other program.
func inspect(content []byte) (audio, error) {
	a, err := identify(content)
	switch {
	case err != nil:
		return audio{}, fmt.Errorf("%w: it %w", ErrRefused, err)
	case a.duration <= 0:
		return audio{}, fmt.Errorf("%w: it holds no sound", ErrRefused)
	case a.duration > MaxLength:
		return audio{}, fmt.Errorf("%w: it takes %s, and the longest that is kept is %s", ErrRefused, a.duration.Round(time.Second), MaxLength)
	}
	return a, nil
}

func identify(content []byte) (audio, error) {
	switch {
	case bytes.HasPrefix(content, []byte("RIFF")):
		return inspectWAV(content)
	case bytes.HasPrefix(content, []byte("ID3")), isFrame(content):
		return inspectMP3(content)
	}
	if kind := foreignKind(content); kind != "" {
		return audio{}, fmt.Errorf("is %s; WAV and MP3 are taken: convert it first", kind)
	}
	return audio{}, errors.New("isn't a WAV or MP3 file")
}

// foreignKind names what people hand in as a sound by mistake, by its first bytes.
func foreignKind(content []byte) string {
	start := string(content[:min(len(content), 64)])
	switch {
	case start == "":
		return "empty"
	case strings.HasPrefix(start, "OggS"):
		return "an Ogg file"
	case strings.HasPrefix(start, "fLaC"):
		return "a FLAC file"
	case strings.HasPrefix(start[min(4, len(start)):], "ftyp"):
		return "an MP4 or M4A file"
	case strings.HasPrefix(start, "FORM"):
		return "an AIFF file"
	case strings.HasPrefix(start, "RIFX"), strings.HasPrefix(start, "RF64"):
		return "a WAV file of a rare kind (" + start[:4] + ")"
	case strings.HasPrefix(start, "\x1aE\xdf\xa3"):
		return "a WebM or Matroska file"
	case strings.HasPrefix(strings.TrimSpace(start), "<"), strings.HasPrefix(strings.TrimSpace(start), "{"):
		return "text"
	}
	return ""
}

func inspectWAV(content []byte) (audio, error) {
	w, err := parseWAV(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return audio{}, err
	}
	if err := w.convertible(); err != nil {
		return audio{}, err
	}
	a := audio{kind: "wav", rate: w.rate, duration: w.duration(), content: content}
	if w.encoding == pcm && w.channels == 1 && w.bits == 16 {
		a.samples = content[w.start : w.start+w.frames()*2]
	}
	return a, nil
}
