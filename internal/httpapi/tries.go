package httpapi

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	// wrongAtOnce tries with wrong tokens an address may make at once, and one more each
	// wrongEvery. A program that goes on with an old token is told to stop; whoever
	// guesses gains nothing either way.
	wrongAtOnce = 30
	wrongEvery  = 2 * time.Second
	// mostAddresses bounds the memory: of so many the ones seen last are remembered, and
	// at most as many before them.
	mostAddresses = 4096
)

// tries counts the wrong tokens of each address, as a bucket that empties by itself
// (GCRA): of each it is kept until when its bucket isn't empty.
type tries struct {
	mu            sync.Mutex
	recent, older map[netip.Addr]time.Time
}

// wrong counts a wrong token of an address. If that is one too many, it tells how long
// the address has to wait, and doesn't count it.
func (t *tries) wrong(address netip.Addr, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	full, ok := t.recent[address]
	if !ok {
		full = t.older[address]
	}
	if full.Before(now) {
		full = now
	}
	next := full.Add(wrongEvery)
	if wait = next.Sub(now) - wrongAtOnce*wrongEvery; wait > 0 {
		next = full
	}
	if len(t.recent) >= mostAddresses && !ok || t.recent == nil {
		t.recent, t.older = make(map[netip.Addr]time.Time), t.recent
	}
	t.recent[address] = next
	return max(wait, 0)
}

// AddressOf is who a connection comes from: of IPv6 the network of 64 bits that one
// customer of a provider has.
func AddressOf(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{} // whoever can't be told apart is counted together
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address
	}
	network, err := address.Prefix(64)
	if err != nil {
		return address
	}
	return network.Addr()
}
