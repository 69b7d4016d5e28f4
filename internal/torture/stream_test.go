package torture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// cut is a way in which the event stream ends.
type cut string

// The cuts.
const (
	resetBoth   cut = "reset on both sides"
	closeBoth   cut = "closed in order on both sides"
	finBoth     cut = "closed without a close frame"
	resetNear   cut = "reset for callbackd, and Asterisk doesn't notice"
	resetFar    cut = "reset for Asterisk, and callbackd doesn't notice"
	silenceBoth cut = "silent: nobody notices"
)

// quickCuts are those that callbackd notices at once.
var quickCuts = []cut{resetBoth, closeBoth, finBoth, resetNear}

// stream is one event stream, frame by frame.
type stream struct {
	near, far       net.Conn   // callbackd's side and Asterisk's
	toNear, toFar   sync.Mutex // one frame at a time
	silent, zombied chan struct{}
	silence, zombie sync.Once
}

// open passes the websocket's handshake and then its frames, until it ends.
func (p *proxy) open(w http.ResponseWriter, r *http.Request) {
	far, err := net.DialTimeout("tcp", p.target.Host, 5*time.Second)
	if err != nil {
		reset(w)
		return
	}
	defer far.Close()
	out := r.Clone(r.Context())
	if err := out.Write(far); err != nil {
		reset(w)
		return
	}
	fromFar := bufio.NewReader(far)
	response, err := http.ReadResponse(fromFar, r)
	if err != nil {
		reset(w)
		return
	}
	defer response.Body.Close() // of a refusal; a stream has none
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if err := response.Write(conn); err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		return
	}
	s := &stream{near: conn, far: far, silent: make(chan struct{}), zombied: make(chan struct{})}
	p.mu.Lock()
	p.stream = s
	p.mu.Unlock()
	p.watch.opened(s)

	var both sync.WaitGroup
	both.Go(func() {
		s.relay(fromFar, conn, &s.toNear)
		p.watch.lost(s)
		s.ended(conn)
	})
	both.Go(func() {
		s.relay(buffered.Reader, far, &s.toFar)
		p.watch.lost(s)
		s.ended(far)
	})
	both.Wait()
}

// zombieLife is how long one side lives on when the other is gone.
const zombieLife = 10 * time.Second

// ended lets the other direction end too, unless it is to live on.
func (s *stream) ended(to net.Conn) {
	if over(s.zombied) {
		// Nobody notices, for a while; Asterisk takes no more than 100 connections.
		time.AfterFunc(zombieLife, func() { _ = to.Close() })
		return
	}
	if tcp, ok := to.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	// Whoever doesn't close now never will.
	_ = to.SetReadDeadline(time.Now().Add(2 * time.Second))
}

// relay passes whole frames on.
func (s *stream) relay(from *bufio.Reader, to net.Conn, one *sync.Mutex) {
	for {
		frame, err := readFrame(from)
		if err != nil {
			return
		}
		if err := s.write(frame, to, one); err != nil && !over(s.zombied) {
			return
		}
		// The other side of a zombie is read on, so that it doesn't notice.
	}
}

func (s *stream) write(frame []byte, to net.Conn, one *sync.Mutex) error {
	one.Lock()
	defer one.Unlock()
	if over(s.silent) {
		return nil
	}
	_, err := to.Write(frame)
	return err
}

func over(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// readFrame reads one frame (RFC 6455 section 5.2), with its header.
func readFrame(r *bufio.Reader) ([]byte, error) {
	head := make([]byte, 2, 14)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	length, more := uint64(head[1]&0x7f), 0
	switch length {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	head = head[:2+more]
	if _, err := io.ReadFull(r, head[2:]); err != nil {
		return nil, err
	}
	switch more {
	case 2:
		length = uint64(binary.BigEndian.Uint16(head[2:]))
	case 8:
		length = binary.BigEndian.Uint64(head[2:])
	}
	if head[1]&0x80 != 0 {
		length += 4 // the mask
	}
	if length > 64<<20 {
		return nil, errors.New("a frame of more than 64 MB")
	}
	frame := make([]byte, len(head)+int(length))
	copy(frame, head)
	_, err := io.ReadFull(r, frame[len(head):])
	return frame, err
}

// The close frame with status 1000, as a server sends it and, masked with
// zeroes, as a client does.
var (
	serversClose = []byte{0x88, 2, 0x03, 0xe8}
	clientsClose = []byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8}
)

func (s *stream) end(how cut) {
	switch how {
	case resetBoth:
		s.reset()
	case finBoth:
		_ = s.near.Close()
		_ = s.far.Close()
	case closeBoth:
		// Nothing may follow a close frame, and their answers aren't passed on.
		s.silence.Do(func() { close(s.silent) })
		s.say(s.near, &s.toNear, serversClose)
		s.say(s.far, &s.toFar, clientsClose)
	case resetNear:
		s.zombie.Do(func() { close(s.zombied) })
		resetConn(s.near)
	case resetFar:
		s.zombie.Do(func() { close(s.zombied) })
		resetConn(s.far)
	case silenceBoth:
		s.silence.Do(func() { close(s.silent) })
	}
}

func (s *stream) say(to net.Conn, one *sync.Mutex, frame []byte) {
	one.Lock()
	defer one.Unlock()
	_, _ = to.Write(frame)
}

func (s *stream) reset() {
	resetConn(s.near)
	resetConn(s.far)
}

// cut ends the newest event stream; false where there is none.
func (p *proxy) cut(how cut) bool {
	p.mu.Lock()
	s := p.stream
	p.stream = nil
	p.mu.Unlock()
	if s == nil {
		return false
	}
	p.watch.lost(s)
	s.end(how)
	return true
}
