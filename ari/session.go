package ari

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	// maxEvent bounds one event; Asterisk's largest, with every channel variable, stay
	// under 100 kB.
	maxEvent = 4 << 20
	// keptOfEvent is how much is kept of a longer one.
	keptOfEvent = 64 << 10
	// closeTimeout bounds the closing handshake.
	closeTimeout = time.Second
)

// session is one connection, from dialling to its end. One goroutine reads, and does
// nothing that could make it wait: a reader that stalls is cut off by Asterisk in silence.
type session struct {
	c    *Client
	q    *queue
	conn *websocket.Conn
	tcp  tcpConn
	info AsteriskInfo

	returned atomic.Uint64 // number of the newest heartbeat that came back
	beats    chan struct{} // capacity 1: returned has grown
	readDone chan struct{} // the reading goroutine has ended

	alive  context.Context // ends when the connection is given up, its cause says why
	giveUp context.CancelCauseFunc
}

// connect makes a connection that is ready: subscribed, filtered, and with a heartbeat
// that came back. Its events wait in the queue until they are released.
func (c *Client) connect(ctx context.Context, q *queue) (*session, error) {
	s := &session{
		c: c, q: q,
		beats:    make(chan struct{}, 1),
		readDone: make(chan struct{}),
	}
	s.alive, s.giveUp = context.WithCancelCause(context.Background())
	if err := s.dial(ctx); err != nil {
		s.giveUp(err)
		return nil, err
	}
	q.hold()
	go s.read()
	if err := s.prepare(ctx); err != nil {
		err = s.cause(err)
		s.close(err)
		q.discard()
		return nil, err
	}
	return s, nil
}

// dial opens the websocket. Never with subscribeAll: an ordinary close of such a websocket
// can deadlock ARI.
func (s *session) dial(ctx context.Context) error {
	c := s.c
	ctx, cancel := context.WithTimeout(ctx, c.options.RequestTimeout)
	defer cancel()
	r := &request{op: "connect as " + c.options.Application, method: http.MethodGet, segments: []string{"events"}}

	// Once the handshake is answered, the websocket library doesn't look at ctx any more.
	defer context.AfterFunc(ctx, s.tcp.cut)()
	// A client of its own for one dial, to get at the TCP connection.
	client := newHTTPClient(s.tcp.dialer(c.options.DialContext), c.options.RequestTimeout, 1)
	header := http.Header{}
	credentials := &http.Request{Header: header}
	credentials.SetBasicAuth(c.options.Username, c.options.Password)
	address := c.base + r.path() + "?" + url.Values{"app": {c.options.Application}}.Encode()
	//nolint:bodyclose // websocket.Dial has closed it, or it is the connection's
	conn, response, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: client, HTTPHeader: header})
	if err != nil {
		client.CloseIdleConnections()
		if ctx.Err() != nil {
			err, response = ctx.Err(), nil // what cutting it off made of it says less
		}
		return s.dialError(r, response, err)
	}
	conn.SetReadLimit(-1) // see readEvent
	s.conn = conn
	return nil
}

func (s *session) dialError(r *request, response *http.Response, err error) error {
	if response == nil || response.StatusCode == http.StatusSwitchingProtocols {
		return r.failed(err, !s.tcp.connected())
	}
	e := &Error{Op: r.op, Method: r.method, Path: r.path(), Status: response.StatusCode}
	if e.Status/100 == 2 {
		e.Err = errors.New("that is no websocket; is the address Asterisk's?")
	}
	if response.Body != nil {
		raw, _ := io.ReadAll(response.Body) // a copy of at most 1 kB, made by websocket.Dial
		e.Message = errorMessage(raw)
	}
	if e.Status == http.StatusNotFound {
		return fmt.Errorf("%w; is ARI enabled (ari.conf), and does the address have http.conf's prefix?", e)
	}
	return e
}

// prepare does what every new connection needs before its events mean anything.
func (s *session) prepare(ctx context.Context) error {
	c := s.c
	ctx, stop := s.whileAlive(ctx)
	defer stop()
	info, err := c.info(ctx, true)
	if err != nil {
		return err
	}
	if info.Status.StartupTime.IsZero() {
		return errors.New("ari: read Asterisk's info: it has no start-up time, so a restart would pass unnoticed; is that address Asterisk's?")
	}
	s.info = *info
	if err := deaf(c.filterEvents(ctx)); err != nil {
		return err
	}
	if len(c.options.Subscriptions) > 0 {
		if err := deaf(c.subscribe(ctx, c.options.Subscriptions, true)); err != nil {
			return err
		}
	}
	return s.heartbeat(ctx)
}

