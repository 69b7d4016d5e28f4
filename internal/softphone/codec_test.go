package softphone

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each codec keeps what phones say: the difference is at least 30 dB below it.
func TestCodecsKeepWhatIsSaid(t *testing.T) {
	for _, codec := range AllCodecs {
		for _, hz := range []int{200, 425, 620, 1000, 2500} {
			said := Tone(hz).Samples(time.Second)
			coded := newCoder(codec).encode(nil, said)
			require.Len(t, coded, len(said))
			heard := newCoder(codec).decode(nil, coded)
			require.Len(t, heard, len(said))
			signal, noise := 0.0, 0.0
			for i := 800; i < len(said); i++ { // G.722 has to find the loudness first
				signal += float64(said[i]) * float64(said[i])
				noise += math.Pow(float64(said[i])-float64(heard[i]), 2)
			}
			assert.Greater(t, 10*math.Log10(signal/noise), 30.0, "%v at %d Hz", codec, hz)
			line := Tones(heard[800:], sampleRate)
			assert.Len(t, line, 1, "%v at %d Hz: %v", codec, hz, line)
		}
	}
}

func TestALaw(t *testing.T) {
	// The ends of G.711's segments, and the pattern that stands for silence.
	for sample, code := range map[int16]byte{
		0: 0xD5, -1: 0x55, 255: 0xDA, 256: 0xC5, 512: 0xF5, -512: 0x4A, 32767: 0xAA, -32768: 0x2A,
	} {
		assert.Equal(t, code, aLawCode(sample), "%d", sample)
	}
	for code := range 256 {
		pcm := aLaw{}.decode(nil, []byte{byte(code)})
		assert.Equal(t, []byte{byte(code)}, aLaw{}.encode(nil, pcm), "%#x → %d", code, pcm[0])
	}
}

func TestG722OfSilenceAndOfWhatIsTooLoud(t *testing.T) {
	heard := newSubBands().decode(nil, newSubBands().encode(nil, make([]int16, sampleRate)))
	for _, sample := range heard[800:] {
		assert.InDelta(t, 0, sample, silenceRMS)
	}
	loud := make([]int16, sampleRate)
	for i := range loud {
		loud[i] = int16(math.MaxInt16 * oneHertz[i*300%sampleRate])
	}
	heard = newSubBands().decode(nil, newSubBands().encode(nil, loud))
	for i, sample := range heard[800:] {
		require.InDelta(t, loud[800+i], sample, 2000, "sample %d", i)
	}
}

func TestPhonesAgreeOnACodec(t *testing.T) {
	for _, test := range []struct {
		caller, called []Codec
		agreed         string // "" none
	}{
		{nil, nil, "PCMU/8000"},
		{[]Codec{PCMA}, AllCodecs, "PCMA/8000"},
		{AllCodecs, []Codec{G722}, "G722/8000"},
		{[]Codec{G722, PCMA}, []Codec{PCMA, G722}, "G722/8000"}, // the caller's best
		{[]Codec{PCMA}, nil, ""},
	} {
		t.Run(fmt.Sprint(test.caller, test.called), func(t *testing.T) {
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			start := func(codecs []Codec, hz int) *Phone {
				p, err := Start(ctx, Options{Codecs: codecs, Says: Tone(hz), Keeps: true})
				require.NoError(t, err)
				t.Cleanup(func() { assert.NoError(t, p.Close()) })
				return p
			}
			called := start(test.called, 440)
			out := start(test.caller, 620).MustDial(t, called.URI("bob"), Caller{})
			if test.agreed == "" {
				assert.Equal(t, 488, out.MustEnd(t).Code)
				return
			}
			in := called.MustRing(t)
			in.MustAnswer(t)
			in.MustHear(t, 620)
			out.MustHear(t, 440)
			for _, c := range []*Call{in, out} {
				assert.Contains(t, string(c.media.description()), "a=rtpmap:"+fmt.Sprint(c.media.codecs[0].payload())+" "+test.agreed)
				assert.Len(t, c.media.codecs, 1)
			}
			out.MustHangup(t)
			in.MustEnd(t)

			packets := in.Packets()
			require.NotEmpty(t, packets)
			assert.LessOrEqual(t, len(packets), out.Sent())
			assert.GreaterOrEqual(t, len(packets), out.Sent()-2, "the last may cross the BYE")
			for i, p := range packets {
				assert.True(t, p.Has(620), "packet %d", i)
				assert.False(t, p.Has(440), "packet %d", i)
				assert.Zero(t, p.Lost)
				assert.Equal(t, uint32(i*frameSamples), p.Timestamp-packets[0].Timestamp)
			}
		})
	}
}
