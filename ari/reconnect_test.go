package ari_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// However a connection ends, the next one is complete, and never comes so soon that
// Asterisk would make it deaf.
func TestReconnects(t *testing.T) {
	const within = ari.DefaultHeartbeatInterval + ari.DefaultHeartbeatTimeout
	cases := map[string]struct {
		end    func(*aritest.Server)
		is     error
		text   string
		within time.Duration
	}{
		"closed by Asterisk":   {end: func(s *aritest.Server) { s.Disconnect("app") }, text: "closed by Asterisk"},
		"cut off":              {end: func(s *aritest.Server) { s.Cut("app") }, text: "cut off"},
		"silent: deaf":         {end: func(s *aritest.Server) { s.Silence("app") }, is: ari.ErrHeartbeat, text: "event stream is silent", within: within},
		"frozen: no pong":      {end: func(s *aritest.Server) { s.Freeze("app") }, is: ari.ErrHeartbeat, text: "ping", within: within},
		"heartbeat is refused": {end: func(s *aritest.Server) { once(s, aritest.Fault{Status: 500, Message: "no"}) }, is: ari.ErrHeartbeat, text: "500", within: within},
		"heartbeat hangs":      {end: func(s *aritest.Server) { once(s, aritest.Fault{Hang: true}) }, is: ari.ErrHeartbeat, within: within},
		"application unknown":  {end: func(s *aritest.Server) { once(s, aritest.Fault{Status: 404}) }, is: ari.ErrDeaf, within: within},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				s := run(t, srv, nil)
				expect[*ari.Connected](s)
				<-time.After(time.Minute + time.Second) // between two heartbeats
				ended := time.Now()
				c.end(srv)
				e, lost := s.next()
				d, is := e.(*ari.Disconnected)
				require.Truef(t, is, "%T", e)
				assert.LessOrEqual(t, lost.Sub(ended), c.within)
				assert.Zero(t, d.Attempt)
				if c.is != nil {
					assert.ErrorIs(t, d.Err, c.is)
				}
				assert.ErrorContains(t, d.Err, c.text)
				assert.False(t, s.client.Live())

				e, back := s.next()
				connected, is := e.(*ari.Connected)
				require.Truef(t, is, "%T", e)
				assert.False(t, connected.Restarted)
				assert.GreaterOrEqual(t, back.Sub(lost), 250*time.Millisecond)
				assert.LessOrEqual(t, back.Sub(lost), 400*time.Millisecond)
				assert.True(t, s.client.Live())
				assert.Len(t, srv.Requests("POST *subscription"), 2, "subscribed again")
				assert.Len(t, srv.Requests("PUT *eventFilter"), 2, "filtered again")
				require.NoError(t, srv.Emit(created))
				expect[*ari.ChannelCreated](s)
				s.finish()
			})
		})
	}
}

func once(s *aritest.Server, f aritest.Fault) {
	f.On, f.Times = "POST /events/user/ari-heartbeat-*", 1
	s.Fault(f)
}

func TestRestartIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		first := expect[*ari.Connected](s)
		<-time.After(time.Minute)
		srv.Restart()
		expect[*ari.Disconnected](s)
		second := expect[*ari.Connected](s)
		assert.True(t, second.Restarted)
		assert.True(t, second.Info.Status.StartupTime.After(first.Info.Status.StartupTime.Time))
		srv.Disconnect("app")
		expect[*ari.Disconnected](s)
		assert.False(t, expect[*ari.Connected](s).Restarted)
		s.finish()
	})
}

func TestApplicationTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		first := run(t, srv, nil)
		expect[*ari.Connected](first)
		<-time.After(time.Minute)
		second := run(t, srv, nil)
		expect[*ari.Connected](second)
		expect[*ari.ApplicationReplaced](first)
		d := expect[*ari.Disconnected](first)
		assert.ErrorIs(t, d.Err, ari.ErrReplaced)
		assert.ErrorContains(t, d.Err, "another program")

		// They throw each other out, but not four times a second.
		<-time.After(time.Minute)
		first.finish()
		second.finish()
		assert.Less(t, len(srv.Requests("GET /events")), 30)
	})
}

func TestOverflowIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		options := srv.Options("app")
		options.QueueSize = 100
		client, err := ari.New(options)
		require.NoError(t, err)
		hold := make(chan struct{})
		s := runClient(t, client, hold)
		// Connected is with the handler, which doesn't return.
		synctest.Wait()
		srv.Flood("app", 500)
		<-time.After(time.Hour)
		assert.Len(t, srv.Requests("GET /events"), 1, "nobody connects anew before the handler has caught up")
		close(hold)

		expect[*ari.Connected](s)
		for range 100 {
			expect[*ari.ChannelVarset](s)
		}
		expect[*ari.Gap](s)
		assert.ErrorIs(t, expect[*ari.Disconnected](s).Err, ari.ErrOverflow)
		expect[*ari.Connected](s)
		s.finish()
	})
}

func TestFloodWithinTheQueueLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		srv.Flood("app", 15_000)
		for range 15_000 {
			expect[*ari.ChannelVarset](s)
		}
		s.finish()
		assert.Len(t, s.all(), 15_001)
	})
}

// A handler that takes its time doesn't stop the heartbeats.
func TestSlowHandlerKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		client, err := ari.New(srv.Options("app"))
		require.NoError(t, err)
		hold := make(chan struct{})
		s := runClient(t, client, hold)
		<-time.After(time.Hour)
		assert.True(t, client.Live())
		close(hold)
		expect[*ari.Connected](s)
		s.finish()
		assert.Len(t, s.all(), 1)
	})
}

// Requests that hang take every REST connection; the heartbeat has its own.
func TestHangingRequestsDontStopTheHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		srv.Fault(aritest.Fault{On: "GET /channels", Hang: true})
		failed := make(chan error, 40)
		for range cap(failed) {
			go func() {
				_, err := s.client.Channels(t.Context())
				failed <- err
			}()
		}
		synctest.Wait()
		assert.Len(t, srv.Requests("GET /channels"), 16, "the limit of connections")
		for range cap(failed) {
			assert.ErrorIs(t, <-failed, ari.ErrUnavailable)
		}
		<-time.After(time.Minute)
		assert.True(t, s.client.Live())
		s.finish()
		assert.Len(t, s.all(), 1)
	})
}

func TestStrangeEventsAreDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		for _, raw := range []string{
			`{"type":"ChannelDestroyed","cause":"sixteen","channel":{"id":"1"}}`,
			`{"type":"ChannelDestroyed","cause":16}`,
			`{"timestamp":"2026-11-20T07:28:56.014+0000"}`,
			`{"type":"StasisStart","channel":{"id":"1"},"timestamp":"yesterday"}`,
			`[]`, `{`, ``,
		} {
			srv.Send("app", []byte(raw))
			m := expect[*ari.Malformed](s)
			assert.Equal(t, raw, string(m.Raw))
			assert.Error(t, m.Err)
		}
		srv.Send("app", []byte(`{"type":"SomethingNew","application":"app","more":1}`))
		u := expect[*ari.Unknown](s)
		assert.Equal(t, "SomethingNew", u.EventType())
		assert.Contains(t, string(u.Raw), `"more":1`)
		assert.True(t, s.client.Live())
		s.finish()
	})
}
