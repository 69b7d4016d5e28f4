package aritest

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
)

// listener hands out the server's ends of net.Pipe connections. Sockets would keep a
// synctest bubble from ever being idle; pipes don't.
type listener struct {
	incoming chan net.Conn
	closed   chan struct{}
	once     sync.Once

	mu    sync.Mutex
	conns map[net.Conn]struct{} // the server's ends that are open
	down  bool                  // nobody listens, see Stop
}

func newListener() *listener {
	return &listener{
		incoming: make(chan net.Conn), closed: make(chan struct{}), conns: make(map[net.Conn]struct{}),
	}
}

// pipe is a server's end that the listener knows of as long as it is open.
type pipe struct {
	net.Conn
	l *listener
}

func (p *pipe) Close() error {
	p.l.mu.Lock()
	delete(p.l.conns, p)
	p.l.mu.Unlock()
	return p.Conn.Close()
}

// dial connects to the server, whatever the address.
func (l *listener) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	refused := &net.OpError{Op: "dial", Net: network, Addr: address(addr), Err: syscall.ECONNREFUSED}
	client, server := net.Pipe()
	var p net.Conn = &pipe{Conn: server, l: l}
	l.mu.Lock()
	if l.down {
		l.mu.Unlock()
		return nil, refused
	}
	l.conns[p] = struct{}{}
	l.mu.Unlock()
	select {
	case l.incoming <- p:
		return client, nil
	case <-l.closed:
		p.Close()
		return nil, refused
	case <-ctx.Done():
		p.Close()
		return nil, &net.OpError{Op: "dial", Net: network, Addr: address(addr), Err: ctx.Err()}
	}
}

// setDown cuts every connection and refuses new ones, or accepts them again.
func (l *listener) setDown(down bool) {
	l.mu.Lock()
	l.down = down
	var open []net.Conn
	if down {
		for p := range l.conns {
			open = append(open, p)
		}
	}
	l.mu.Unlock()
	for _, p := range open {
		p.Close()
	}
}

// open counts the connections.
func (l *listener) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.incoming:
		return conn, nil
	case <-l.closed:
		return nil, errors.New("aritest: the listener is closed")
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return address(host) }

type address string

func (address) Network() string  { return "pipe" }
func (a address) String() string { return string(a) }
