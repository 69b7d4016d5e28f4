package sounds

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// MPEG audio, layer III (ISO 11172-3 and 13818-3, and the unofficial "2.5"): frames of a
// few hundred bytes, each with a header of four that says how long it is. Bit rates are in
// kbit/s, rates in samples per second, both by the index in the header.
var (
	mpeg1BitRates = [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	mpeg2BitRates = [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	mpeg1Rates    = [...]int{44100, 48000, 32000}
)

// frame is a frame's header.
type frame struct {
	rate, samples int
	length        int // in bytes, the header included
}

// isFrame tells whether a header of MPEG audio may begin here.
func isFrame(b []byte) bool { return len(b) >= 2 && b[0] == 0xff && b[1]&0xe0 == 0xe0 }

var errNoFrame = errors.New("isn't an MP3 file")

// parseFrame reads the header at the beginning of b.
func parseFrame(b []byte) (frame, error) {
	if len(b) < 4 || !isFrame(b) {
		return frame{}, errNoFrame
	}
	version, layer := b[1]>>3&3, b[1]>>1&3
	bitRate, rate, padding := int(b[2]>>4), int(b[2]>>2&3), int(b[2]>>1&1)
	switch {
	case version == 1, layer == 0, bitRate == 15, rate == 3:
		return frame{}, errNoFrame
	case layer != 1:
		return frame{}, fmt.Errorf("is MPEG audio of layer %d; only layer 3, which is MP3, is taken", 4-layer)
	case bitRate == 0:
		return frame{}, errors.New("is an MP3 file of free format, which isn't taken")
	}
	f := frame{rate: mpeg1Rates[rate], samples: 1152}
	kbits := mpeg1BitRates[bitRate]
	if version != 3 { // MPEG 2 halves the rate and the samples, 2.5 the rate once more
		f.rate, f.samples, kbits = f.rate/2, 576, mpeg2BitRates[bitRate]
		if version == 0 {
			f.rate /= 2
		}
	}
	f.length = f.samples/8*kbits*1000/f.rate + padding
	return f, nil
}

// inspectMP3 goes through all frames: only they say how long a file of varying bit rate
// takes. Tags may stand before, between and behind them.
func inspectMP3(content []byte) (audio, error) {
	a := audio{kind: "mp3", content: content}
	samples, frames := 0, 0
	for at := 0; at < len(content); {
		rest := content[at:]
		if tag := tagLength(rest); tag > 0 {
			at += tag
			continue
		}
		f, err := parseFrame(rest)
		switch {
		case err != nil && frames == 0:
			return audio{}, err
		case err != nil:
			return audio{}, fmt.Errorf("is an MP3 file that is broken after %s (byte %d)", a.duration.Round(time.Millisecond), at)
		case frames == 0:
			a.rate = f.rate
		case f.rate != a.rate:
			return audio{}, fmt.Errorf("is an MP3 file whose rate changes from %d to %d Hz", a.rate, f.rate)
		}
		at += f.length
		samples += f.samples
		frames++
		a.duration = time.Duration(samples) * time.Second / time.Duration(a.rate)
	}
	// One frame lasts 24 to 72 ms: whatever begins like one, and is a single one, is more
	// likely something else.
	if frames < 2 {
		return audio{}, errNoFrame
	}
	return a, nil
}

// tagLength is the length of what isn't sound at the beginning of b: an ID3v2 tag (id3.org,
// also with a footer), the ID3v1 and APE tags behind the frames, zeros that fill up. What
// is cut off reaches to the end.
func tagLength(b []byte) int {
	length := 0
	switch {
	case bytes.HasPrefix(b, []byte("ID3")) && len(b) >= 10:
		// Seven bits a byte, so that nothing in it looks like a frame.
		length = 10 + int(b[6]&0x7f)<<21 + int(b[7]&0x7f)<<14 + int(b[8]&0x7f)<<7 + int(b[9]&0x7f)
		if b[5]&0x10 != 0 {
			length += 10
		}
	case bytes.HasPrefix(b, []byte("TAG")), bytes.HasPrefix(b, []byte("APETAGEX")), bytes.HasPrefix(b, []byte("LYRICSBEGIN")):
		length = len(b) // it is the end
	case len(b) > 0 && b[0] == 0:
		length = len(b) - len(bytes.TrimLeft(b, "\x00"))
	}
	return min(length, len(b))
}
