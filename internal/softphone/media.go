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
	codecs    []Codec        // ours to offer; once SDP has come, the one agreed on
	event     uint8          // payload type of keys, the same both ways; 0: none
	version   uint64         // of our side of the SDP
	direction direction      // of our side of the SDP
	player    player
	sequence  uint16 // of the first packet; 0: any
	sent      int    // packets of audio
	pressings []*pressing
	talking   bool
	closed    bool
}

// openMedia takes a free port of ip and listens, for a phone with these options. run starts a goroutine that
// the phone waits for when it is closed.
func openMedia(ip netip.Addr, began time.Time, phone Options, run func(func())) (*media, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("open a socket for RTP: %w", err)
	}
	m := &media{
		conn:    conn,
		local:   netip.AddrPortFrom(ip, uint16(conn.LocalAddr().(*net.UDPAddr).Port)),
		session: uint64(rand.Uint32()),
		ear:     newEar(began, phone.Keeps),
		keys:    &keyLog{changed: make(chan struct{})},
		stop:    make(chan struct{}),
		codecs:  phone.Codecs, sequence: phone.Sequence,
		event:  payloadEvent,
		player: player{sound: phone.Says},
	}
	run(m.listen)
	return m, nil
}

// description is our side of the SDP.
func (m *media) description() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return description{
		address: m.local, session: m.session, version: m.version,
		codecs: m.codecs, event: m.event, direction: m.direction,
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

// aim takes the other side's SDP: from where audio will come, where to send it,
// and how it is coded both ways.
func (m *media) aim(theirs description) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remote, m.codecs, m.event = theirs.address, theirs.codecs, theirs.event
}

// talk begins to send, once; run as in openMedia.
func (m *media) talk(run func(func())) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.talking || m.closed {
		return
	}
	m.talking = true
	v := &voice{media: m, sequence: m.sequence, timestamp: rand.Uint32(), source: rand.Uint32()}
	if v.sequence == 0 {
		v.sequence = uint16(rand.Uint32())
	}
	run(v.run)
}

// say changes what the call says, from the next packet on.
func (m *media) say(s Sound) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.player = player{sound: s}
}

// press queues keys; the channel is closed when they are out.
func (m *media) press(codes []byte, at pace) (<-chan struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.talking {
		return nil, errNotTalking
	}
	if m.event == 0 {
		return nil, errNoKeys
	}
	p := &pressing{codes: codes, pace: at, done: make(chan struct{})}
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
		ears   coding
		pcm    []int16
	)
	for {
		n, from, err := m.conn.ReadFromUDPAddrPort(buffer[:])
		if err != nil {
			return
		}
		m.mu.Lock()
		remote, codec, event := m.remote, m.codecs[0], m.event
		m.mu.Unlock()
		if remote.IsValid() && remote != netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) {
			continue // the end of another call that had this port before
		}
		header, payload, ok := parseRTP(buffer[:n])
		if !ok || header.payload != codec.payload() && (event == 0 || header.payload != event) {
			continue
		}
		lost, ok := order.next(header)
		if !ok {
			continue
		}
		if header.payload == codec.payload() {
			pcm = ears.of(codec).decode(pcm[:0], payload)
		} else if key, ok := parseKeyEvent(payload); ok {
			// For the timeline a key is silence: packets come, but no sound.
			instead := m.keys.packet(header.timestamp, key)
			pcm = append(pcm[:0], make([]int16, instead*sampleRate/time.Second)...)
		}
		m.ear.packet(Packet{At: time.Now(), Timestamp: header.timestamp, Lost: lost, Samples: pcm})
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
