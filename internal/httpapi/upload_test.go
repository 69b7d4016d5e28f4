package httpapi_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

// line is a listener to which one client connects, without a network, so that time is
// virtual.
type line struct {
	calls chan net.Conn
	over  chan struct{}
}

func (l line) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}

func (l line) Close() error   { close(l.over); return nil }
func (l line) Addr() net.Addr { return &net.TCPAddr{} }

// trickle uploads a sound in ten pieces with a pause after each, but only so many of them,
// and gives the answer and when it came.
func (s *service) trickle(pause time.Duration, pieces int) (answer string, after time.Duration) {
	s.t.Helper()
	server := httpapi.NewServer(s.handler, zerolog.Nop())
	l := line{make(chan net.Conn), make(chan struct{})}
	go func() { _ = server.Serve(l) }()
	defer func() { assert.NoError(s.t, server.Close()) }()
	client, called := net.Pipe()
	l.calls <- called
	begun := time.Now()
	content := wav(8000, 4978) // 10,000 bytes
	go func() {
		_, _ = fmt.Fprintf(client, "PUT /api/v1/accounts/acme/sounds/hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: audio/wav\r\nContent-Length: %d\r\n\r\n", token, len(content))
		for i := range pieces {
			time.Sleep(pause)
			_, _ = client.Write(content[i*1000 : (i+1)*1000])
		}
	}()
	text, err := io.ReadAll(client)
	require.NoError(s.t, err)
	return string(text), time.Since(begun)
}

// Twenty megabytes over a thin line take their time.
func TestASlowUploadIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, after := newService(t).trickle(2*time.Second, 10)
		assert.Contains(t, answer, "HTTP/1.1 200 OK")
		assert.Equal(t, 20*time.Second, after)
	})
}

func TestAnUploadThatStallsIsToldWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, after := newService(t).trickle(0, 5)
		assert.Contains(t, answer, fmt.Sprintf("HTTP/1.1 %d ", http.StatusRequestTimeout))
		assert.Contains(t, answer, "The body didn't come in whole within 25s: send it over a faster connection, or a smaller one.")
		assert.Equal(t, 25*time.Second, after)
	})
}
