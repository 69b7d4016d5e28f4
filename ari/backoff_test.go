package ari

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The bounds of every pause, over many runs and for every cap: it doubles, it never comes
// under 250 ms or over the cap, and no two clients stay in step.
func TestBackoff(t *testing.T) {
	for _, longest := range []time.Duration{
		1, minPause, 300 * time.Millisecond, time.Second, DefaultMaxBackoff, time.Hour,
	} {
		most := max(longest, minPause)
		for range 1000 {
			b := backoff{max: most}
			wanted := minPause // before jitter
			for attempt := range 20 {
				pause := b.next(0)
				if pause < minPause || pause > most || pause < wanted || pause > wanted*3/2 {
					t.Fatalf("cap %s, attempt %d: %s; wanted %s to %s", longest, attempt, pause, wanted, min(most, wanted*3/2))
				}
				wanted = max(minPause, min(2*wanted, most*2/3))
			}
			again := b.next(settled)
			assert.LessOrEqual(t, again, minPause*3/2, "a good connection starts anew")
			assert.GreaterOrEqual(t, again, minPause)
			b.next(settled - 1)
			if longest >= time.Second {
				assert.GreaterOrEqual(t, b.pause, 2*minPause, "one that didn't live long doesn't")
			}
		}
	}
}

// Clients that wait for an Asterisk that is long away wait differently long.
func TestBackoffKeepsItsJitter(t *testing.T) {
	seen := map[time.Duration]bool{}
	var sum time.Duration
	const clients = 1000
	for range clients {
		b := backoff{max: DefaultMaxBackoff}
		for range 100 {
			b.next(0)
		}
		pause := b.next(0)
		seen[pause.Round(time.Millisecond)] = true
		sum += pause
	}
	assert.Greater(t, len(seen), 500)
	assert.InDelta(t, DefaultMaxBackoff*5/6, sum/clients, float64(200*time.Millisecond))
}
