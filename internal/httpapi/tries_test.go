package httpapi

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTriesOfAnAddressRunOutAndComeBack(t *testing.T) {
	var counted tries
	one, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	now := time.Date(2026, 11, 20, 13, 20, 1, 0, time.UTC)
	for range wrongAtOnce {
		assert.Zero(t, counted.wrong(one, now))
	}
	for range 100 {
		assert.Equal(t, wrongEvery, counted.wrong(one, now), "what is refused doesn't make the wait longer")
	}
	assert.Zero(t, counted.wrong(other, now), "another address")
	now = now.Add(wrongEvery)
	assert.Zero(t, counted.wrong(one, now), "one more after the wait")
	assert.Positive(t, counted.wrong(one, now))
	now = now.Add(time.Hour)
	for range wrongAtOnce {
		assert.Zero(t, counted.wrong(one, now), "all of them after a pause, and no more")
	}
	assert.Positive(t, counted.wrong(one, now))
}

// However many addresses ask, only so many are remembered, and the last ones are.
func TestTriesOfManyAddressesAreBounded(t *testing.T) {
	var counted tries
	now := time.Date(2026, 11, 20, 13, 20, 1, 0, time.UTC)
	last := netip.MustParseAddr("198.51.100.7")
	for range wrongAtOnce {
		counted.wrong(last, now)
	}
	for i := range 5 * mostAddresses {
		counted.wrong(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), now)
		if i%1000 == 0 {
			assert.Positive(t, counted.wrong(last, now), "it goes on asking")
		}
		assert.LessOrEqual(t, len(counted.recent)+len(counted.older), 2*mostAddresses)
	}
}

func TestWhoAConnectionComesFrom(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:4711":                 "192.0.2.1",
		"[::ffff:192.0.2.1]:4711":        "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:4711":    "2001:db8:1:2::",
		"[2001:db8:1:2:ffff::9]:80":      "2001:db8:1:2::",
		"[fe80::1%eth0]:80":              "fe80::",
		"192.0.2.1":                      "192.0.2.1",
		"@":                              "invalid IP",
		"":                               "invalid IP",
		"a name that nobody looks up:80": "invalid IP",
	} {
		assert.Equal(t, want, fmt.Sprint(AddressOf(remote)), remote)
	}
}
