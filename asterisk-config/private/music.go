package private

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Hold music is one pure tone, so that a test phone that listens can tell it
// from a conversation, a prompt and the tones of a telephone network.
const (
	HoldMusicHz = 300 // frequency of the music on hold

	sampleRate   = 8000 // samples a second, the rate of a telephone
	musicSeconds = 5
	musicLevel   = 3000 // of 32767
)

// holdMusic is a WAV file that can be looped without a click: the tone has a
// whole number of periods in it.
func holdMusic() []byte {
	samples := make([]int16, sampleRate*musicSeconds)
	for i := range samples {
		samples[i] = int16(musicLevel * math.Sin(2*math.Pi*HoldMusicHz*float64(i)/sampleRate))
	}
	size := uint32(2 * len(samples))
	var wav bytes.Buffer
	wav.WriteString("RIFF")
	write := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&wav, binary.LittleEndian, v) // a bytes.Buffer takes everything
		}
	}
	write(36 + size)
	wav.WriteString("WAVEfmt ")
	write(uint32(16), uint16(1), uint16(1), uint32(sampleRate), uint32(2*sampleRate), uint16(2), uint16(16))
	wav.WriteString("data")
	write(size, samples)
	return wav.Bytes()
}
