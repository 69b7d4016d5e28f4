package ari_test

import (
	"context"
	"net"
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

const created = `{"type":"ChannelCreated","timestamp":"2026-11-20T07:28:56.014+0000","channel":{"id":"1.1","name":"PJSIP/pstn-00000001","state":"Ring"}}`

func TestConnectsSubscribesAndFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, func(o *ari.Options) { o.DisallowedEvents = []string{"ChannelVarset", "BridgeMerged"} })
		connected := expect[*ari.Connected](s)
		assert.Equal(t, "22.10.1", connected.Info.System.Version)
		assert.False(t, connected.Info.Status.StartupTime.IsZero())
		assert.False(t, connected.Restarted)

		app, err := s.client.Application(t.Context(), "app")
		require.NoError(t, err)
		assert.Equal(t, []string{"__AST_CHANNEL_ALL_TOPIC"}, app.ChannelIDs)
		assert.Equal(t, []string{"__AST_BRIDGE_ALL_TOPIC"}, app.BridgeIDs)
		assert.Equal(t, []ari.EventFilter{{Type: "BridgeMerged"}, {Type: "ChannelVarset"}}, app.EventsDisallowed)
		opened := srv.Requests("GET /events")
		require.Len(t, opened, 1)
		assert.Empty(t, opened[0].Query.Get("subscribeAll"))
		s.finish()
	})
}

// A filter that is replaced holds at once, and for every connection that comes.
func TestTheFilterIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, func(o *ari.Options) { o.DisallowedEvents = []string{"ChannelVarset"} })
		expect[*ari.Connected](s)
		disallowed := func() []ari.EventFilter {
			app, err := s.client.Application(t.Context(), "app")
			require.NoError(t, err)
			return app.EventsDisallowed
		}
		require.Error(t, s.client.Disallow(t.Context(), "ChannelUserevent"), "the heartbeat")
		require.NoError(t, s.client.Disallow(t.Context(), "BridgeMerged"))
		require.Equal(t, []ari.EventFilter{{Type: "BridgeMerged"}}, disallowed())
		srv.Stop()
		expect[*ari.Disconnected](s)
		require.Error(t, s.client.Disallow(t.Context(), "BridgeCreated"))
		srv.Start()
		seek[*ari.Connected](s)
		require.Equal(t, []ari.EventFilter{{Type: "BridgeCreated"}}, disallowed())
		s.finish()
	})
}

func TestNothingComesBeforeConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Fault(aritest.Fault{On: "POST /events/user/*", Times: 1, Delay: time.Second, Before: func(aritest.Request) {
			require.NoError(t, srv.Emit(created))
		}})
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		expect[*ari.ChannelCreated](s)
		s.finish()
	})
}

func TestHeartbeatsStayInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		<-time.After(time.Minute)
		require.NoError(t, s.client.UserEvent(t.Context(), "hello", map[string]string{"to": "all"}))
		e := expect[*ari.ChannelUserevent](s)
		assert.Equal(t, "hello", e.EventName)
		assert.Equal(t, "all", e.UserEvent["to"])
		assert.GreaterOrEqual(t, len(srv.Requests("POST /events/user/ari-heartbeat-*")), 20)
		assert.True(t, s.client.Live())
		assert.Less(t, time.Since(s.client.LastHeartbeat()), ari.DefaultHeartbeatInterval+time.Millisecond)
		assert.Less(t, s.client.Lag(), time.Second)
		s.finish()
		assert.False(t, s.client.Live())
	})
}

