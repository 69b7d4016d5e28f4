package sounds

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Encodings of the samples (RIFF WAVE, "WAVE_FORMAT_…" in Microsoft's mmreg.h). The last
// says that the real one stands further on.
const (
	pcm        = 0x0001
	float      = 0x0003
	aLaw       = 0x0006
	muLaw      = 0x0007
	extensible = 0xfffe
)

// mostChunks is how many chunks of others may stand before the samples.
const mostChunks = 1000

// wav is what the headers of a WAV file say of its samples.
type wav struct {
	tag         uint16 // the encoding as it is written
	encoding    uint16 // and as it is meant
	channels    int
	rate        int  // samples per second
	bits        int  // of a sample
	oddChunk    bool // a chunk of odd length stands before the samples
	start, size int64
}

// wavFormat is the "fmt " chunk; the last three fields only where its tag is extensible.
type wavFormat struct {
	Tag, Channels    uint16
	Rate, ByteRate   uint32
	BlockAlign, Bits uint16
}

// parseWAV reads the headers of a WAV file (RIFF WAVE, Microsoft and IBM 1991) of size
// bytes. Its errors go on from the file's name: "isn't …".
func parseWAV(r io.ReaderAt, size int64) (wav, error) {
	var riff [12]byte
	if _, err := r.ReadAt(riff[:], 0); err != nil || string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return wav{}, errors.New("isn't a WAV file")
	}
	var w wav
	at, odd := int64(len(riff)), false
	for range mostChunks {
		var head [8]byte
		if _, err := r.ReadAt(head[:], at); err != nil {
			break
		}
		at += int64(len(head))
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			if err := w.readFormat(io.NewSectionReader(r, at, length)); err != nil {
				return wav{}, err
			}
		case "data":
			if w.channels == 0 {
				return wav{}, errors.New(`has no "fmt " chunk before its samples: it isn't a whole WAV file`)
			}
			// Programs that write into a pipe can't know the length, and note more
			// than there is.
			w.start, w.size, w.oddChunk = at, min(length, size-at), odd
			return w, nil
		}
		at += length + length&1 // chunks are padded to even lengths
		odd = odd || length&1 == 1
	}
	if w.channels == 0 {
		return wav{}, errors.New(`has no "fmt " chunk: it isn't a whole WAV file`)
	}
	return wav{}, errors.New(`has no "data" chunk: it isn't a whole WAV file`)
}

func (w *wav) readFormat(r io.Reader) error {
	var f wavFormat
	if err := binary.Read(r, binary.LittleEndian, &f); err != nil || f.Channels == 0 || f.Rate == 0 || f.Rate > math.MaxInt32 {
		return errors.New("has a broken format chunk")
	}
	*w = wav{tag: f.Tag, encoding: f.Tag, channels: int(f.Channels), rate: int(f.Rate), bits: int(f.Bits)}
	if f.Tag != extensible {
		return nil
	}
	var more struct {
		Size, ValidBits uint16
		Speakers        uint32
		Encoding        uint16 // the first two bytes of a GUID
	}
	if err := binary.Read(r, binary.LittleEndian, &more); err != nil {
		return errors.New("has a broken format chunk")
	}
	w.encoding = more.Encoding
	return nil
}

// convertible says why sox isn't given the file.
func (w wav) convertible() error {
	known := map[uint16][]int{pcm: {8, 16, 24, 32}, float: {32, 64}, aLaw: {8}, muLaw: {8}}
	bits, ok := known[w.encoding]
	switch {
	case !ok:
		return fmt.Errorf("is a WAV file compressed in a way that isn't taken (format %#x): save it as PCM", w.encoding)
	case !slices.Contains(bits, w.bits):
		return fmt.Errorf("has samples of %d bits, which no WAV file of its format has: save it as 16-bit PCM", w.bits)
	case w.channels > 8:
		return fmt.Errorf("has %d channels; at most 8 are taken", w.channels)
	case w.rate < 4000 || w.rate > 192000:
		return fmt.Errorf("has %d samples per second; 4000 to 192000 are taken", w.rate)
	}
	return nil
}

// playable says why Asterisk doesn't play the file as one of rate.
func (w wav) playable(rate int) error {
	right := w.tag == pcm && w.channels == 1 && w.rate == rate && w.bits == 16
	switch {
	case right && w.oddChunk:
		return fmt.Errorf("has a chunk of odd length before its samples, over which Asterisk stumbles: write it anew with `sox IN -r %d -c 1 -b 16 OUT.wav`", rate)
	case right:
		return nil
	}
	return fmt.Errorf("has %d Hz, %d channels, %d bits (format %d); Asterisk needs %d Hz, mono, 16-bit PCM: convert it with `sox IN -r %[5]d -c 1 -b 16 OUT.wav`",
		w.rate, w.channels, w.bits, w.tag, rate)
}

// frames counts the whole samples of every channel.
func (w wav) frames() int64 {
	if frame := int64(w.channels) * int64(w.bits/8); frame > 0 {
		return w.size / frame
	}
	return 0
}

func (w wav) duration() time.Duration {
	seconds, rest := w.frames()/int64(w.rate), w.frames()%int64(w.rate)
	return time.Duration(seconds)*time.Second + time.Duration(rest)*time.Second/time.Duration(w.rate)
}

// encodeWAV makes a WAV file of mono, 16-bit PCM samples, with nothing in it that Asterisk
// doesn't need: what others write before or after the samples, or as their length, can't
// be misread.
func encodeWAV(samples []byte, rate int) []byte {
	var b bytes.Buffer
	b.Grow(44 + len(samples))
	size := uint32(len(samples)) // at most MaxLength, and then far from its limit
	for _, part := range []any{
		[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16),
		wavFormat{Tag: pcm, Channels: 1, Rate: uint32(rate), ByteRate: uint32(rate) * 2, BlockAlign: 2, Bits: 16},
		[]byte("data"), size, samples,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	return b.Bytes()
}
