package sounds

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Headers of frames, and how long the frames are in bytes, as ISO 11172-3 and 13818-3 have
// it: 144 (72 for MPEG 2) × bit rate / rate.
var (
	mpeg1Mono    = mp3Frame{"\xff\xfb\x90\xc0", 417}  // 128 kbit/s, 44100 Hz
	mpeg1Padded  = mp3Frame{"\xff\xfb\x92\xc0", 418}  // the same, with a byte to fill up
	mpeg1Fast    = mp3Frame{"\xff\xfb\xe0\x00", 1044} // 320 kbit/s, 44100 Hz, stereo
	mpeg1At48    = mp3Frame{"\xff\xfb\x94\xc0", 384}  // 128 kbit/s, 48000 Hz
	mpeg2Stereo  = mp3Frame{"\xff\xf3\x80\x00", 208}  // 64 kbit/s, 22050 Hz
	mpeg25Mono   = mp3Frame{"\xff\xe3\x48\xc0", 288}  // 32 kbit/s, 8000 Hz
	mpegLayer2   = mp3Frame{"\xff\xfd\x90\xc0", 417}
	mpegFree     = mp3Frame{"\xff\xfb\x00\xc0", 417}
	mpegReserved = mp3Frame{"\xff\xeb\x90\xc0", 417}
)

type mp3Frame struct {
	header string
	length int
}

// mp3 is a file of n frames, without anything to hear in them.
func mp3(n int, frames ...mp3Frame) (file []byte) {
	for range n {
		for _, f := range frames {
			file = append(file, f.header...)
			file = append(file, make([]byte, f.length-4)...)
		}
	}
	return file
}

func TestMP3FilesAreMeasured(t *testing.T) {
	id3 := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x02"), make([]byte, 130)...)
	withFooter := append([]byte("ID3\x04\x00\x10\x00\x00\x00\x02"), make([]byte, 12)...)
	for name, c := range map[string]struct {
		content       []byte
		rate, samples int
	}{
		"MPEG 1":             {mp3(10, mpeg1Mono), 44100, 11520},
		"MPEG 2":             {mp3(10, mpeg2Stereo), 22050, 5760},
		"MPEG 2.5":           {mp3(10, mpeg25Mono), 8000, 5760},
		"varying bit rate":   {mp3(10, mpeg1Fast, mpeg1Padded, mpeg1Mono), 44100, 34560},
		"tag before":         {slices.Concat(id3, mp3(10, mpeg1Mono)), 44100, 11520},
		"tag with a footer":  {slices.Concat(withFooter, mp3(10, mpeg1Mono)), 44100, 11520},
		"tag and zeros":      {slices.Concat(id3, make([]byte, 1000), mp3(10, mpeg1Mono)), 44100, 11520},
		"two files":          {slices.Concat(mp3(5, mpeg1Mono), id3, mp3(5, mpeg1Mono)), 44100, 11520},
		"tags behind":        {slices.Concat(mp3(10, mpeg1Mono), []byte("APETAGEX...."), make([]byte, 100), []byte("TAG")), 44100, 11520},
		"last frame cut off": {mp3(10, mpeg1Mono)[:4100], 44100, 11520},
	} {
		a, err := inspect(c.content)
		require.NoError(t, err, name)
		require.Equal(t, "mp3", a.kind, name)
		require.Equal(t, c.rate, a.rate, name)
		require.Equal(t, time.Duration(c.samples)*time.Second/time.Duration(c.rate), a.duration, name)
	}
}

func TestHostileMP3Files(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		message string
	}{
		"one frame":           {mp3(1, mpeg1Mono), "isn't an MP3 file"},
		"only a tag":          {[]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), "isn't an MP3 file"},
		"a tag without end":   {[]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), "isn't an MP3 file"},
		"half a tag":          {[]byte("ID3\x04"), "isn't an MP3 file"},
		"half a header":       {[]byte("\xff\xfb\x90"), "isn't an MP3 file"},
		"text with a sign":    {bytes.Repeat([]byte("\xff\xff"), 1000), "isn't an MP3 file"},
		"reserved version":    {mp3(10, mpegReserved), "isn't an MP3 file"},
		"layer 2":             {mp3(10, mpegLayer2), "is MPEG audio of layer 2"},
		"free format":         {mp3(10, mpegFree), "is an MP3 file of free format"},
		"the rate changes":    {mp3(2, mpeg1Mono, mpeg1At48), "whose rate changes from 44100 to 48000 Hz"},
		"words in the middle": {slices.Concat(mp3(10, mpeg1Mono), []byte("words"), mp3(10, mpeg1Mono)), "is broken after 261ms (byte 4170)"},
		"more than it may be": {mp3(18000, mpeg25Mono), "it takes 21m36s, and the longest that is kept is 10m0s"},
	} {
		_, err := inspect(c.content)
		require.ErrorIs(t, err, ErrRefused, name)
		require.ErrorContains(t, err, c.message, name)
	}
}
