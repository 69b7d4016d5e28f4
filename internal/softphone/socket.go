package softphone

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// signalSocket is the socket of SIP. It makes up for two things that sipgo
// leaves open at the beginning and at the end.
type signalSocket struct {
	net.PacketConn
	once    sync.Once
	reading chan struct{} // closed when sipgo reads for the first time
	deaf    atomic.Bool
}

// ReadFrom tells when it is called for the first time: only then does sipgo
// know the socket, and a request sent before would try to open its own.
func (s *signalSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.reading) })
	for {
		n, from, err := s.PacketConn.ReadFrom(b)
		if err != nil || !s.deaf.Load() {
			return n, from, err
		}
	}
}

// quiet is how long sipgo gets for what it has read already.
const quiet = 20 * time.Millisecond

// deafen drops what comes in from now on, and waits until sipgo is done with
// what came before: it handles each message in a goroutine that can't be waited
// for, and that opens another socket, for good, if this one is gone.
func (s *signalSocket) deafen() {
	s.deaf.Store(true)
	<-time.After(quiet)
}
