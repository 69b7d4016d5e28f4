package private

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
)

// RTP ports are taken from below the range that Linux gives to programs that
// ask for any port. Two instances may overlap: Asterisk tries the next port
// where one is taken.
const (
	rtpLowest  = 10000
	rtpHighest = 31999
	rtpPorts   = 1000 // two for each leg with audio: 500 legs
)

// ports are what an instance listens on, all on 127.0.0.1.
type ports struct {
	sip, http         int
	rtpFirst, rtpLast int
}

// freePorts finds ports that nobody has at this moment. Somebody may take one
// before Asterisk does; Start then tries others.
func freePorts(ctx context.Context) (ports, error) {
	var config net.ListenConfig
	udp, err := config.ListenPacket(ctx, "udp4", "127.0.0.1:0")
	if err != nil {
		return ports{}, fmt.Errorf("find a free port for SIP: %w", err)
	}
	defer udp.Close()
	tcp, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return ports{}, fmt.Errorf("find a free port for HTTP: %w", err)
	}
	defer tcp.Close()
	first := rtpLowest + rand.IntN((rtpHighest-rtpLowest-rtpPorts)/2)*2 // RTP is even, RTCP the next
	return ports{
		sip:      udp.LocalAddr().(*net.UDPAddr).Port,
		http:     tcp.Addr().(*net.TCPAddr).Port,
		rtpFirst: first,
		rtpLast:  first + rtpPorts - 1,
	}, nil
}
