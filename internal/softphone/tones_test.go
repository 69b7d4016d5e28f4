package softphone_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

const rate = 8000

// coded is what is left of samples after a telephone line.
func coded(pcm []int16) []int16 {
	return softphone.DecodeMuLaw(nil, softphone.EncodeMuLaw(nil, pcm))
}

// noise is a second of white noise, as loud as a tone.
func noise() []int16 {
	random := rand.New(rand.NewPCG(1, 2))
	pcm := make([]int16, rate)
	for i := range pcm {
		pcm[i] = int16(random.IntN(16000) - 8000)
	}
	return pcm
}

func TestTonesAreTold(t *testing.T) {
	for _, hz := range [][]int{
		{200}, {205}, {400}, {425}, {433}, {440}, {620}, {1000}, {1999}, {2000}, {2495}, {2500},
		{440, 620}, {425, 525}, {430, 530}, {410, 510}, {440, 1990}, {425, 620, 1000},
	} {
		t.Run(fmt.Sprint(hz), func(t *testing.T) {
			for offset := 0; offset < 400; offset += 37 {
				pcm := coded(softphone.Tone(hz...).Samples(2 * time.Second)[offset:])
				heard := softphone.Tones(pcm, rate)
				require.Len(t, heard, 1, "%v", heard)
				assert.True(t, heard[0].Has(hz...), "%v", heard)
				assert.Len(t, heard[0].Hz, len(hz), "%v", heard)
			}
		})
	}
}

func TestToneIsFoundUnderALouderOne(t *testing.T) {
	pcm := softphone.Tone(440).Samples(time.Second)
	for i, sample := range softphone.Tone(620).Samples(time.Second) {
		pcm[i] += sample / 8
	}
	assert.Equal(t, time.Second, softphone.Tones(coded(pcm), rate).Total(440, 620))
}

func TestNeighbouringTonesAreDifferent(t *testing.T) {
	heard := softphone.Tones(softphone.Tone(440).Samples(time.Second), rate)
	assert.Equal(t, time.Second, heard.Total(440))
	for _, other := range []int{425, 432, 448, 455, 880} {
		assert.Zero(t, heard.Total(other), "%d Hz", other)
	}
	assert.Zero(t, heard.Total(440, 620))
	assert.Zero(t, heard.Total(), "no tone at all is asked for")
}

func TestRecordingIsAnOrderedTimeline(t *testing.T) {
	var pcm []int16
	for _, part := range []struct {
		sound softphone.Sound
		d     time.Duration
	}{
		{softphone.Tone(440), 1013 * time.Millisecond}, // ends within a block
		{softphone.Sound{}, 700 * time.Millisecond},
		{softphone.Tone(425), time.Second},
		{softphone.Tone(620), 333 * time.Millisecond},
		{softphone.Tone(440, 620), 500 * time.Millisecond},
		{softphone.PCM(noise()), time.Second},
		{softphone.Sound{}, time.Second},
	} {
		pcm = append(pcm, part.sound.Samples(part.d)...)
	}

	heard := softphone.Tones(coded(pcm), rate)
	assert.Equal(t, "440 Hz 0.0–1.0 s, silence 1.0–1.7 s, 425 Hz 1.7–2.7 s, 620 Hz 2.7–3.0 s, "+
		"440+620 Hz 3.0–3.5 s, other sounds 3.5–4.5 s, silence 4.5–5.5 s", heard.String())
	for i := range heard[1:] {
		assert.Equal(t, heard[i].To, heard[i+1].From)
	}
	first, ok := heard.Find(620)
	require.True(t, ok)
	assert.InDelta(t, 2.7, first.From.Seconds(), 0.05)
	_, ok = heard.Find(1000)
	assert.False(t, ok)
	assert.InDelta(t, 1.5, heard.Total(440).Seconds(), 0.1)
}

func TestDisturbedToneStaysOneTone(t *testing.T) {
	pcm := softphone.Tone(440).Samples(2 * time.Second)
	pcm = append(pcm[:5000], pcm[5160:]...) // a packet is missing
	heard := softphone.Tones(pcm, rate)
	require.Len(t, heard, 1, "%v", heard)
}

func TestOtherRatesAndShortRecordings(t *testing.T) {
	wide := make([]int16, 16000) // 440 Hz at 8000 samples a second is 880 Hz at 16000
	copy(wide, softphone.Tone(440).Samples(2*time.Second))
	assert.Equal(t, time.Second, softphone.Tones(wide, 16000).Total(880))

	assert.Empty(t, softphone.Tones(nil, rate))
	assert.Empty(t, softphone.Tones(wide, 4000))
	assert.Equal(t, "nothing yet", softphone.Tones(nil, rate).String())
	assert.Equal(t, "440 Hz 0.0–0.1 s", softphone.Tones(softphone.Tone(440).Samples(60*time.Millisecond), rate).String())
}

func TestLongTimelineIsPrintedFromItsEnd(t *testing.T) {
	var pcm []int16
	for range 20 {
		pcm = append(pcm, softphone.Tone(440).Samples(200*time.Millisecond)...)
		pcm = append(pcm, softphone.Tone(620).Samples(200*time.Millisecond)...)
	}
	assert.Contains(t, softphone.Tones(pcm, rate).String(), "(10 earlier), 440 Hz 2.0–2.2 s")
}

func BenchmarkTones(b *testing.B) {
	second := softphone.Tone(440, 620).Samples(time.Second)
	for b.Loop() {
		softphone.Tones(second, rate)
	}
}
