package reload

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// text is a file with this content; "" is none.
func text(s string) content {
	if s == "" {
		return content{}
	}
	return content{there: true, sum: sha256.Sum256([]byte(s))}
}

// look is one look at a single file, and what it must come to.
type look struct {
	at    time.Duration // since the first
	found string        // "" is no file
	pace  pace
	ready bool
	again time.Duration
	taken bool // it is read and acted upon then
	tried bool // it is read, and was faulty
}

func TestWhenAFileIsBelieved(t *testing.T) {
	const ms = time.Millisecond
	for name, looks := range map[string][]look{
		"a new file, after it has been quiet": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 400 * ms, found: "a", pace: moving, again: 100 * ms},
			{at: 500 * ms, found: "a", pace: settled, ready: true, taken: true},
			{at: 2500 * ms, found: "a", pace: settled},
		},
		"one that is written in pieces": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 400 * ms, found: "ab", pace: moving, again: 500 * ms},
			{at: 800 * ms, found: "abc", pace: moving, again: 500 * ms},
			{at: 1300 * ms, found: "abc", pace: settled, ready: true, taken: true},
		},
		"one that is emptied and written again as it was": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 500 * ms, found: "a", pace: settled, ready: true, taken: true},
			{at: 600 * ms, found: "b", pace: moving, again: 500 * ms},
			{at: 700 * ms, found: "a", pace: settled},
		},
		"an editor that moves it away and writes a new one": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 500 * ms, found: "a", pace: settled, ready: true, taken: true},
			{at: 600 * ms, found: "", pace: moving, again: 500 * ms},
			{at: 650 * ms, found: "b", pace: moving, again: 500 * ms},
			{at: 1150 * ms, found: "b", pace: settled, ready: true, taken: true},
		},
		"one that is removed": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 500 * ms, found: "a", pace: settled, ready: true, taken: true},
			{at: 600 * ms, found: "", pace: moving, again: 500 * ms},
			{at: 1100 * ms, found: "", pace: settled, ready: true, taken: true},
			{at: 1600 * ms, found: "", pace: moving}, // nobody knows it any more
		},
		"one that never rests": {
			{at: 0, found: "a", pace: moving, again: 500 * ms},
			{at: 1900 * ms, found: "b", pace: moving, again: 500 * ms},
			{at: 2300 * ms, found: "c", pace: moving, again: 500 * ms},
			{at: 4800 * ms, found: "d", pace: moving, again: 200 * ms},
			{at: 5000 * ms, found: "e", pace: overdue, ready: true, tried: true},
			{at: 5100 * ms, found: "f", pace: moving, again: 500 * ms},
			{at: 9900 * ms, found: "g", pace: moving, again: 100 * ms},
			{at: 10000 * ms, found: "h", pace: overdue, ready: true, tried: true},
			{at: 10500 * ms, found: "h", pace: settled, ready: true, taken: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, began := settling{}, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
			for _, l := range looks {
				found := map[string]content{}
				if l.found != "" {
					found["acme.yaml"] = text(l.found)
				}
				now := began.Add(l.at)
				ready, again := s.look(now, found)
				require.Equal(t, l.ready, ready, "ready after %s", l.at)
				require.Equal(t, l.again, again, "again after %s", l.at)
				require.Equal(t, l.pace, s.pace("acme.yaml", now), "pace after %s", l.at)
				if l.taken {
					s.taken("acme.yaml")
				}
				if l.tried {
					s.tried("acme.yaml", now)
				}
			}
		})
	}
}

// A file that can't be read any more is another file, and so is one that can't
// be read for another reason.
func TestAFileThatCantBeRead(t *testing.T) {
	s, now := settling{}, time.Now()
	s.believe(now, map[string]content{"acme.yaml": text("a")})
	s.taken("acme.yaml")
	for i, why := range []string{"permission denied", "input/output error"} {
		later := now.Add(time.Duration(i+1) * time.Minute)
		ready, again := s.look(later, map[string]content{"acme.yaml": {there: true, fault: why}})
		require.False(t, ready)
		require.Equal(t, quiet, again)
		ready, _ = s.look(later.Add(quiet), map[string]content{"acme.yaml": {there: true, fault: why}})
		require.True(t, ready)
		s.taken("acme.yaml")
	}
}

// What a person says is to be read now is believed as it is.
func TestBelieving(t *testing.T) {
	s, now := settling{}, time.Now()
	s.believe(now, map[string]content{"acme.yaml": text("a")})
	require.Equal(t, settled, s.pace("acme.yaml", now))
	ready, _ := s.look(now, map[string]content{"acme.yaml": text("a")})
	require.True(t, ready)
}
