package sounds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const sox = "sox"

// rendered is a sound as Asterisk plays it: mono, 16-bit PCM. It is of 8 kHz, and also of
// 16 kHz where the original had as much; nil else.
type rendered struct{ narrow, wide []byte }

// files is the sound by the extensions under which Asterisk looks for it.
func (r rendered) files() map[string][]byte {
	files := map[string][]byte{narrowSuffix: encodeWAV(r.narrow, narrowband)}
	if r.wide != nil {
		files[wideSuffix] = encodeWAV(r.wide, wideband)
	}
	return files
}

// render makes what Asterisk plays of a sound that was inspected.
func render(ctx context.Context, a audio) (rendered, error) {
	var r rendered
	var err error
	if r.narrow, err = resample(ctx, a, narrowband); err != nil {
		return rendered{}, err
	}
	// More of it than there was isn't to be had.
	if a.rate >= wideband {
		if r.wide, err = resample(ctx, a, wideband); err != nil {
			return rendered{}, err
		}
	}
	return r, nil
}

// resample gives the samples of a at rate, converted by sox unless they are that already.
func resample(ctx context.Context, a audio, rate int) ([]byte, error) {
	if a.samples != nil && a.rate == rate {
		return a.samples, nil
	}
	// Through pipes: sox takes some names of files for patterns, or for commands.
	most := int((MaxLength+time.Minute)/time.Second)*rate*2 + 1024
	out, err := run(ctx, bytes.NewReader(a.content), most, sox,
		"-G", "-t", a.kind, "-", "-t", "wav", "-e", "signed-integer", "-b", "16", "-c", "1", "-r", strconv.Itoa(rate), "-")
	if err != nil {
		if a.kind == "mp3" && strings.Contains(err.Error(), "no handler for") {
			return nil, fmt.Errorf("sox's part for MP3 is %w: install the package libsox-fmt-mp3 (%w)", ErrNotInstalled, err)
		}
		if failed := new(exec.ExitError); errors.As(err, &failed) {
			err = fmt.Errorf("%w: %w", ErrRefused, err) // its headers were right, the rest isn't
		}
		return nil, fmt.Errorf("convert it to %d Hz: %w", rate, err)
	}
	w, err := parseWAV(bytes.NewReader(out), int64(len(out)))
	if err == nil {
		err = w.playable(rate)
	}
	if err != nil {
		return nil, fmt.Errorf("convert it to %d Hz: what sox wrote %w", rate, err)
	}
	if w.frames() == 0 {
		return nil, fmt.Errorf("%w: sox finds no sound in it", ErrRefused)
	}
	return out[w.start : w.start+w.frames()*2], nil
}
