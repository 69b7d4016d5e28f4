package softphone

import (
	"slices"
	"sync"
	"time"
)

// gapLimit is how long packets may stay out before the timeline says so.
// Shorter pauses are jitter, on a busy machine of two cores too; the sound
// before them counts as going on, and Reception.LongestGap still shows them.
const gapLimit = 200 * time.Millisecond

// Reception says what arrived of the other side's audio.
type Reception struct {
	Packets     int           // RTP packets with audio or keys
	Lost        int           // packets missing in the sequence numbers
	First, Last time.Time     // when the first and the last arrived; zero if none did
	LongestGap  time.Duration // without a packet, after the first, until now or until the call ended
}

// ear turns the packets of one call into a timeline, as they arrive.
type ear struct {
	began time.Time
	keeps bool // packets

	mu         sync.Mutex
	recogniser *recogniser
	pending    []int16 // samples that don't fill a block yet
	heard      track
	reach      time.Duration // up to where the track goes, from began
	reception  Reception
	packets    []Packet      // if it keeps them
	closed     time.Time     // when the call ended; zero until then
	changed    chan struct{} // closed and replaced whenever there is news
}

func newEar(began time.Time, keeps bool) *ear {
	return &ear{
		began:      began,
		keeps:      keeps,
		recogniser: newRecogniser(sampleRate),
		changed:    make(chan struct{}),
	}
}

// packet takes a packet that has just arrived. Its samples are the caller's again
// afterwards.
func (e *ear) packet(p Packet) {
	now := p.At
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed.IsZero() {
		return
	}
	e.pause(now)
	if e.reception.First.IsZero() {
		e.reception.First = now
		e.reach = now.Sub(e.began)
	}
	e.reception.Last = now
	e.reception.Packets++
	e.reception.Lost += p.Lost
	if e.keeps {
		p.Samples = slices.Clone(p.Samples)
		e.packets = append(e.packets, p)
	}

	e.pending = append(e.pending, p.Samples...)
	size := e.recogniser.size
	for len(e.pending) >= size {
		rest := len(e.pending) - size
		end := now.Sub(e.began) - time.Duration(rest)*time.Second/sampleRate
		end = max(end, e.reach)
		begin := max(end-time.Second/blocksPerSecond, e.reach)
		e.heard.add(e.recogniser.recognise(e.pending[:size]), begin, end)
		e.reach = end
		e.pending = e.pending[:copy(e.pending, e.pending[size:])]
	}
	close(e.changed)
	e.changed = make(chan struct{})
}

// pause accounts for the time since the last packet, now that another came or
// nothing more will.
func (e *ear) pause(now time.Time) {
	if !e.reception.Last.IsZero() {
		e.reception.LongestGap = max(e.reception.LongestGap, now.Sub(e.reception.Last))
	}
	if now.Sub(e.lastSign()) <= gapLimit {
		return
	}
	e.pending = e.pending[:0]
	to := now.Sub(e.began)
	e.heard.add(block{kind: NoPacket}, e.reach, to)
	e.reach = to
}

// close ends the timeline: the call is over.
func (e *ear) close(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed.IsZero() {
		return
	}
	e.pause(now)
	e.closed = now
	close(e.changed)
	e.changed = make(chan struct{})
}

// timeline returns what was heard so far, and a channel that is closed when
// there is more.
func (e *ear) timeline(now time.Time) (Timeline, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	line := e.heard.timeline()
	if e.closed.IsZero() && now.Sub(e.lastSign()) > gapLimit {
		line = append(line, Segment{Kind: NoPacket, From: e.reach, To: now.Sub(e.began)})
	}
	return line, e.changed
}

// lastSign is when the last packet arrived, or when waiting for one began.
func (e *ear) lastSign() time.Time {
	if e.reception.Last.IsZero() {
		return e.began
	}
	return e.reception.Last
}

func (e *ear) received(now time.Time) Reception {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.reception
	if e.closed.IsZero() && !r.Last.IsZero() {
		r.LongestGap = max(r.LongestGap, now.Sub(r.Last))
	}
	return r
}
