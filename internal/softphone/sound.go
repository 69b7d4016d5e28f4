package softphone

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const (
	sampleRate   = 8000                  // samples a second of PCMU (RFC 3551 section 6)
	frameTime    = 20 * time.Millisecond // what one RTP packet holds
	frameSamples = 160

	// toneLoudness is the peak of a tone, 12 dB under full scale, so that a
	// mixture of three voices in a bridge isn't clipped.
	toneLoudness = 8000
)

// oneHertz is one period of a sine of 1 Hz at the sample rate. A tone of n Hz
// is every n-th sample of it, without drift for as long as one likes.
var oneHertz = func() (table [sampleRate]float64) {
	for i := range table {
		table[i] = math.Sin(2 * math.Pi * float64(i) / sampleRate)
	}
	return table
}()

// Sound is what one side of a call says. The zero Sound is silence: packets
// that hold nothing audible. A Sound is a description, can be used by many
// calls at once, and each begins it from its start.
type Sound struct {
	hz      []int
	pcm     []int16
	nothing bool
}

// NoPackets is the sound of a phone that sends no RTP at all.
var NoPackets = Sound{nothing: true}

// Tone is a lasting sine of hz Hz; of several frequencies, their mixture at
// the same loudness. Between 200 and 2500 Hz it is recognised by [Tones] and
// [Call.Hears].
func Tone(hz ...int) Sound { return Sound{hz: hz} }

// PCM is a recording, 16 bit, 8000 samples a second, said once and followed by
// silence. The slice isn't copied and must not change.
func PCM(samples []int16) Sound { return Sound{pcm: samples} }

// Samples returns the first d of the sound, 8000 samples a second: for a
// prompt, EncodeWAV(Tone(1000).Samples(time.Second), 8000).
func (s Sound) Samples(d time.Duration) []int16 {
	samples := make([]int16, int(d.Seconds()*sampleRate))
	(&player{sound: s}).next(samples)
	return samples
}

func (s Sound) String() string {
	switch {
	case s.nothing:
		return "no packets"
	case len(s.hz) > 0:
		return hertz(s.hz)
	case len(s.pcm) > 0:
		return fmt.Sprintf("a recording of %.1f s", float64(len(s.pcm))/sampleRate)
	}
	return "silence"
}

// player is how far one call has come in its sound.
type player struct {
	sound Sound
	said  int // samples
}

// next fills frame with the samples that follow.
func (p *player) next(frame []int16) {
	clear(frame)
	switch {
	case len(p.sound.pcm) > 0:
		copy(frame, p.sound.pcm[min(p.said, len(p.sound.pcm)):])
	case len(p.sound.hz) > 0:
		loudness := toneLoudness / float64(len(p.sound.hz))
		for i := range frame {
			sample := 0.0
			for _, hz := range p.sound.hz {
				sample += loudness * oneHertz[(p.said+i)*hz%sampleRate]
			}
			frame[i] = int16(sample)
		}
	}
	p.said += len(frame)
}

// hertz writes frequencies for people: "440 Hz", "440+620 Hz".
func hertz(hz []int) string {
	words := make([]string, len(hz))
	for i, f := range hz {
		words[i] = fmt.Sprint(f)
	}
	return strings.Join(words, "+") + " Hz"
}
