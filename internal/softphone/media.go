package softphone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// errNotTalking says that audio doesn't flow yet.
var errNotTalking = errors.New("no audio yet: the call isn't answered")

// media is the audio of one call: a socket of its own, one goroutine that
// listens as long as the call lives, and from the first answer in SDP on one
// that talks.
type media struct {
	conn    *net.UDPConn
	local   netip.AddrPort
	session uint64
	ear     *ear
	keys    *keyLog
	stop    chan struct{} // closed when the call is over

	mu        sync.Mutex
	remote    netip.AddrPort // where to send; invalid until SDP has come
	event     uint8          // payload type of keys, the same both ways; 0: none
	version   uint64         // of our side of the SDP
	direction direction      // of our side of the SDP
	player    player
	pressings []*pressing
	talking   bool
	closed    bool
}

// openMedia takes a free port of ip and listens. run starts a goroutine that
// the phone waits for when it is closed.
func openMedia(ip netip.Addr, began time.Time, says Sound, run func(func())) (*media, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("open a socket for RTP: %w", err)
	}
	m := &media{
		conn:    conn,
		local:   netip.AddrPortFrom(ip, uint16(conn.LocalAddr().(*net.UDPAddr).Port)),
		session: uint64(rand.Uint32()),
		ear:     newEar(began),
		keys:    &keyLog{changed: make(chan struct{})},
		stop:    make(chan struct{}),
		event:   payloadEvent,
		player:  player{sound: says},
	}
	run(m.listen)
	return m, nil
}

// description is our side of the SDP.
func (m *media) description() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return description{
		address: m.local, session: m.session, version: m.version, event: m.event, direction: m.direction,
	}.encode()
}

// turn changes the direction of the audio in the next description, which is a
// new version of the session (RFC 3264 section 8), and returns what it was. The
// audio itself goes on.
func (m *media) turn(d direction) (before direction) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, m.direction = m.direction, d
	m.version++
	return before
}

// aim takes the other side's SDP: from where audio will come, and where to
// send it.
func (m *media) aim(theirs description) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remote, m.event = theirs.address, theirs.event
}

// talk begins to send, once; run as in openMedia.
func (m *media) talk(run func(func())) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.talking || m.closed {
		return
	}
	m.talking = true
	v := &voice{media: m, sequence: uint16(rand.Uint32()), timestamp: rand.Uint32(), source: rand.Uint32()}
	run(v.run)
}

// say changes what the call says, from the next packet on.
func (m *media) say(s Sound) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.player = player{sound: s}
}

// press queues keys; the channel is closed when they are out.
func (m *media) press(codes []byte) (<-chan struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.talking {
		return nil, errNotTalking
	}
	if m.event == 0 {
		return nil, errNoKeys
	}
	p := &pressing{codes: codes, done: make(chan struct{})}
	m.pressings = append(m.pressings, p)
	return p.done, nil
}

// close ends both goroutines and the timeline. Closing twice is allowed.
func (m *media) close(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.closed = true
	close(m.stop)
	_ = m.conn.Close() // of a socket that only held packets; nothing is lost if it fails
	m.ear.close(now)
}

// listen reads packets until the socket is closed.
func (m *media) listen() {
	var (
		buffer [rtpPacketLimit]byte
		order  sequence
		pcm    []int16
	)
	for {
		n, from, err := m.conn.ReadFromUDPAddrPort(buffer[:])
		if err != nil {
			return
		}
		m.mu.Lock()
		remote, event := m.remote, m.event
		m.mu.Unlock()
		if remote.IsValid() && remote != netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) {
			continue // the end of another call that had this port before
		}
		header, payload, ok := parseRTP(buffer[:n])
		if !ok || header.payload != payloadPCMU && (event == 0 || header.payload != event) {
			continue
		}
		lost, ok := order.next(header)
		if !ok {
			continue
		}
		if header.payload == payloadPCMU {
			pcm = DecodeMuLaw(pcm[:0], payload)
		} else if key, ok := parseKeyEvent(payload); ok {
			// For the timeline a key is silence: packets come, but no sound.
			instead := m.keys.packet(header.timestamp, key)
			pcm = append(pcm[:0], make([]int16, instead*sampleRate/time.Second)...)
		}
		m.ear.packet(time.Now(), pcm, lost)
	}
}

// sequence keeps packets in order.
type sequence struct {
	started bool
	last    rtpHeader
}

// next tells how many packets are missing before this one, and whether it is
// new: not late, not a copy.
func (s *sequence) next(h rtpHeader) (lost int, ok bool) {
	const restart = 100 // a jump further than this is a stream that began anew
	step := int(int16(h.sequence - s.last.sequence))
	anew := !s.started || h.source != s.last.source || step > restart || step < -restart
	if !anew && step <= 0 {
		return 0, false
	}
	s.started, s.last = true, h
	if anew {
		return 0, true
	}
	return step - 1, true
}
