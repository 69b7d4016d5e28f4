package softphone

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// toneTolerance is how far a tone may be measured from the frequency that is
// asked for, in Hz: less than half of the 15 Hz between 425, the ringing tone
// of Sweden and many other countries, and 440.
const toneTolerance = 7

// Segment is a stretch of audio that sounds the same throughout. From and To
// count from the beginning of the recording or of the call.
type Segment struct {
	Kind     Kind
	Hz       []int // the tones of Tonal, ascending, rounded
	From, To time.Duration
}

// Duration is the segment's length.
func (s Segment) Duration() time.Duration { return s.To - s.From }

// Has tells whether all of these tones sound in the segment at once, whatever
// else does.
func (s Segment) Has(hz ...int) bool {
	for _, wanted := range hz {
		if !slices.ContainsFunc(s.Hz, func(heard int) bool {
			return wanted-toneTolerance <= heard && heard <= wanted+toneTolerance
		}) {
			return false
		}
	}
	return len(hz) > 0
}

// String is "440+620 Hz 1.2–3.4 s".
func (s Segment) String() string {
	var sound string
	switch s.Kind {
	case Tonal:
		sound = hertz(s.Hz)
	case Silence:
		sound = "silence"
	case NoPacket:
		sound = "no packets"
	default:
		sound = "other sounds"
	}
	return fmt.Sprintf("%s %.1f–%.1f s", sound, s.From.Seconds(), s.To.Seconds())
}

// Timeline is what was heard, in order and without holes.
type Timeline []Segment

// Find returns the first segment in which all of these tones sound at once.
func (t Timeline) Find(hz ...int) (Segment, bool) {
	for _, s := range t {
		if s.Has(hz...) {
			return s, true
		}
	}
	return Segment{}, false
}

// Total is how long, all in all, these tones sounded at once.
func (t Timeline) Total(hz ...int) time.Duration {
	var total time.Duration
	for _, s := range t {
		if s.Has(hz...) {
			total += s.Duration()
		}
	}
	return total
}

// String lists the segments; of a very long timeline the last 30.
func (t Timeline) String() string {
	if len(t) == 0 {
		return "nothing yet"
	}
	const most = 30
	var words []string
	if len(t) > most {
		words = append(words, fmt.Sprintf("(%d earlier)", len(t)-most))
		t = t[len(t)-most:]
	}
	for _, s := range t {
		words = append(words, s.String())
	}
	return strings.Join(words, ", ")
}

// Tones tells what a recording holds: rate samples a second, mono, 16 bit. It
// hears in blocks of 50 ms, so the ends of a segment are that exact, and a
// sound of less than 150 ms may be missed. Two tones that sound at once are
// told apart if they are 100 Hz apart; a rest of less than 50 ms at the end is
// left out. Below 8000 samples a second it hears nothing.
func Tones(pcm []int16, rate int) Timeline {
	if rate < sampleRate {
		return nil
	}
	r := newRecogniser(rate)
	var heard track
	for n := 0; n+r.size <= len(pcm); n += r.size {
		at := func(sample int) time.Duration {
			return time.Duration(float64(sample) / float64(rate) * float64(time.Second))
		}
		heard.add(r.recognise(pcm[n:n+r.size]), at(n), at(n+r.size))
	}
	return heard.timeline()
}

// track is a series of blocks as they were recognised, those that sound alike
// taken together.
type track []run

type run struct {
	block
	blocks   int
	from, to time.Duration
}

// add takes one more block. Where it begins later than the last one ended,
// that one is taken to have gone on.
func (t *track) add(b block, from, to time.Duration) {
	if n := len(*t); n > 0 {
		last := &(*t)[n-1]
		if last.same(b) {
			last.extend(b, 1, to)
			return
		}
		last.to = from
	}
	*t = append(*t, run{block: b, blocks: 1, from: from, to: to})
}

// extend takes n more blocks like b into the run; the tones' frequencies
// become the mean of all.
func (r *run) extend(b block, n int, to time.Duration) {
	for i := range r.hz {
		r.hz[i] += (b.hz[i] - r.hz[i]) * float64(n) / float64(r.blocks+n)
	}
	r.blocks += n
	r.to = to
}

// brief tells whether the run is a single block. Where one sound gives way to
// another, the block that holds both sounds like neither.
func (r run) brief() bool { return r.blocks == 1 && r.kind != NoPacket }

// timeline makes segments of the runs: a brief run on its own is a transition
// and goes half to each neighbour, several together are noise.
func (t track) timeline() Timeline {
	runs := t.withNoise()
	steady := make(track, 0, len(runs))
	for i := range runs {
		now := runs[i] // as the run before may have left it
		if now.brief() {
			before := len(steady) > 0 && steady[len(steady)-1].kind != NoPacket
			after := i+1 < len(runs) && runs[i+1].kind != NoPacket
			middle := now.from + (now.to-now.from)/2
			switch {
			case before && after:
				steady[len(steady)-1].to, runs[i+1].from = middle, middle
				continue
			case before:
				steady[len(steady)-1].to = now.to
				continue
			case after:
				runs[i+1].from = now.from
				continue
			}
		}
		if n := len(steady); n > 0 && steady[n-1].same(now.block) {
			steady[n-1].extend(now.block, now.blocks, now.to)
			continue
		}
		steady = append(steady, now)
	}

	line := make(Timeline, len(steady))
	for i, r := range steady {
		line[i] = Segment{Kind: r.kind, From: r.from, To: r.to}
		for _, hz := range r.hz {
			line[i].Hz = append(line[i].Hz, int(math.Round(hz)))
		}
	}
	return line
}

// withNoise copies the runs, each series of two or more brief ones as one run
// of noise.
func (t track) withNoise() track {
	var runs track
	for i := 0; i < len(t); {
		end := i
		for end < len(t) && t[end].brief() {
			end++
		}
		if end-i < 2 {
			single := t[i]
			single.hz = slices.Clone(single.hz) // extend writes into it
			runs = append(runs, single)
			i++
			continue
		}
		runs = append(runs, run{block: block{kind: Noise}, blocks: end - i, from: t[i].from, to: t[end-1].to})
		i = end
	}
	return runs
}
