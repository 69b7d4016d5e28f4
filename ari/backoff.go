package ari

import (
	"math/rand/v2"
	"time"
)

// minPause is the shortest time between the end of a connection and the next attempt.
// After an abrupt end, Asterisk's cleanup of the old connection removes the application of
// one that came at once: open, but deaf for good (3 of 10 times; never with a pause).
const minPause = 250 * time.Millisecond

// settled is how long a connection must have lived for the next failure to count as the
// first. Shorter ones keep the pauses growing, so that two programs with one application
// name don't throw each other out four times a second.
const settled = 5 * time.Second

// backoff gives the pauses between attempts: doubling from minPause until, with a jitter of
// up to a half, they reach max. Each has its jitter, the longest too, so that many clients
// don't come back in step.
type backoff struct {
	max   time.Duration
	pause time.Duration
}

// next gives the pause after a connection that lived so long (0: it failed to be made).
func (b *backoff) next(lived time.Duration) time.Duration {
	if b.pause == 0 || lived >= settled {
		b.pause = minPause
	} else {
		b.pause = max(minPause, min(2*b.pause, b.max*2/3))
	}
	jittered := b.pause + time.Duration(rand.Int64N(int64(b.pause)/2))
	return max(minPause, min(jittered, b.max))
}
