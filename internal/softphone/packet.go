package softphone

import (
	"math"
	"slices"
	"time"
)

// Packet is a packet of audio as it came in, or of a key, which is silence then.
type Packet struct {
	At        time.Time
	Timestamp uint32  // of RTP: samples
	Lost      int     // packets missing in the sequence numbers before this one
	Samples   []int16 // 8000 a second, usually 160
}

// audible is the amplitude from which on a tone counts as being in a packet: a
// quarter of what a single phone says.
const audible = toneLoudness / 4

// Has tells whether a tone sounds in the packet, whatever else does. It tells tones
// apart that are 100 Hz from each other.
func (p Packet) Has(hz int) bool {
	n := float64(len(p.Samples))
	if n == 0 {
		return false
	}
	var re, im, weight float64
	for i, sample := range p.Samples {
		window := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/n)
		turn := 2 * math.Pi * float64(hz) * float64(i) / sampleRate
		re += window * float64(sample) * math.Cos(turn)
		im -= window * float64(sample) * math.Sin(turn)
		weight += window
	}
	return 2*math.Hypot(re, im)/weight >= audible
}

// Packets returns every packet that came in so far, in the order of arrival. It is
// empty unless the phone keeps them.
func (c *Call) Packets() []Packet { return c.media.ear.kept() }

// Sent is how many packets of audio the phone has sent.
func (c *Call) Sent() int {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.sent
}

func (e *ear) kept() []Packet {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.packets)
}
