package ari_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// The truth table of NotSent: true is a promise that nothing can have happened, so anything
// that may have been written is false.
func TestNotSent(t *testing.T) {
	hangs := func(ctx context.Context) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	peer := func(name string) func(context.Context) (net.Conn, error) {
		return (&strangeNetwork{peer: peers[name]}).dial
	}
	answers := func(reply string) func(context.Context) (net.Conn, error) {
		return (&strangeNetwork{peer: func(conn net.Conn) { answer(conn, reply) }}).dial
	}
	cases := map[string]struct {
		dial    func(context.Context) (net.Conn, error)
		url, id string
		over    bool // the context is over before
		notSent bool
		is      error
	}{
		"refused":                      {dial: peer("refused"), notSent: true, is: ari.ErrUnavailable},
		"dial hangs":                   {dial: hangs, notSent: true, is: context.DeadlineExceeded},
		"no such host":                 {dial: func(context.Context) (net.Conn, error) { return nil, &net.DNSError{IsNotFound: true} }, notSent: true, is: ari.ErrUnavailable},
		"TLS is answered with garbage": {dial: peer("garbage"), url: "https://pbx:8089", notSent: true, is: ari.ErrUnavailable},
		"context over before":          {dial: hangs, over: true, notSent: true, is: context.Canceled},
		"id that isn't text":           {dial: hangs, id: "\x00", notSent: true, is: ari.ErrInvalid},
		"no id":                        {dial: hangs, id: ".", notSent: true, is: ari.ErrInvalid},

		"cut off after connecting": {dial: peer("closes at once"), is: ari.ErrUnavailable},
		"never answered":           {dial: peer("half-open: never answers"), is: context.DeadlineExceeded},
		"answer isn't HTTP":        {dial: peer("garbage"), is: ari.ErrUnavailable},
		"answer without end":       {dial: peer("HTTP without end"), is: context.DeadlineExceeded},
		"answer cut off":           {dial: answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{}"), is: context.DeadlineExceeded},
		"answer isn't JSON":        {dial: answers("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{")},
		"400":                      {dial: answers("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), is: ari.ErrInvalid},
		"500":                      {dial: answers("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"), is: ari.ErrUnavailable},
		"503":                      {dial: answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), is: ari.ErrUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := ari.Options{
					URL: "http://pbx:8088", Username: "u", Password: "p", Application: "app",
					DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx) },
				}
				if c.url != "" {
					options.URL = c.url
				}
				client, err := ari.New(options)
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.over {
					cancel()
				}
				id := "x"
				if c.id != "" {
					id = c.id
				}
				began := time.Now()
				_, err = client.CreateBridge(ctx, id, "")
				require.Error(t, err)
				assert.Equal(t, c.notSent, ari.NotSent(err), err.Error())
				assert.Equal(t, c.notSent, ari.NotSent(fmt.Errorf("wrapped: %w", err)))
				if c.is != nil {
					assert.ErrorIs(t, err, c.is)
				}
				assert.LessOrEqual(t, time.Since(began), ari.DefaultRequestTimeout)
				<-time.After(11 * time.Second) // idle connections are gone
			})
		})
	}
	assert.False(t, ari.NotSent(nil))
	assert.False(t, ari.NotSent(errors.New("somebody else's")))
}

// A request that never got one of the connections, because all hang, wasn't sent.
func TestNotSentForWantOfAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strange := &strangeNetwork{peer: peers["half-open: never answers"]}
		client, err := ari.New(ari.Options{
			URL: "http://pbx:8088", Application: "app",
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return strange.dial(ctx) },
		})
		require.NoError(t, err)
		hang := func(ctx context.Context, n int) chan error {
			errs := make(chan error, n)
			for range n {
				go func() {
					_, err := client.CreateBridge(ctx, "x", "")
					errs <- err
				}()
			}
			synctest.Wait()
			return errs
		}
		sent := hang(t.Context(), 16)
		assert.Equal(t, 16, strange.connections())
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		waited := hang(impatient, 24)
		assert.Equal(t, 16, strange.connections(), "Asterisk refuses the 100th, so we stay well below")
		for range cap(waited) {
			err := <-waited
			assert.ErrorIs(t, err, ari.ErrUnavailable)
			assert.True(t, ari.NotSent(err))
		}
		for range cap(sent) {
			assert.False(t, ari.NotSent(<-sent))
		}
		<-time.After(11 * time.Second) // idle connections are gone
	})
}
