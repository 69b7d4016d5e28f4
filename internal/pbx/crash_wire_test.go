package pbx_test

import (
	"context"
	"net"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// reconciling is the effect with which a connection has seen all that Asterisk
// holds.
const reconciling = "GET /bridges"

// dial opens a connection of this life.
func (l *life) dial(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if l.isDead() || l.apart != nil && l.apart.Load() {
			return nil, errCut
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		w := &wire{Conn: conn, life: l}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.dead {
			conn.Close()
			return nil, errCut
		}
		l.wires[w] = struct{}{}
		return w, nil
	}
}

// wire is one connection of a life to Asterisk, of HTTP or, once it was asked
// for, of the websocket. It sees each request as net/http writes it: in one
// piece, as long as it is shorter than its buffer of 4 kB.
type wire struct {
	net.Conn
	life      *life
	websocket bool        // the writing goroutine's
	last      atomic.Bool // the answer to come is the one that isn't seen
	ahead     atomic.Bool // what was written is still on its way
}

var requestLine = regexp.MustCompile(`^(GET|POST|PUT|DELETE) (?:\S*?/ari)(/\S*) HTTP/1\.1\r\n`)

func (w *wire) Write(p []byte) (int, error) {
	if w.websocket {
		return w.pass(p)
	}
	line := requestLine.FindSubmatch(p)
	if line == nil {
		return w.pass(p)
	}
	method, path := string(line[1]), string(line[2])
	w.websocket = strings.HasPrefix(path, "/events?")
	if strings.HasPrefix(path, "/events/user/") {
		return w.pass(p) // the heartbeat
	}
	switch w.life.asks(method + " " + path) {
	case refused:
		return 0, errCut
	case struck:
		return w.struck(p)
	}
	return w.Conn.Write(p)
}

// pass sends what isn't an effect.
func (w *wire) pass(p []byte) (int, error) {
	if w.life.isDead() {
		return 0, errCut
	}
	return w.Conn.Write(p)
}

// struck makes the cut at a request.
func (w *wire) struck(p []byte) (int, error) {
	switch kind := w.life.cut.kind; {
	case kind == diskFull:
		return w.Conn.Write(p)
	case kind == actedAt:
		w.life.act()
		return w.Conn.Write(p)
	case kind == deafFrom:
		w.life.deafen()
		return w.Conn.Write(p)
	case kind.before():
		w.life.sever()
		return 0, errCut
	case kind == requestLost:
		w.Close()
		return len(p), nil // else net/http would send it again
	case kind == replyLost:
		w.last.Store(true)
		return w.Conn.Write(p)
	case kind == killedAhead, kind == lostAhead:
		w.ahead.Store(true)
		w.life.forget(w)
		w.life.sever()
		_ = w.SetReadDeadline(time.Now()) // there is no answer to wait for
		late := append([]byte{}, p...)
		time.AfterFunc(overtaken, func() {
			_, _ = w.Conn.Write(late) // Asterisk may be gone
			w.Conn.Close()
		})
		return len(p), nil // else net/http would send it again
	}
	w.last.Store(true)
	time.AfterFunc(unanswered, w.life.sever)
	return w.Conn.Write(p)
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 && w.last.Load() {
		if w.life.cut.kind == replyLost {
			w.Close()
			w.life.feels()
		} else {
			w.life.sever()
		}
		return 0, errCut
	}
	return n, err
}

func (w *wire) Close() error {
	if w.ahead.Load() {
		return nil
	}
	w.life.forget(w)
	return w.Conn.Close()
}

func (l *life) forget(w *wire) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.wires, w)
}
