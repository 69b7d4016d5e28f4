package page

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	home   = netip.MustParseAddr("192.0.2.1")
	abroad = netip.MustParseAddr("192.0.2.2")
)

// guesser tries wrong passwords, at a time of its own.
type guesser struct {
	tries
	now time.Time
}

func newGuesser() *guesser { return &guesser{now: time.Date(2026, 11, 20, 13, 20, 1, 0, time.UTC)} }

func (g *guesser) try(name string, from netip.Addr) time.Duration {
	wait, _ := g.begin(name, from, g.now)
	return wait
}

func TestEachWrongTryWaitsTwiceAsLong(t *testing.T) {
	g := newGuesser()
	for range freeOfPair {
		require.Zero(t, g.try("alice", home))
	}
	var waits []time.Duration
	for range 9 {
		wait := g.try("ALICE", home)
		waits = append(waits, wait)
		require.Equal(t, wait, g.try("alice", home), "who doesn't wait doesn't wait longer")
		g.now = g.now.Add(wait)
		require.Zero(t, g.try("alice", home))
	}
	s := time.Second
	assert.Equal(t, []time.Duration{1 * s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s, 60 * s}, waits)
	g.now = g.now.Add(quiet)
	for range freeOfPair {
		require.Zero(t, g.try("alice", home), "it is forgotten")
	}
	assert.Positive(t, g.try("alice", home))
	g.now = g.now.Add(time.Second)
	require.Zero(t, g.try("alice", home))
	g.right("alice", home, g.now)
	assert.Zero(t, g.try("alice", home), "who is let in starts anew")
}

// Many requests at once are as many tries.
func TestTriesAreCountedBeforeTheyAreJudged(t *testing.T) {
	g, begun := newGuesser(), 0
	for range 1000 {
		if g.try("alice", home) == 0 {
			begun++
		}
	}
	assert.Equal(t, freeOfPair, begun)
	for range begun {
		g.unjudged("alice", home)
	}
	assert.Zero(t, g.try("alice", home), "what nobody could judge isn't held against anybody")
}

// However many strangers guess a name, whoever has signed in from their place before gets
// in there at once, and every other address has its own few tries.
func TestStrangersLockNobodyOut(t *testing.T) {
	g := newGuesser()
	require.Zero(t, g.try("alice", home))
	g.right("alice", home, g.now)
	for i := range 3600 {
		g.try("alice", netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}))
		g.now = g.now.Add(time.Second)
	}
	for range freeOfPair {
		assert.Zero(t, g.try("alice", home))
	}
	assert.LessOrEqual(t, g.try("alice", home), time.Second, "mistakes of her own")
	for range freeOfGuessed {
		assert.Zero(t, g.try("alice", abroad))
	}
	assert.Equal(t, time.Second, g.try("alice", abroad), "fewer are free than of a name that nobody guesses")
	for range freeOfPair {
		assert.Zero(t, g.try("bob", abroad), "another name")
	}
}

// After a restart nobody is known anywhere, and somebody abroad goes on guessing, a hundred
// times a second, for a working day. Alice, at home, is looked at each time she is right,
// and has waited for a minute at most each time she has mistyped.
func TestWhoKnowsThePasswordGetsInWhileAStrangerGoesOn(t *testing.T) {
	g := newGuesser()
	guesses := 0
	var wrong, wait time.Duration // for how long she has been made to wait, and still is
	for i := range 8 * 3600 * 100 {
		if g.try("alice", abroad) == 0 {
			guesses++
		}
		if i%500 == 250 {
			switch wait = g.try("alice", home); {
			case wait > 0:
				wrong += 5 * time.Second
				require.LessOrEqual(t, wrong, longestWait, "she has waited since she mistyped")
			case i%3 == 0: // she mistypes
				wrong = 0
			default:
				wrong = 0
				g.unjudged("alice", home) // right, but for the tally of who is known: as if each were the first
			}
		}
		g.now = g.now.Add(10 * time.Millisecond)
	}
	assert.Less(t, guesses, 8*60+10, "one a minute")
}

// Who goes on guessing from many addresses waits at each of them.
func TestManyAddressesEachWait(t *testing.T) {
	g := newGuesser()
	guesses := 0
	for range 3600 {
		for i := range 50 {
			if g.try("alice", netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})) == 0 {
				guesses++
			}
		}
		g.now = g.now.Add(time.Second)
	}
	assert.Less(t, guesses, 50*70, "of 180,000")
}

// The log says when waiting begins, and not each time somebody is sent away.
func TestTheFirstWhoWaitsIsTold(t *testing.T) {
	g := newGuesser()
	told := 0
	for range freeOfPair {
		require.Zero(t, g.try("alice", abroad))
	}
	for range 1000 {
		if wait, first := g.begin("alice", abroad, g.now); wait > 0 && first {
			told++
		}
	}
	assert.Equal(t, 1, told)
	for i := range 1000 {
		if wait, first := g.begin(fmt.Sprint("name", i), abroad, g.now); wait > 0 && first {
			told++
		}
	}
	assert.Equal(t, 2, told, "the address")
}

// Whoever guesses the names of an office from one address doesn't keep those out who have
// signed in from it before.
func TestAnAddressThatGuessesNames(t *testing.T) {
	g := newGuesser()
	require.Zero(t, g.try("alice", home))
	g.right("alice", home, g.now)
	for i := range freeOfAddress {
		require.Zero(t, g.try(fmt.Sprint("name", i), home))
	}
	assert.Positive(t, g.try("another", home))
	assert.Zero(t, g.try("another", abroad))
	assert.Zero(t, g.try("alice", home))
	for range 2 * freeOfAddress {
		g.now = g.now.Add(time.Minute)
		require.Zero(t, g.try("alice", home))
		g.right("alice", home, g.now)
	}
}

// An address whose users all know their passwords never waits.
func TestRightTriesAreTakenBack(t *testing.T) {
	g := newGuesser()
	for i := range 10 * freeOfAddress {
		name := fmt.Sprint("name", i)
		require.Zero(t, g.try(name, home))
		g.right(name, home, g.now)
	}
}

func TestOnlySoManyTriesAreRemembered(t *testing.T) {
	g := newGuesser()
	for range freeOfPair {
		require.Zero(t, g.try("alice", home))
	}
	for i := range 5 * mostTallies {
		g.try(fmt.Sprint("name", i), netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
		if i%1000 == 0 {
			g.now = g.now.Add(time.Minute) // it goes on guessing
			require.Zero(t, g.try("alice", home))
			require.Positive(t, g.try("alice", home))
		}
		for _, size := range []int{len(g.pairs.recent), len(g.pairs.older), len(g.names.recent), len(g.names.older), len(g.addresses.recent), len(g.addresses.older)} {
			require.LessOrEqual(t, size, mostTallies)
		}
	}
	for range 20 {
		g.try(fmt.Sprintf("%070d", g.now.Nanosecond()), abroad)
	}
	assert.Less(t, len(g.names.recent)+len(g.names.older), 2*mostTallies+1)
}
