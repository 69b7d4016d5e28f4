package page

import (
	"net/http"
	"net/netip"
	"strings"

	"callbackd/internal/httpapi"
)

// fromProxy reports whether a request comes from this machine: browsers elsewhere come by
// a proxy that runs here then, and it says of them what it knows.
func fromProxy(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// visitorOf is whom a request is counted against: the address that it comes from, of IPv6
// the network.
func visitorOf(r *http.Request) netip.Addr { return httpapi.AddressOf(addressOf(r)) }

// addressOf is the whole address that a request comes from; "" if nobody knows. Of several
// that a proxy names, the last is the one that it has seen itself.
func addressOf(r *http.Request) string {
	if forwarded := r.Header.Values("X-Forwarded-For"); fromProxy(r) && len(forwarded) > 0 {
		last := forwarded[len(forwarded)-1]
		last = last[strings.LastIndexByte(last, ',')+1:]
		if address, ok := wholeAddress(strings.TrimSpace(last)); ok {
			return address
		}
	}
	address, _ := wholeAddress(r.RemoteAddr)
	return address
}

// wholeAddress is an address as logs have it: without a port, which some proxies write too.
func wholeAddress(remote string) (text string, ok bool) {
	if at, err := netip.ParseAddrPort(remote); err == nil {
		return at.Addr().Unmap().String(), true
	}
	address, err := netip.ParseAddr(remote)
	if err != nil {
		return "", false
	}
	return address.Unmap().String(), true
}

// overTLS reports whether nobody between the browser and this machine could listen.
func overTLS(r *http.Request) bool {
	return r.TLS != nil || fromProxy(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}
