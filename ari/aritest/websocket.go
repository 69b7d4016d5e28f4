package aritest

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// deafTime is how soon after an abrupt end a new websocket of the same application is deaf.
// The real Asterisk does so in 3 of 10 cases; here it always happens.
const deafTime = 250 * time.Millisecond

// connection is one websocket. Its events wait in a queue without bound, as in the
// kernel's buffers, for its writing goroutine.
type connection struct {
	application string
	conn        net.Conn
	opened      chan struct{}   // closed once the handshake is over
	socket      *websocket.Conn // read it after opened; nil if the handshake failed

	// The rest is the server's, under its lock.
	waiting [][]byte
	arrived chan struct{} // capacity 1
	silent  bool          // events are dropped, pings answered
	frozen  bool          // nothing is sent at all
	mute    bool          // pings aren't answered
	ended   chan struct{} // closed when the reading goroutine has ended
}

// acceptWebsocket makes the application exist and stays until the websocket ends.
func (s *Server) acceptWebsocket(w http.ResponseWriter, r *http.Request, conn net.Conn) {
	name := r.URL.Query().Get("app")
	if name == "" {
		write(w, fail(400, "HTTP request is missing param: [app]"))
		return
	}
	c := &connection{
		application: name, conn: conn, opened: make(chan struct{}),
		arrived: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.handlers.Add(1)
	s.mu.Unlock()
	defer s.handlers.Done()

	// As in Asterisk, the application exists when the client learns that it is connected.
	s.register(c)
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		OnPingReceived: func(context.Context, []byte) bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return !c.frozen && !c.mute
		},
		// The server sends no pings. A pong that nobody asked for crashes some versions of
		// Asterisk; here it ends the connection.
		OnPongReceived: func(context.Context, []byte) { conn.Close() },
	})
	c.socket = socket
	close(c.opened)
	if err != nil { // Accept has answered
		s.unregister(c, false)
		close(c.ended)
		return
	}
	defer socket.CloseNow()

	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write(c)
	}()
	for {
		if _, _, err = socket.Read(context.Background()); err != nil {
			break
		}
	}
	s.unregister(c, websocket.CloseStatus(err) == -1)
	close(c.ended)
	<-written
}

// register makes c the application's connection, unless it comes too soon after an abrupt
// end: then nothing knows of it, and it never gets an event.
func (s *Server) register(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, was := s.abrupt[c.application]; was && time.Since(last) < deafTime {
		return
	}
	app, exists := s.apps[c.application]
	if !exists {
		app = newApplication(c.application)
		s.apps[c.application] = app
	}
	if app.conn != nil {
		s.sendTo(app, event{kind: "ApplicationReplaced"})
	}
	app.conn = c
}

// unregister takes the application away with its last connection; what was subscribed and
// filtered is lost. Its channels stay.
func (s *Server) unregister(c *connection, abrupt bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[c.application]
	if app == nil || app.conn != c {
		return
	}
	delete(s.apps, c.application)
	if abrupt {
		s.abrupt[c.application] = time.Now()
	}
}

// write sends what waits, one message after the other, until the websocket ends.
func (s *Server) write(c *connection) {
	for {
		s.mu.Lock()
		var next []byte
		if len(c.waiting) > 0 && !c.frozen {
			next, c.waiting = c.waiting[0], c.waiting[1:]
		}
		s.mu.Unlock()
		if next == nil {
			select {
			case <-c.arrived:
				continue
			case <-c.ended:
				return
			}
		}
		if c.socket.Write(context.Background(), websocket.MessageText, next) != nil {
			c.conn.Close()
			return
		}
	}
}

// enqueue puts one message behind those that wait.
func (c *connection) enqueue(raw []byte) {
	if c.silent {
		return
	}
	c.waiting = append(c.waiting, raw)
	select {
	case c.arrived <- struct{}{}:
	default:
	}
}

// Connected says whether the application has a connection that isn't deaf.
func (s *Server) Connected(application string) bool { return s.connection(application) != nil }

func (s *Server) connection(application string) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if app := s.apps[application]; app != nil {
		return app.conn
	}
	return nil
}

// Cut ends the application's websocket without the closing handshake, as a network does.
func (s *Server) Cut(application string) {
	if c := s.connection(application); c != nil {
		c.conn.Close()
		<-c.ended
	}
}

// Disconnect ends the application's websocket with the closing handshake.
func (s *Server) Disconnect(application string) {
	s.CloseWith(application, int(websocket.StatusGoingAway), "")
}

// CloseWith is Disconnect with a status code and a reason; 1005 sends neither.
func (s *Server) CloseWith(application string, code int, reason string) {
	if c := s.connection(application); c != nil {
		if <-c.opened; c.socket == nil {
			return
		}
		c.socket.Close(websocket.StatusCode(code), reason)
		<-c.ended
	}
}

// Inject writes bytes into the application's present connection as they are, past the
// websocket's framing: a frame that is against the protocol, for example.
func (s *Server) Inject(application string, raw []byte) {
	if c := s.connection(application); c != nil {
		<-c.opened
		_, _ = c.conn.Write(raw) // a client that is gone doesn't get it
	}
}

// Unsent counts the messages for the application that its client hasn't taken off the wire
// yet.
func (s *Server) Unsent(application string) int {
	c := s.connection(application)
	if c == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(c.waiting)
}

// Silence makes the application's present connection deaf: it stays open and answers pings,
// but no event comes any more. So it is behind a reader that stalled.
func (s *Server) Silence(application string) {
	if c := s.connection(application); c != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.silent = true
	}
}

// Freeze stops everything on the application's present connection, pongs too, without
// closing it. So it is when a network goes away. Requests still work.
func (s *Server) Freeze(application string) {
	if c := s.connection(application); c != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.frozen = true
	}
}

// IgnorePings leaves the pings of the application's present connection without an answer.
// Events go on.
func (s *Server) IgnorePings(application string) {
	if c := s.connection(application); c != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.mute = true
	}
}
