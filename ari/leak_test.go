package ari_test

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// How many attempts of each kind fail: those that get as far as Asterisk's answers, and
// those that don't.
const (
	refusedConnects = 200
	strangeConnects = 300
)

// Thousands of failed attempts of every kind leave neither a connection nor a goroutine
// behind, and the stream comes up when Asterisk does. What is still there at the end of a
// bubble fails its test.
func TestFailedConnectsLeaveNothing(t *testing.T) {
	faults := map[string]aritest.Fault{
		"unauthorized later": {On: "GET /events", Status: 401},
		"filter deaf":        {On: "PUT *eventFilter", Status: 404},
		"heartbeat deaf":     {On: "POST /events/user/*", Status: 404},
		"info fails":         {On: "GET /asterisk/info", Status: 500},
		"handshake lost":     {On: "GET /events", LoseRequest: true},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				s := run(t, srv, quick)
				expect[*ari.Connected](s)
				repair := srv.Fault(fault)
				srv.Disconnect("app")
				failThenCount(s, refusedConnects, srv.Connections)
				repair()
				seek[*ari.Connected](s)
				s.finish()
			})
		})
	}
	for name, peer := range peers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				strange := &strangeNetwork{peer: peer}
				s := run(t, srv, func(o *ari.Options) {
					quick(o)
					pipe := o.DialContext
					o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						if strange.over.Load() {
							return pipe(ctx, network, addr)
						}
						return strange.dial(ctx)
					}
				})
				failThenCount(s, strangeConnects, strange.connections)
				strange.over.Store(true)
				seek[*ari.Connected](s)
				synctest.Wait()
				assert.Zero(t, strange.connections())
				s.finish()
			})
		})
	}
}

func quick(o *ari.Options) { o.MaxBackoff = time.Millisecond } // 250 ms in fact

// failThenCount lets attempts fail; connections and goroutines must not grow with them.
func failThenCount(s *stream, attempts int, connections func() int) {
	s.t.Helper()
	fail := func(n int) {
		for range n {
			expect[*ari.Disconnected](s)
		}
		synctest.Wait()
	}
	fail(10)
	before := runtime.NumGoroutine()
	fail(attempts)
	assert.LessOrEqual(s.t, runtime.NumGoroutine(), before+20, "some belong to the attempt under way, and to other tests")
	assert.LessOrEqual(s.t, connections(), 4, "the attempt's own, and idle ones of requests")
}

// strangeNetwork connects to something that isn't Asterisk, or to nothing.
type strangeNetwork struct {
	peer func(net.Conn)
	over atomic.Bool
	open atomic.Int64
}

func (n *strangeNetwork) connections() int { return int(n.open.Load()) }

func (n *strangeNetwork) dial(ctx context.Context) (net.Conn, error) {
	if n.peer == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := net.Pipe()
	n.open.Add(1)
	go func() {
		n.peer(server)
		server.Close()
		n.open.Add(-1)
	}()
	return client, ctx.Err()
}

// peers are what may listen where Asterisk should. Each ends with its connection.
var peers = map[string]func(net.Conn){
	"refused": nil,
	"closes at once": func(net.Conn) {
	},
	"half-open: never answers": func(conn net.Conn) {
		_, _ = io.Copy(io.Discard, conn)
	},
	"TLS": func(conn net.Conn) { // its alert to somebody who speaks no TLS
		_, _ = conn.Read(make([]byte, 64<<10)) // all that is written before an answer
		_, _ = conn.Write([]byte{0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x16})
	},
	"garbage": func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 64<<10)) // all that is written before an answer
		_, _ = conn.Write([]byte(strings.Repeat("220 mail.example ESMTP\r\n", 10)))
	},
	"HTTP without upgrade": func(conn net.Conn) {
		answer(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>hi\n")
	},
	"HTTP without end": func(conn net.Conn) {
		answer(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n")
	},
	"redirect": func(conn net.Conn) {
		answer(conn, "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n")
	},
	"upgrade with a wrong key": func(conn net.Conn) {
		answer(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n")
	},
	"upgrade to something else": func(conn net.Conn) {
		answer(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")
	},
	"websocket without ARI": func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		if request.Header.Get("Upgrade") == "" {
			_, _ = io.WriteString(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
			return
		}
		sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // RFC 6455, 1.3
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			base64.StdEncoding.EncodeToString(sum[:]))
		_, _ = io.Copy(io.Discard, conn)
	},
}

// answer reads a request, answers, and stays until the client goes.
func answer(conn net.Conn, reply string) {
	if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
		return
	}
	if _, err := io.WriteString(conn, reply); err == nil {
		_, _ = io.Copy(io.Discard, conn)
	}
}

// What listens there is told, not only that it failed.
func TestStrangePeersAreNamed(t *testing.T) {
	for name, wanted := range map[string]string{
		"HTTP without upgrade":     "no websocket",
		"garbage":                  "malformed HTTP",
		"TLS":                      "malformed HTTP",
		"redirect":                 "302",
		"upgrade with a wrong key": "Sec-WebSocket-Accept",
		"websocket without ARI":    "404",
	} {
		synctest.Test(t, func(t *testing.T) {
			strange := &strangeNetwork{peer: peers[name]}
			client, err := ari.New(ari.Options{
				URL: "http://pbx:8088", Username: "u", Password: "p", Application: "app",
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return strange.dial(ctx) },
			})
			require.NoError(t, err)
			s := runClient(t, client, nil)
			assert.ErrorContains(t, expect[*ari.Disconnected](s).Err, wanted, name)
			s.finish()
		})
	}
}

// The end of ctx is honoured also where a peer keeps a handshake open that has failed.
func TestEndsDuringAHandshakeThatFailed(t *testing.T) {
	for _, name := range []string{"upgrade with a wrong key", "HTTP without end"} {
		synctest.Test(t, func(t *testing.T) {
			strange := &strangeNetwork{peer: peers[name]}
			client, err := ari.New(ari.Options{
				URL: "http://pbx:8088", Application: "app",
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return strange.dial(ctx) },
			})
			require.NoError(t, err)
			s := runClient(t, client, nil)
			synctest.Wait()
			began := time.Now()
			s.finish()
			assert.Zero(t, time.Since(began), name)
		})
	}
}

// A dial that succeeds after nobody waits for it any more is closed.
func TestDialThatComesTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, func(o *ari.Options) {
			pipe := o.DialContext
			o.DialContext = func(_ context.Context, network, addr string) (net.Conn, error) {
				<-time.After(time.Minute)
				return pipe(context.Background(), network, addr)
			}
		})
		for range 20 {
			expect[*ari.Disconnected](s)
		}
		s.finish()
		<-time.After(2 * time.Minute)
		synctest.Wait()
		assert.Zero(t, srv.Connections())
	})
}