// whileAlive gives a context that also ends with the connection.
func (s *session) whileAlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.alive, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// deaf marks the 404 that tells of an application that Asterisk doesn't know, although its
// websocket is open.
func deaf(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: %w", ErrDeaf, err)
	}
	return err
}

// read takes events off the wire until the connection ends.
func (s *session) read() {
	defer close(s.readDone)
	for {
		e, err := s.readEvent()
		if err != nil {
			s.giveUp(readError(err))
			return
		}
		s.take(e)
	}
}

// readEvent takes one event off the wire. Of one that is too long for any use it keeps the
// beginning, so that nothing disappears and the connection can go on.
func (s *session) readEvent() (entry, error) {
	// No context: to end it would cut the connection off without the closing handshake.
	_, message, err := s.conn.Reader(context.Background())
	if err != nil {
		return entry{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(message, maxEvent))
	if err != nil {
		return entry{}, err
	}
	more, err := io.Copy(io.Discard, message)
	if err != nil {
		return entry{}, err
	}
	if more > 0 {
		return entry{own: &Malformed{
			Raw: bytes.Clone(raw[:keptOfEvent]),
			Err: fmt.Errorf("an event of %d bytes is longer than %d: Raw is its beginning", maxEvent+more, maxEvent),
		}}, nil
	}
	return entry{raw: raw}, nil
}

// take puts one event into the queue, if it is wanted. After the connection was given up it
// drops them: they come behind the gap.
func (s *session) take(e entry) {
	if s.alive.Err() != nil {
		return
	}
	raw := e.raw
	if number, ours := s.c.ownHeartbeat(raw); ours {
		s.c.heartbeatReturned()
		s.beat(number)
		return
	}
	if !s.c.isDisallowed(raw) && !s.q.push(e) {
		s.giveUp(ErrOverflow)
		return
	}
	if isReplaced(raw) {
		s.giveUp(ErrReplaced)
	}
}

// supervise sends heartbeats until the connection is lost or ctx ends, and says why.
func (s *session) supervise(ctx context.Context) error {
	ctx, stop := s.whileAlive(ctx)
	defer stop()
	ticker := time.NewTicker(s.c.options.HeartbeatInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done(): // also when the connection is lost
			return s.cause(ctx.Err())
		case <-ticker.C:
			if err := s.heartbeat(ctx); err != nil {
				return s.cause(err)
			}
		}
	}
}

// cause prefers why the connection was lost to what failed because of it. But a ping that
// can't be written in time ends the connection itself, and then the silence is the reason.
func (s *session) cause(err error) error {
	lost := context.Cause(s.alive)
	if lost == nil || errors.Is(lost, net.ErrClosed) && errors.Is(err, ErrHeartbeat) {
		return err
	}
	return lost
}

// close ends the connection; the reading goroutine is gone when it returns. Where the peer
// still answers it ends with the closing handshake, because an abrupt end can make the
// next connection deaf.
func (s *session) close(why error) {
	s.giveUp(why)
	if errors.Is(why, ErrHeartbeat) {
		s.tcp.cut() // first: TLS would wait to say goodbye
		s.conn.CloseNow()
	} else {
		timer := time.AfterFunc(closeTimeout, s.tcp.cut)
		s.conn.Close(websocket.StatusNormalClosure, "")
		timer.Stop()
	}
	<-s.readDone
}

// readError says in plain words how the websocket ended.
func readError(err error) error {
	switch code := websocket.CloseStatus(err); {
	case code == websocket.StatusNormalClosure || code == websocket.StatusGoingAway:
		return fmt.Errorf("the event stream was closed by Asterisk: %w", err)
	case code != -1:
		return fmt.Errorf("the event stream was closed: %w", err)
	default:
		return fmt.Errorf("the event stream was cut off: %w", err)
	}
}

// isReplaced recognises the last event of a connection whose application was taken over.
func isReplaced(raw []byte) bool {
	if !bytes.Contains(raw, []byte("ApplicationReplaced")) {
		return false
	}
	var e Header
	return json.Unmarshal(raw, &e) == nil && strings.EqualFold(e.Type, "ApplicationReplaced")
}

// tcpConn is the connection below the websocket. A closing handshake that hangs can only
// be ended there.
type tcpConn struct {
	mu   sync.Mutex // the transport may still be dialling when nobody waits any more
	conn net.Conn
}

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func (t *tcpConn) dialer(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err == nil {
			t.mu.Lock()
			t.conn = conn
			t.mu.Unlock()
		}
		return conn, err
	}
}

func (t *tcpConn) connected() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.conn != nil
}

func (t *tcpConn) cut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn != nil {
		t.conn.Close()
	}
}
