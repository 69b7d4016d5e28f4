package casebook

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"slices"
	"sync"
)

// Tap keeps the event stream of ARI exactly as it comes in, beside the client
// that reads it: its Dial opens the client's connections, and whichever of
// them becomes a websocket is written down, message by message.
type Tap struct {
	dialer net.Dialer

	mu     sync.Mutex
	events [][]byte
}

// Dial opens a connection, for ari.Options.DialContext.
func (t *Tap) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := t.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &tapped{Conn: conn, tap: t}, nil
}

// Events are all events so far, in the order in which they came. A later call
// has more of them.
func (t *Tap) Events() [][]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.events)
}

// tapped is a connection whose input is read along. Only one goroutine reads.
type tapped struct {
	net.Conn
	tap     *Tap
	unread  []byte // of the input, what isn't a whole frame yet
	message []byte // of a message in several frames
	known   bool   // whether it is a websocket
	plain   bool   // it isn't
}

// Read implements net.Conn.
func (c *tapped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.plain {
		c.unread = append(c.unread, b[:n]...)
		c.follow()
	}
	return n, err
}

// switching begins the reply that makes a connection a websocket (RFC 6455
// section 4.2.2).
var switching = []byte("HTTP/1.1 101 ")

// follow takes whole frames from the input.
func (c *tapped) follow() {
	if !c.known {
		if len(c.unread) < len(switching) {
			return
		}
		if !bytes.HasPrefix(c.unread, switching) {
			c.plain, c.unread = true, nil
			return
		}
		_, rest, whole := bytes.Cut(c.unread, []byte("\r\n\r\n"))
		if !whole {
			return
		}
		c.known, c.unread = true, rest
	}
	for {
		frame, rest, ok := cutFrame(c.unread)
		if !ok {
			return
		}
		c.unread = rest
		if frame.opcode > opcodeBinary {
			continue // ping, pong, close
		}
		c.message = append(c.message, frame.payload...)
		if frame.final {
			c.tap.mu.Lock()
			c.tap.events = append(c.tap.events, c.message)
			c.tap.mu.Unlock()
			c.message = nil
		}
	}
}

// opcodeBinary is the highest opcode of a frame with data (RFC 6455 section
// 11.8).
const opcodeBinary = 2

// frame is one frame of a websocket as a server sends it: unmasked.
type frame struct {
	final   bool
	opcode  byte
	payload []byte
}

// cutFrame takes the first frame from b (RFC 6455 section 5.2), if it is whole.
func cutFrame(b []byte) (f frame, rest []byte, ok bool) {
	if len(b) < 2 {
		return f, b, false
	}
	f.final, f.opcode = b[0]&0x80 != 0, b[0]&0x0f
	length, at := uint64(b[1]&0x7f), 2
	switch {
	case length == 126 && len(b) >= 4:
		length, at = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case length == 127 && len(b) >= 10:
		length, at = binary.BigEndian.Uint64(b[2:]), 10
	case length >= 126:
		return f, b, false
	}
	if uint64(len(b)-at) < length {
		return f, b, false
	}
	end := at + int(length)
	f.payload = b[at:end]
	return f, b[end:], true
}
