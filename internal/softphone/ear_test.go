package softphone

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// speech feeds an ear with packets of 20 ms, one every 20 ms from at on.
func speech(e *ear, at time.Time, s Sound, d time.Duration) (end time.Time) {
	p := player{sound: s}
	var frame [frameSamples]int16
	for ; d > 0; d -= frameTime {
		p.next(frame[:])
		e.packet(Packet{At: at, Samples: frame[:]})
		at = at.Add(frameTime)
	}
	return at
}

func TestTimelineFollowsTheClock(t *testing.T) {
	began := time.Now()
	at := func(seconds float64) time.Time { return began.Add(time.Duration(seconds * float64(time.Second))) }
	heard := func(e *ear, seconds float64) string {
		line, _ := e.timeline(at(seconds))
		return line.String()
	}

	e := newEar(began, false)
	assert.Equal(t, "nothing yet", heard(e, 0.1))
	assert.Equal(t, "no packets 0.0–1.0 s", heard(e, 1))
	speech(e, at(1), Tone(425), time.Second)
	assert.Equal(t, "no packets 0.0–1.0 s, 425 Hz 1.0–2.0 s", heard(e, 2.1))
	assert.Equal(t, "no packets 0.0–1.0 s, 425 Hz 1.0–2.0 s, no packets 2.0–3.0 s", heard(e, 3))
	speech(e, at(3), Sound{}, time.Second)
	speech(e, at(4.1), Tone(440), time.Second) // 100 ms late: jitter
	assert.Equal(t, "no packets 0.0–1.0 s, 425 Hz 1.0–2.0 s, no packets 2.0–3.0 s, "+
		"silence 3.0–4.1 s, 440 Hz 4.1–5.1 s", heard(e, 5.1))

	received := e.received(at(5.1))
	assert.Equal(t, 150, received.Packets)
	assert.Equal(t, at(1), received.First)
	assert.InDelta(t, 1.02, received.LongestGap.Seconds(), 0.001)
	assert.InDelta(t, 2.92, e.received(at(8)).LongestGap.Seconds(), 0.001, "a gap that lasts")

	e.close(at(6))
	e.packet(Packet{At: at(6.1), Samples: make([]int16, frameSamples)})
	assert.Equal(t, 150, e.received(at(9)).Packets, "the call is over")
	assert.InDelta(t, 1.02, e.received(at(9)).LongestGap.Seconds(), 0.001)
	line, _ := e.timeline(at(9))
	assert.Equal(t, "no packets 5.1–6.0 s", line[len(line)-1].String())
}

func TestSoundThatBeginsAtOnceHasNoGapBeforeIt(t *testing.T) {
	began := time.Now()
	e := newEar(began, false)
	end := speech(e, began.Add(60*time.Millisecond), Tone(440), 500*time.Millisecond)
	line, _ := e.timeline(end)
	assert.Equal(t, "440 Hz 0.1–0.5 s", line.String())
	assert.Equal(t, 60*time.Millisecond, line[0].From)
}

func TestNewsWakesListeners(t *testing.T) {
	began := time.Now()
	e := newEar(began, false)
	_, more := e.timeline(began)
	e.packet(Packet{At: began, Samples: make([]int16, frameSamples), Lost: 3})
	<-more
	assert.Equal(t, 3, e.received(began).Lost)
	_, more = e.timeline(began)
	e.close(began)
	<-more
}
