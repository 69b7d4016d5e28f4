package recordings

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

var november = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// hours lets a clock be looked at each hour, and tells at which it wasn't believed. The
// machine's clock is set forward by so much between the third look and the fourth.
func hours(n int, set time.Duration) (doubted []int) {
	var c clock
	for i := range n {
		now := reading{wall: november.Add(time.Duration(i) * time.Hour), ran: time.Duration(i) * time.Hour}
		if i >= 3 {
			now.wall = now.wall.Add(set)
		}
		if c.look(now, past{}) != "" {
			doubted = append(doubted, i)
		}
	}
	return doubted
}

func TestAClockThatIsSetForward(t *testing.T) {
	require.Empty(t, hours(50, 0))
	require.Empty(t, hours(50, time.Hour), "as in spring, on a machine that keeps local time")
	require.Empty(t, hours(50, -year), "that deletes nothing")
	doubted := hours(50, year)
	require.Len(t, doubted, 24)
	require.Equal(t, 3, doubted[0])
	require.Equal(t, 26, doubted[23], "it has run for a day")
}

// Whoever sets it wrong and right again within a day has lost nothing.
func TestAClockThatIsSetForwardTwice(t *testing.T) {
	var c clock
	at := func(ran, ahead time.Duration) string {
		return c.look(reading{wall: november.Add(ran + ahead), ran: ran}, past{})
	}
	require.Empty(t, at(0, 0))
	require.Equal(t, "it was 2026-11-20 09:00:00 UTC, and 1h0m0s later it says 2027-11-20 10:00:00 UTC", at(time.Hour, year))
	require.NotEmpty(t, at(20*time.Hour, 0))
	require.NotEmpty(t, at(21*time.Hour, year))
	require.NotEmpty(t, at(44*time.Hour, 0), "a day since the last time")
	require.Empty(t, at(45*time.Hour, 0))
}

func TestTheClockAtTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		past  past
		doubt string
	}{
		"a new database":              {past{}, ""},
		"its first day":               {past{latest: november}, ""},
		"last night":                  {past{november.Add(-9 * time.Hour), november.Add(-25 * time.Hour)}, ""},
		"after a long weekend":        {past{november.Add(-5 * day), november.Add(-5 * day)}, ""},
		"a clock a little behind":     {past{november.Add(5 * time.Minute), november.Add(-day)}, ""},
		"a clock that is behind":      {past{november.Add(6 * time.Minute), november.Add(-day)}, "it says 2026-11-20 09:00:00 UTC, and the last thing that callbackd stored happened at 2026-11-20 09:06:00 UTC"},
		"a clock a year ahead":        {past{november.Add(-year), november.Add(-year)}, "it says 2026-11-20 09:00:00 UTC, and until yesterday nothing had happened since 2025-11-20 09:00:00 UTC"},
		"ahead, and restarted":        {past{november, november.Add(-year)}, "until yesterday nothing had happened"},
		"ahead for more than one day": {past{november, november.Add(-day)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var k clock
			doubt := k.look(reading{wall: november}, c.past)
			if c.doubt == "" {
				require.Empty(t, doubt)
				return
			}
			assert.Contains(t, doubt, c.doubt)
			assert.NotEmpty(t, k.look(reading{wall: november.Add(23 * time.Hour), ran: 23 * time.Hour}, past{}))
			assert.Empty(t, k.look(reading{wall: november.Add(day), ran: day}, past{}))
		})
	}
}
