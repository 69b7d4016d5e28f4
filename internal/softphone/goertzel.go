package softphone

import (
	"math"
	"slices"
)

const (
	blocksPerSecond = 20 // a block is 50 ms, its frequency bins are 20 Hz apart

	lowestTone  = 200  // Hz
	highestTone = 2500 // Hz

	silenceRMS  = 100  // 50 dB under full scale: the noise of a line is below it, speech far above
	toneFloor   = 0.05 // of the loudest tone; the window's own side lobes are at 0.027
	toneShare   = 0.8  // of a block's energy has to lie in its tones, or it is noise
	mostTones   = 3    // a block with more is speech or music
	toneSpacing = 8    // Hz by which a tone may move from block to block and stay the same
)

// Kind says what sort of sound a stretch of audio holds.
type Kind int

// The kinds of sound.
const (
	Silence  Kind = iota // nothing audible
	Tonal                // one to three steady tones and nothing else
	Noise                // anything else: speech, music, sounds too short to tell
	NoPacket             // no audio came in at all (never in a recording)
)

// block is what the recogniser says of 50 ms of audio. hz is set for Tonal,
// in ascending order.
type block struct {
	kind Kind
	hz   []float64
}

// same tells whether two blocks sound alike.
func (b block) same(other block) bool {
	return b.kind == other.kind && slices.EqualFunc(b.hz, other.hz, func(f, g float64) bool {
		return math.Abs(f-g) <= toneSpacing
	})
}

// recogniser finds tones in blocks of audio with Goertzel's algorithm: the
// discrete Fourier transform at single frequencies, cheaper than an FFT where
// a third of the bins will do. It keeps scratch space, so one goroutine at a
// time may use it.
type recogniser struct {
	size     int       // samples a block
	bin      float64   // Hz between two bins
	window   []float64 // Hann: narrows what a tone spills over other bins
	energy   float64   // sum of the squared window
	factor   []float64 // by bin: Goertzel's 2·cos(2πk/N)
	windowed []float64
	power    []float64 // by bin; only every second one is filled in
}

func newRecogniser(rate int) *recogniser {
	size := rate / blocksPerSecond
	r := &recogniser{
		size:     size,
		bin:      float64(rate) / float64(size),
		window:   make([]float64, size),
		windowed: make([]float64, size),
	}
	bins := int(highestTone/r.bin) + 8 // the peak of the highest tone has neighbours, and fourPowers takes its steps
	r.power, r.factor = make([]float64, bins), make([]float64, bins)
	for k := range r.factor {
		r.factor[k] = 2 * math.Cos(2*math.Pi*float64(k)/float64(size))
	}
	for i := range r.window {
		r.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(size))
		r.energy += r.window[i] * r.window[i]
	}
	return r
}

// recognise tells what a block of exactly r.size samples holds.
func (r *recogniser) recognise(pcm []int16) block {
	plain, energy := 0.0, 0.0
	for i, sample := range pcm {
		s := float64(sample)
		plain += s * s
		s *= r.window[i]
		energy += s * s
		r.windowed[i] = s
	}
	if math.Sqrt(plain/float64(len(pcm))) < silenceRMS {
		return block{kind: Silence}
	}

	tones := r.tones()
	explained, hz := 0.0, make([]float64, 0, mostTones)
	for _, t := range tones {
		explained += t.amplitude * t.amplitude / 2 * r.energy
		hz = append(hz, t.hz)
	}
	if len(tones) == 0 || len(tones) > mostTones || explained < toneShare*energy {
		return block{kind: Noise}
	}
	return block{kind: Tonal, hz: hz}
}

type tone struct {
	hz        float64
	amplitude float64
}

// tones returns the peaks of the windowed block's spectrum, lowest first. It
// looks at every second bin, which misses nothing because the window spreads a
// tone over four, and then more closely around the peaks.
func (r *recogniser) tones() []tone {
	first := int(lowestTone/r.bin)&^1 - 2
	last := len(r.power) - 2
	for k := first; k+6 < len(r.power); k += 8 {
		r.fourPowers(k)
	}
	loudest := 0.0
	for k := first; k <= last; k += 2 {
		loudest = max(loudest, r.power[k])
	}

	var found []tone
	for k := first + 2; k+2 <= last; k += 2 {
		p := r.power[k]
		if p < loudest*toneFloor*toneFloor || p <= r.power[k-2] || p < r.power[k+2] {
			continue
		}
		if t := r.peak(k); t.hz >= lowestTone-toneSpacing && t.hz <= highestTone+toneSpacing {
			found = append(found, t)
		}
	}
	return found
}

// peak measures the tone near bin k: of a Hann-windowed sine, the two
// strongest bins give its place between them and its amplitude exactly.
func (r *recogniser) peak(k int) tone {
	below, at, above := r.powerAt(k-1), r.powerAt(k), r.powerAt(k+1)
	switch {
	case below > at:
		k, below, at, above = k-1, r.powerAt(k-2), below, at
	case above > at:
		k, below, at, above = k+1, at, above, r.powerAt(k+2)
	}
	side, neighbour := 1.0, above
	if below > above {
		side, neighbour = -1, below
	}
	ratio := math.Sqrt(neighbour / at)
	offset := max(0, (2*ratio-1)/(1+ratio)) // bins

	gain := float64(r.size) / 4
	if offset > 0 {
		gain *= math.Sin(math.Pi*offset) / (math.Pi * offset) / (1 - offset*offset)
	}
	return tone{hz: (float64(k) + side*offset) * r.bin, amplitude: math.Sqrt(at) / gain}
}

// fourPowers fills in the power of bins k, k+2, k+4 and k+6: four at once,
// because the samples are read once then and the sums don't wait for each other.
func (r *recogniser) fourPowers(k int) {
	var (
		ca, cb, cc, cd                 = r.factor[k], r.factor[k+2], r.factor[k+4], r.factor[k+6]
		a1, a2, b1, b2, c1, c2, d1, d2 float64
	)
	for _, x := range r.windowed {
		a1, a2 = x+ca*a1-a2, a1
		b1, b2 = x+cb*b1-b2, b1
		c1, c2 = x+cc*c1-c2, c1
		d1, d2 = x+cd*d1-d2, d1
	}
	r.power[k] = a1*a1 + a2*a2 - ca*a1*a2
	r.power[k+2] = b1*b1 + b2*b2 - cb*b1*b2
	r.power[k+4] = c1*c1 + c2*c2 - cc*c1*c2
	r.power[k+6] = d1*d1 + d2*d2 - cd*d1*d2
}

// powerAt computes the power of a single bin.
func (r *recogniser) powerAt(k int) float64 {
	factor, s1, s2 := r.factor[k], 0.0, 0.0
	for _, x := range r.windowed {
		s1, s2 = x+factor*s1-s2, s1
	}
	return s1*s1 + s2*s2 - factor*s1*s2
}
