package softphone_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

func TestWAVIsReadAsWritten(t *testing.T) {
	pcm := softphone.Tone(440).Samples(100 * time.Millisecond)
	file := softphone.EncodeWAV(pcm, 8000)
	require.Len(t, file, 44+2*len(pcm))
	assert.Equal(t, uint32(len(file)-8), binary.LittleEndian.Uint32(file[4:]))

	read, rate, err := softphone.DecodeWAV(file)
	require.NoError(t, err)
	assert.Equal(t, pcm, read)
	assert.Equal(t, 8000, rate)
}

func TestWAVWithOtherChunks(t *testing.T) {
	file := softphone.EncodeWAV([]int16{1, -2}, 8000)
	other := append([]byte("LIST\x03\x00\x00\x00abc\x00"), file[36:]...) // padded to an even length
	file = append(file[:36:36], other...)
	file = append(file, "id3 \x02\x00\x00\x00zz"...)
	read, _, err := softphone.DecodeWAV(file)
	require.NoError(t, err)
	assert.Equal(t, []int16{1, -2}, read)
}

func TestUnfinishedWAVIsReadToItsEnd(t *testing.T) {
	file := softphone.EncodeWAV([]int16{1, 2, 3, 4}, 8000)
	binary.LittleEndian.PutUint32(file[40:], 0) // Asterisk was killed while it recorded
	read, _, err := softphone.DecodeWAV(file)
	require.NoError(t, err)
	assert.Equal(t, []int16{1, 2, 3, 4}, read)

	read, _, err = softphone.DecodeWAV(softphone.EncodeWAV([]int16{1, 2, 3, 4}, 8000)[:50])
	require.NoError(t, err)
	assert.Equal(t, []int16{1, 2, 3}, read)
}

func TestOtherFilesAreNotWAV(t *testing.T) {
	stereo := softphone.EncodeWAV([]int16{1, 2}, 8000)
	stereo[22] = 2
	beheaded := append([]byte("RIFF....WAVE"), softphone.EncodeWAV([]int16{1}, 8000)[36:]...)
	for name, file := range map[string][]byte{
		"empty":         nil,
		"text":          []byte("a text that is longer than any header of a WAV file would be"),
		"stereo":        stereo,
		"no data":       softphone.EncodeWAV(nil, 8000)[:36],
		"cut in format": softphone.EncodeWAV(nil, 8000)[:30],
		"no format":     beheaded,
	} {
		_, _, err := softphone.DecodeWAV(file)
		require.ErrorIs(t, err, softphone.ErrNotWAV, name)
	}
}

func TestMuLaw(t *testing.T) {
	// Values of ITU-T G.711 table 2, in 16 bits.
	for sample, code := range map[int16]byte{
		0: 0xFF, 8: 0xFE, 32124: 0x80, -32124: 0x00, -8: 0x7E, 132: 0xEF, 1052: 0xCD,
		math.MaxInt16: 0x80, math.MinInt16: 0x00,
	} {
		assert.Equal(t, []byte{code}, softphone.EncodeMuLaw(nil, []int16{sample}), "%d", sample)
	}
	for code := range 256 {
		pcm := softphone.DecodeMuLaw(nil, []byte{byte(code)})
		again := softphone.EncodeMuLaw(nil, pcm)
		if code == 0x7F { // minus zero
			code = 0xFF
		}
		assert.Equal(t, []byte{byte(code)}, again, "%d", pcm[0])
	}
	for sample := -32124; sample <= 32124; sample += 7 {
		got := int(coded([]int16{int16(sample)})[0])
		require.InDelta(t, sample, got, 8+math.Abs(float64(sample))/16)
	}
}
