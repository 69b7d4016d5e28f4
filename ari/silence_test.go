package ari_test

import (
	"context"
	"encoding/json"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// noticed is how long a silent connection can stay unnoticed.
const noticed = ari.DefaultHeartbeatInterval + ari.DefaultHeartbeatTimeout

// Events that come don't make up for pongs that don't: the peer may hear nothing of us.
func TestEventsComeButPongsDont(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		<-time.After(time.Minute + time.Second)
		srv.IgnorePings("app")
		went := time.Now()
		require.NoError(t, srv.Emit(created))
		expect[*ari.ChannelCreated](s)
		e, at := s.next()
		d, is := e.(*ari.Disconnected)
		require.Truef(t, is, "%T", e)
		assert.ErrorIs(t, d.Err, ari.ErrHeartbeat)
		assert.ErrorContains(t, d.Err, "ping")
		assert.LessOrEqual(t, at.Sub(went), noticed)
		expect[*ari.Connected](s)
		s.finish()
	})
}

// network is a network that can go away without a word: what is written vanishes, nothing
// comes, connections stay open, new ones hang.
type network struct {
	mu   sync.Mutex
	gone chan struct{} // closed while the network is away
	open map[*wire]struct{}
}

func newNetwork() *network {
	return &network{gone: make(chan struct{}), open: make(map[*wire]struct{})}
}

func (n *network) away() bool {
	select {
	case <-n.gone:
		return true
	default:
		return false
	}
}

// over makes a client's options go over the network.
func (n *network) over(o *ari.Options) {
	pipe := o.DialContext
	o.DialContext = func(ctx context.Context, nw, addr string) (net.Conn, error) {
		if n.away() {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		conn, err := pipe(ctx, nw, addr)
		if err != nil {
			return nil, err
		}
		w := &wire{Conn: conn, n: n, closed: make(chan struct{})}
		n.mu.Lock()
		n.open[w] = struct{}{}
		n.mu.Unlock()
		return w, nil
	}
}

func (n *network) connections() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.open)
}

type wire struct {
	net.Conn
	n      *network
	once   sync.Once
	closed chan struct{}
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.n.away() {
		<-w.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if w.n.away() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

func (w *wire) Close() error {
	w.once.Do(func() {
		close(w.closed)
		w.n.mu.Lock()
		delete(w.n.open, w)
		w.n.mu.Unlock()
	})
	return w.Conn.Close()
}

func TestNetworkThatGoesAwayWithoutAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		n := newNetwork()
		s := run(t, srv, n.over)
		expect[*ari.Connected](s)
		<-time.After(time.Minute + time.Second)
		went := time.Now()
		close(n.gone)
		d := expect[*ari.Disconnected](s)
		assert.ErrorIs(t, d.Err, ari.ErrHeartbeat)
		assert.LessOrEqual(t, time.Since(went), noticed)
		for range 50 {
			d = expect[*ari.Disconnected](s)
			assert.ErrorIs(t, d.Err, ari.ErrUnavailable)
		}
		synctest.Wait()
		assert.LessOrEqual(t, n.connections(), 1, "the old websocket is gone on our side")
		began := time.Now()
		s.finish()
		assert.Zero(t, time.Since(began), "a dial that hangs doesn't hold up the end")
	})
}

func TestEndsWhileTheNetworkIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		n := newNetwork()
		s := run(t, srv, n.over)
		expect[*ari.Connected](s)
		close(n.gone)
		began := time.Now()
		s.finish()
		assert.LessOrEqual(t, time.Since(began), time.Second)
	})
}

// A peer that no longer takes anything off the wire holds up no write for longer than the
// heartbeat's deadline.
func TestPeerThatStopsReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		var stuck sync.Map
		s := run(t, srv, func(o *ari.Options) {
			pipe := o.DialContext
			o.DialContext = func(ctx context.Context, nw, addr string) (net.Conn, error) {
				conn, err := pipe(ctx, nw, addr)
				return &stuckWriter{Conn: conn, stuck: &stuck, closed: make(chan struct{})}, err
			}
		})
		expect[*ari.Connected](s)
		<-time.After(time.Minute + time.Second)
		stuck.Store("now", true)
		went := time.Now()
		d := expect[*ari.Disconnected](s)
		assert.ErrorIs(t, d.Err, ari.ErrHeartbeat)
		assert.LessOrEqual(t, time.Since(went), noticed)
		stuck.Delete("now")
		expect[*ari.Connected](s)
		stuck.Store("now", true)
		began := time.Now()
		s.finish()
		assert.LessOrEqual(t, time.Since(began), time.Second)
	})
}

type stuckWriter struct {
	net.Conn
	stuck  *sync.Map
	once   sync.Once
	closed chan struct{}
}

func (w *stuckWriter) Write(p []byte) (int, error) {
	if _, now := w.stuck.Load("now"); now {
		<-w.closed
		return 0, net.ErrClosed
	}
	return w.Conn.Write(p)
}

func (w *stuckWriter) Close() error {
	w.once.Do(func() { close(w.closed) })
	return w.Conn.Close()
}

// Heartbeats that come twice, or late from the connection before, are not the next one's
// answer, and must not hide it either.
func TestHeartbeatsThatComeTwiceOrLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		repeat := func(r aritest.Request) {
			name := r.Path[len("/events/user/"):]
			var body struct{ Variables map[string]string }
			if json.Unmarshal(r.Body, &body) != nil {
				return
			}
			srv.Send("app", []byte(`{"type":"ChannelUserevent","eventname":"`+name+`","userevent":{"number":"`+body.Variables["number"]+`"}}`))
			srv.Send("app", []byte(`{"type":"ChannelUserevent","eventname":"`+name+`","userevent":{"number":"0"}}`))
		}
		srv.Fault(aritest.Fault{On: "POST /events/user/*", After: repeat})
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		<-time.After(10 * time.Minute)
		assert.True(t, s.client.Live())
		s.finish()
		assert.Len(t, s.all(), 1, "no heartbeat reaches the handler, none is missed")
	})
}

// Whoever stops while a heartbeat is on its way ends with the closing handshake all the
// same: after an abrupt end the next start would be deaf.
func TestEndsInOrderDuringAHeartbeat(t *testing.T) {
	for name, hang := range map[string]aritest.Fault{
		"user event": {On: "POST /events/user/*", Hang: true},
		"info":       {On: "GET /asterisk/info", Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				var repair func()
				if name == "info" {
					repair = srv.Fault(hang)
				}
				s := run(t, srv, nil)
				if name == "user event" {
					expect[*ari.Connected](s)
					repair = srv.Fault(hang)
					<-time.After(ari.DefaultHeartbeatInterval + time.Second)
				} else {
					synctest.Wait()
				}
				s.finish()
				require.NoError(t, s.err)
				repair()
				again := run(t, srv, nil)
				expect[*ari.Connected](again)
				again.finish()
			})
		})
	}
	t.Run("ping", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			s := run(t, srv, nil)
			expect[*ari.Connected](s)
			srv.IgnorePings("app")
			<-time.After(ari.DefaultHeartbeatInterval + time.Second)
			s.finish()
			again := run(t, srv, nil)
			expect[*ari.Connected](again)
			again.finish()
		})
	})
	t.Run("first heartbeat", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			repair := srv.Fault(aritest.Fault{On: "POST /events/user/*", Hang: true})
			s := run(t, srv, nil)
			synctest.Wait()
			s.finish()
			repair()
			again := run(t, srv, nil)
			expect[*ari.Connected](again)
			again.finish()
		})
	})
}