// Every way in which Asterisk can be away is waited for, said once per attempt, and over
// when Asterisk is there.
func TestWaitsForAsterisk(t *testing.T) {
	refuse := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	cases := map[string]struct {
		fault aritest.Fault
		dial  func(context.Context, string, string) (net.Conn, error)
		is    error
	}{
		"refused":                  {dial: refuse(syscall.ECONNREFUSED), is: ari.ErrUnavailable},
		"no such host":             {dial: refuse(&net.DNSError{Err: "no such host", Name: "pbx", IsNotFound: true}), is: ari.ErrUnavailable},
		"no answer to the dial":    {dial: func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }, is: context.DeadlineExceeded},
		"handshake hangs":          {fault: aritest.Fault{On: "GET /events", Hang: true}, is: context.DeadlineExceeded},
		"handshake cut off":        {fault: aritest.Fault{On: "GET /events", LoseRequest: true}, is: ari.ErrUnavailable},
		"not booted":               {fault: aritest.Fault{On: "GET /events", Status: 503, Message: "Asterisk not booted"}, is: ari.ErrUnavailable},
		"ARI not loaded":           {fault: aritest.Fault{On: "GET /events", Status: 404}, is: ari.ErrNotFound},
		"info fails":               {fault: aritest.Fault{On: "GET /asterisk/info", Status: 500}, is: ari.ErrUnavailable},
		"filter 404: deaf":         {fault: aritest.Fault{On: "PUT *eventFilter", Status: 404, Message: "Application not found"}, is: ari.ErrDeaf},
		"subscription 404: deaf":   {fault: aritest.Fault{On: "POST *subscription", Status: 404, Message: "Application not found"}, is: ari.ErrDeaf},
		"heartbeat 404: deaf":      {fault: aritest.Fault{On: "POST /events/user/*", Status: 404, Message: "Application not found"}, is: ari.ErrDeaf},
		"subscription hangs":       {fault: aritest.Fault{On: "POST *subscription", Hang: true}, is: context.DeadlineExceeded},
		"heartbeat hangs":          {fault: aritest.Fault{On: "POST /events/user/*", Hang: true}, is: ari.ErrHeartbeat},
		"subscription answers rot": {fault: aritest.Fault{On: "GET /asterisk/info", Reply: "<html>"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				var there atomic.Bool
				repair := func() {}
				if c.fault.On != "" {
					repair = srv.Fault(c.fault)
				}
				s := run(t, srv, func(o *ari.Options) {
					pipe := o.DialContext
					o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						if c.dial != nil && !there.Load() {
							return c.dial(ctx, network, addr)
						}
						return pipe(ctx, network, addr)
					}
				})
				var pause time.Duration
				for attempt := range 8 {
					e, at := s.next()
					d, is := e.(*ari.Disconnected)
					require.Truef(t, is, "%T", e)
					require.Error(t, d.Err)
					if c.is != nil {
						assert.ErrorIs(t, d.Err, c.is)
					}
					assert.Equal(t, attempt+1, d.Attempt)
					assert.GreaterOrEqual(t, d.Next, 250*time.Millisecond)
					assert.LessOrEqual(t, d.Next, ari.DefaultMaxBackoff)
					assert.Zero(t, time.Since(at))
					assert.False(t, s.client.Live())
					pause = d.Next
				}
				assert.Greater(t, pause, 5*time.Second, "the pauses grow")
				synctest.Wait()
				assert.LessOrEqual(t, srv.Connections(), 1, "no websocket of a failed attempt is left, only the idle connection of the requests")
				repair()
				there.Store(true)
				seek[*ari.Connected](s)
				assert.True(t, s.client.Live())
				s.finish()
			})
		})
	}
}

func TestAsteriskAbsentAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Stop()
		s := run(t, srv, nil)
		d := expect[*ari.Disconnected](s)
		assert.ErrorIs(t, d.Err, syscall.ECONNREFUSED)
		assert.Contains(t, d.Err.Error(), "connect as app")
		srv.Start()
		assert.False(t, seek[*ari.Connected](s).Restarted, "there was no Asterisk before")
		s.finish()
	})
}

