package sounds

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// extensibleWAV has two samples of 16 bits in the extensible format.
func extensibleWAV(encoding uint16) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt ")
	for _, part := range []any{
		uint32(40), wavFormat{Tag: extensible, Channels: 1, Rate: 8000, ByteRate: 16000, BlockAlign: 2, Bits: 16},
		uint16(22), uint16(16), uint32(4), encoding, []byte("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"),
		[]byte("data"), uint32(4), []byte{1, 2, 3, 4},
	} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// chunked is a WAV file of the chunks given, each with its name and content.
func chunked(chunks ...string) []byte {
	b := []byte("RIFF\xff\xff\xff\xffWAVE")
	for i := 0; i < len(chunks); i += 2 {
		b = append(b, chunks[i]...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(chunks[i+1])))
		b = append(b, chunks[i+1]...)
		b = append(b, make([]byte, len(chunks[i+1])&1)...)
	}
	return b
}

func format(f wavFormat) string {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, f); err != nil {
		panic(err)
	}
	return b.String()
}

// oddWAV is a whole WAV file in which Asterisk 22 doesn't find the format.
func oddWAV() []byte {
	return chunked("LIST", "abc", "fmt ", format(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 16}), "data", "1234")
}

// What Asterisk stumbles over is left out of what is kept.
func TestAnOddChunkIsLeftOut(t *testing.T) {
	t.Setenv("PATH", "")
	library := openIn(t)
	put, err := library.Put(t.Context(), hello, bytes.NewReader(oddWAV()))
	require.NoError(t, err)
	content, err := os.ReadFile(put.Path + ".wav")
	require.NoError(t, err)
	require.Equal(t, encodeWAV([]byte("1234"), 8000), content)
}

func TestHostileWAVFiles(t *testing.T) {
	telephone := format(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 16})
	for name, c := range map[string]struct {
		content []byte
		message string
	}{
		"only the first word":    {[]byte("RIFF"), "isn't a WAV file"},
		"a film":                 {[]byte("RIFF\x00\x00\x00\x00AVI LIST"), "isn't a WAV file"},
		"no chunks":              {chunked(), `has no "fmt " chunk`},
		"no samples":             {chunked("fmt ", telephone), `has no "data" chunk`},
		"samples first":          {chunked("data", "1234", "fmt ", telephone), `has no "fmt " chunk before its samples`},
		"short format":           {chunked("fmt ", telephone[:14], "data", "1234"), "has a broken format chunk"},
		"no channels":            {chunked("fmt ", format(wavFormat{Tag: pcm, Rate: 8000, Bits: 16}), "data", "1234"), "has a broken format chunk"},
		"no rate":                {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 1, Bits: 16}), "data", "1234"), "has a broken format chunk"},
		"a rate below zero":      {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 1, Rate: math.MaxUint32, Bits: 16}), "data", "1234"), "has a broken format chunk"},
		"cut off in extensible":  {chunked("fmt ", format(wavFormat{Tag: extensible, Channels: 1, Rate: 8000, Bits: 16}), "data", "1234"), "has a broken format chunk"},
		"many channels":          {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 9, Rate: 8000, Bits: 16}), "data", "1234"), "has 9 channels"},
		"12 bits":                {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 12}), "data", "1234"), "has samples of 12 bits"},
		"no bits":                {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 1, Rate: 8000}), "data", "1234"), "has samples of 0 bits"},
		"16-bit floats":          {chunked("fmt ", format(wavFormat{Tag: float, Channels: 1, Rate: 8000, Bits: 16}), "data", "1234"), "has samples of 16 bits"},
		"a rate of bats":         {chunked("fmt ", format(wavFormat{Tag: pcm, Channels: 1, Rate: 400000, Bits: 16}), "data", "1234"), "has 400000 samples per second"},
		"half a sample":          {chunked("fmt ", telephone, "data", "1"), "holds no sound"},
		"a chunk without an end": {[]byte("RIFF\x00\x00\x00\x00WAVELIST\xff\xff\xff\xff"), `has no "fmt " chunk`},
		"nothing but chunks":     {chunked(append(empties(mostChunks), "fmt ", telephone, "data", "1234")...), `has no "fmt " chunk`},
	} {
		_, err := inspect(c.content)
		require.ErrorIs(t, err, ErrRefused, name)
		require.ErrorContains(t, err, "it "+c.message, name)
	}
}

func empties(n int) (chunks []string) {
	for range n {
		chunks = append(chunks, "JUNK", "")
	}
	return chunks
}

// The length that is noted may be anything: what is there counts, in whole samples.
func TestTheLengthOfAWAVFileIsWhatIsThere(t *testing.T) {
	telephone := format(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 16})
	content := chunked("fmt ", telephone, "data", "123456789")
	for noted, want := range map[uint32]string{9: "12345678", 0xffffffff: "123456789\x00", 4: "1234", 7: "123456"} {
		binary.LittleEndian.PutUint32(content[len(content)-10-4:], noted)
		a, err := inspect(content)
		require.NoError(t, err)
		require.Equal(t, want, string(a.samples))
		require.Equal(t, time.Duration(len(want)/2)*125*time.Microsecond, a.duration)
	}
}

// Whatever bytes come: it ends, it finds nothing outside of them, and what is kept is what
// Asterisk plays.
func FuzzInspect(f *testing.F) {
	f.Add(tone(8000, 1, 10*time.Millisecond))
	f.Add(tone(44100, 2, 10*time.Millisecond))
	f.Add(extensibleWAV(pcm))
	f.Add(mp3(3, mpeg1Mono))
	f.Add(append([]byte("ID3\x04\x00\x00\x00\x00\x00\x02xy"), mp3(3, mpeg2Stereo)...))
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := inspect(content)
		if err != nil {
			require.ErrorIs(t, err, ErrRefused)
			return
		}
		require.Positive(t, a.duration)
		require.LessOrEqual(t, a.duration, MaxLength)
		require.Positive(t, a.rate)
		if a.samples == nil {
			return
		}
		kept := encodeWAV(a.samples, a.rate)
		w, err := parseWAV(bytes.NewReader(kept), int64(len(kept)))
		require.NoError(t, err)
		require.NoError(t, w.playable(a.rate))
		require.Equal(t, a.duration, w.duration())
	})
}
