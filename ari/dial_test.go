package ari_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// net/http goes on dialling when the request has given up. Dials that hang must not hold
// the client's connections, so that requests work as soon as the network does.
func TestRequestsWorkAgainAfterDialsThatHung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		var there atomic.Bool
		var dialling atomic.Int64
		options := srv.Options("app")
		pipe := options.DialContext
		options.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if there.Load() {
				return pipe(ctx, network, addr)
			}
			dialling.Add(1)
			defer dialling.Add(-1)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		client, err := ari.New(options)
		require.NoError(t, err)
		for range 3 {
			failed := make(chan error, 40)
			for range cap(failed) {
				go func() { failed <- client.Ping(t.Context()) }()
			}
			for range cap(failed) {
				err := <-failed
				assert.ErrorIs(t, err, ari.ErrUnavailable)
				assert.True(t, ari.NotSent(err))
			}
		}
		there.Store(true)
		<-time.After(ari.DefaultRequestTimeout)
		synctest.Wait()
		assert.Zero(t, dialling.Load(), "no dial goes on for nobody")
		assert.NoError(t, client.Ping(t.Context()))
	})
}

// The same for TLS handshakes that nobody answers.
func TestTLSHandshakesThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		strange := &strangeNetwork{peer: peers["half-open: never answers"]}
		client, err := ari.New(ari.Options{
			URL: "https://pbx:8089", Application: "app",
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return strange.dial(ctx) },
		})
		require.NoError(t, err)
		s := runClient(t, client, nil)
		for range 20 {
			err := client.Ping(t.Context())
			assert.ErrorIs(t, err, ari.ErrUnavailable)
			assert.True(t, ari.NotSent(err))
		}
		s.finish()
		<-time.After(ari.DefaultRequestTimeout)
		synctest.Wait()
		assert.Zero(t, strange.connections())
	})
}