func TestWrongPasswordEndsTheFirstConnectionOnly(t *testing.T) {
	for _, on := range []string{"GET /events", "PUT *eventFilter"} {
		for _, status := range []int{401, 403} {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				srv.Stop() // away at first: that isn't a connection yet
				srv.Fault(aritest.Fault{On: on, Status: status, Message: "Authentication required"})
				s := run(t, srv, nil)
				expect[*ari.Disconnected](s)
				srv.Start()
				<-s.ended
				assert.ErrorIs(t, s.err, ari.ErrUnauthorized)
				assert.ErrorContains(t, s.err, "Authentication required")
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		repair := srv.Fault(aritest.Fault{On: "GET /events", Status: 401})
		srv.Cut("app")
		expect[*ari.Disconnected](s)
		assert.ErrorIs(t, expect[*ari.Disconnected](s).Err, ari.ErrUnauthorized)
		repair()
		seek[*ari.Connected](s)
		s.finish()
		assert.NoError(t, s.err)
	})
}

func TestWrongCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := run(t, aritest.New(t), func(o *ari.Options) { o.Password = "wrong" })
		<-s.ended
		assert.ErrorIs(t, s.err, ari.ErrUnauthorized)
		assert.NotContains(t, s.err.Error(), "wrong")
		assert.Empty(t, s.all())
	})
}

func TestEndsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		assert.Error(t, s.client.Run(t.Context(), func(ari.Event) {}), "it runs already")
		began := time.Now()
		s.finish()
		require.NoError(t, s.err)
		assert.Zero(t, time.Since(began))
		// After an abrupt end this connection would be deaf.
		again := run(t, srv, nil)
		expect[*ari.Connected](again)
		again.finish()
	})
}

func TestEndsThoughNobodyAnswersTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, func(o *ari.Options) {
			pipe := o.DialContext
			o.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := pipe(ctx, network, addr)
				return closeSwallower{conn}, err
			}
		})
		expect[*ari.Connected](s)
		began := time.Now()
		s.finish()
		assert.Equal(t, time.Second, time.Since(began))
	})
}

// closeSwallower is a network that loses the websocket's close frame.
type closeSwallower struct{ net.Conn }

func (c closeSwallower) Write(p []byte) (int, error) {
	const finAndClose = 0x88
	if len(p) > 0 && p[0] == finAndClose {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func TestOptionsThatCannotWork(t *testing.T) {
	good := ari.Options{URL: "http://127.0.0.1:8088", Application: "app"}
	for name, change := range map[string]func(*ari.Options){
		"no address":             func(o *ari.Options) { o.URL = "" },
		"no scheme":              func(o *ari.Options) { o.URL = "127.0.0.1:8088" },
		"wrong scheme":           func(o *ari.Options) { o.URL = "ws://127.0.0.1:8088" },
		"no host":                func(o *ari.Options) { o.URL = "http://:8088" },
		"unparsable":             func(o *ari.Options) { o.URL = "http://[::1" },
		"port":                   func(o *ari.Options) { o.URL = "http://pbx:http" },
		"password in it":         func(o *ari.Options) { o.URL = "http://me:secret@pbx:8088" },
		"query":                  func(o *ari.Options) { o.URL = "http://pbx:8088?api_key=x" },
		"no application":         func(o *ari.Options) { o.Application = "" },
		"two applications":       func(o *ari.Options) { o.Application = "a,b" },
		"application isn't text": func(o *ari.Options) { o.Application = "a\x00b" },
		"colon in username":      func(o *ari.Options) { o.Username = "me:secret" },
		"all device states":      func(o *ari.Options) { o.Subscriptions = []string{"deviceState:"} },
		"empty source":           func(o *ari.Options) { o.Subscriptions = []string{""} },
		"heartbeat disallowed":   func(o *ari.Options) { o.DisallowedEvents = []string{"ChannelUserevent"} },
	} {
		options := good
		change(&options)
		_, err := ari.New(options)
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "secret", name)
	}
	_, err := ari.New(good)
	require.NoError(t, err)
}
