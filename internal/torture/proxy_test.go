package torture

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy stands between callbackd and Asterisk. Requests pass one by one, and
// can be treated badly; the event stream passes frame by frame, and can be cut.
type proxy struct {
	URL    string
	server *httptest.Server
	target *url.URL
	client *http.Client
	watch  watch

	mu         sync.Mutex
	faults     []*fault
	passed     map[kind]int
	injected   int
	numbers    map[string]string // of the customer, by the key of an attempt
	deliveries []delivery
	stream     *stream // the newest
	// echo, if set, chooses requests that Asterisk gets a second time, for
	// another channel.
	echo func(*asked) bool
}

// delivery is one request that Asterisk got, to ring a customer.
type delivery struct {
	number, channel string
	at              time.Time
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	address, err := url.Parse(target)
	require.NoError(t, err)
	p := &proxy{
		target: address,
		// Asterisk closes connections that idle for 15 s; these go before.
		client:  &http.Client{Transport: &http.Transport{IdleConnTimeout: 5 * time.Second, DisableCompression: true}},
		passed:  map[kind]int{},
		numbers: map[string]string{},
		watch:   watch{gaps: []gap{{}}}, // until it is connected
	}
	p.server = httptest.NewServer(p)
	p.URL = p.server.URL
	return p
}

// close ends every connection, and returns when nothing is on its way any more.
func (p *proxy) close() {
	p.mu.Lock()
	s := p.stream
	p.mu.Unlock()
	if s != nil {
		s.reset()
	}
	p.server.CloseClientConnections()
	p.server.Close()
	p.client.CloseIdleConnections()
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		p.open(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // callbackd has given up
	}
	q := p.recognise(r, body)
	if f := p.faultFor(q); f != nil {
		f.apply(p, w, q)
		return
	}
	p.pass(w, q)
}

// pass delivers a request and passes the answer on.
func (p *proxy) pass(w http.ResponseWriter, q *asked) {
	got, err := p.deliver(q)
	if err != nil {
		reset(w)
		return
	}
	got.write(w)
	if got.status == http.StatusOK {
		p.watch.listed(q.kind, q.at)
	}
}

// answer is what Asterisk answered, whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a *answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// deliver hands a request to Asterisk, whether callbackd still waits or not.
func (p *proxy) deliver(q *asked) (*answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	target := *q.request.URL
	target.Scheme, target.Host = p.target.Scheme, p.target.Host
	out, err := http.NewRequestWithContext(ctx, q.request.Method, target.String(), bytes.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	out.Header = q.request.Header.Clone()
	if p.noteDelivery(q) {
		defer func() { _, _ = p.deliver(q.again()) }()
	}
	response, err := p.client.Do(out)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	header := response.Header.Clone()
	for _, ours := range []string{"Connection", "Transfer-Encoding", "Content-Length"} {
		header.Del(ours)
	}
	return &answer{status: response.StatusCode, header: header, body: body}, nil
}

func (p *proxy) noteDelivery(q *asked) (twice bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if q.twin {
		return false
	}
	p.passed[q.kind]++
	if q.kind == ringCustomer {
		p.deliveries = append(p.deliveries, delivery{number: q.number, channel: q.channel, at: time.Now()})
	}
	return p.echo != nil && p.echo(q)
}

// delivered lists the requests to ring a customer.
func (p *proxy) delivered(number string) (list []delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.deliveries {
		if d.number == number {
			list = append(list, d)
		}
	}
	return list
}

// blind notes that callbackd sees nothing from now on.
func (p *proxy) blind() {
	p.mu.Lock()
	s := p.stream
	p.mu.Unlock()
	if s != nil {
		p.watch.lost(s)
	}
}

// hijack takes the connection from the HTTP server.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 can always be hijacked
	}
	return conn
}

// reset ends a connection the hard way.
func reset(w http.ResponseWriter) { resetConn(hijack(w)) }

func resetConn(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // what is left is thrown away, and the peer gets RST
	}
	_ = conn.Close()
}
