package ari_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// A handler that panics ends Run like the end of ctx: with the closing handshake, and with
// nothing left behind. The panic is its caller's.
func TestHandlerThatPanics(t *testing.T) {
	for name, leave := range map[string]func(){
		"panic":  func() { panic("the handler's own mistake") },
		"Goexit": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				client := newClient(t, srv)
				ended := make(chan any)
				go func() {
					var recovered any
					defer func() {
						recovered = recover()
						assert.False(t, client.Live())
						synctest.Wait()
						assert.False(t, srv.Connected("app"), "the websocket is closed")
						ended <- recovered
					}()
					_ = client.Run(t.Context(), func(ari.Event) { leave() })
				}()
				recovered := <-ended
				if name == "panic" {
					assert.Equal(t, "the handler's own mistake", recovered)
				}
				again := runClient(t, client, nil)
				expect[*ari.Connected](again)
				again.finish()
			})
		})
	}
}

// While the handler doesn't return the connection is kept and nothing is lost; Run ends
// when it returns.
func TestHandlerThatBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		hold := make(chan struct{})
		client := newClient(t, srv)
		s := runClient(t, client, hold)
		synctest.Wait()
		for range 1000 {
			srv.Send("app", []byte(created))
		}
		<-time.After(10 * time.Minute)
		assert.True(t, client.Live())
		assert.Zero(t, srv.Unsent("app"), "the reading goroutine doesn't wait for the handler")
		s.stop()
		synctest.Wait()
		assert.False(t, srv.Connected("app"), "the websocket is closed although the handler blocks")
		select {
		case <-s.ended:
			t.Error("Run returned before its handler")
		default:
		}
		close(hold)
		<-s.ended
		require.NoError(t, s.err)
		assert.Len(t, s.all(), 1, "what waited when ctx ended isn't delivered")
	})
}

func TestHandlerMayUseTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		client := newClient(t, srv)
		ctx, stop := context.WithCancel(t.Context())
		err := client.Run(ctx, func(e ari.Event) {
			if _, is := e.(*ari.Connected); is {
				channels, err := client.Channels(ctx)
				assert.NoError(t, err)
				assert.Empty(t, channels)
				assert.Error(t, client.Run(ctx, func(ari.Event) {}), "it runs already")
				stop()
			}
		})
		require.NoError(t, err)
	})
}

func TestRunTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		client := newClient(t, srv)
		for range 3 {
			s := runClient(t, client, nil)
			expect[*ari.Connected](s)
			assert.ErrorContains(t, client.Run(t.Context(), func(ari.Event) { t.Error("two streams") }), "running already")
			assert.True(t, client.Live(), "the first goes on")
			s.finish()
			require.NoError(t, s.err)
		}
		assert.Len(t, srv.Requests("GET /events"), 3)
	})
}

// Run with a context that is over asks nothing of Asterisk.
func TestRunWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, newClient(t, srv).Run(ctx, func(ari.Event) { t.Error("an event") }))
		assert.Empty(t, srv.Requests())
	})
}

// ctx ends Run at once wherever it is.
func TestRunEndsAtOnce(t *testing.T) {
	steps := map[string]aritest.Fault{
		"handshake":       {On: "GET /events", Hang: true},
		"info":            {On: "GET /asterisk/info", Hang: true},
		"filter":          {On: "PUT *eventFilter", Hang: true},
		"subscription":    {On: "POST *subscription", Hang: true},
		"first heartbeat": {On: "POST /events/user/*", Hang: true},
		"backoff":         {On: "GET /events", Status: 503},
	}
	for name, fault := range steps {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				srv.Fault(fault)
				s := run(t, srv, nil)
				synctest.Wait()
				if name == "backoff" {
					for range 10 {
						expect[*ari.Disconnected](s)
					}
				}
				began := time.Now()
				s.finish()
				assert.Zero(t, time.Since(began))
				require.NoError(t, s.err)
				synctest.Wait()
				assert.LessOrEqual(t, srv.Connections(), 1)
			})
		})
	}
}
