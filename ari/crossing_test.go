package ari_test

import (
	"context"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

const phone = "PJSIP/alice"

// The reply to an originate may come before the call's events, in their midst, after all of
// them, or not at all; the stream is the same each time.
func TestReplyAndEvents(t *testing.T) {
	cases := map[string]struct {
		fault   aritest.Fault
		started bool // StasisStart is there when Originate returns
		is      error
	}{
		"reply first":   {},
		"reply late":    {fault: aritest.Fault{ReplyDelay: 2 * time.Second}, started: true},
		"reply lost":    {fault: aritest.Fault{LoseReply: true}, is: ari.ErrUnavailable},
		"reply hangs":   {fault: aritest.Fault{ReplyDelay: time.Hour}, started: true, is: context.DeadlineExceeded},
		"reply is junk": {fault: aritest.Fault{Reply: "{"}},
		"request late":  {fault: aritest.Fault{Delay: 2 * time.Second}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				srv.Phone(phone, aritest.Answers(time.Second, time.Minute))
				s := run(t, srv, nil)
				expect[*ari.Connected](s)
				c.fault.On, c.fault.Times = "POST /channels", 1
				srv.Fault(c.fault)
				_, err := s.client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
				synctest.Wait()
				started := false
				for _, e := range s.all() {
					_, is := e.(*ari.StasisStart)
					started = started || is
				}
				assert.Equal(t, c.started, started)
				switch {
				case c.is != nil:
					assert.ErrorIs(t, err, c.is)
				case c.fault.Reply != "":
					assert.ErrorContains(t, err, "can't be read")
				default:
					assert.NoError(t, err)
				}
				assert.False(t, ari.NotSent(err), "it rang: whoever repeats this rings twice")
				assert.Equal(t, "leg-1", seek[*ari.StasisStart](s).Channel.ID)
				assert.Equal(t, "leg-1", seek[*ari.ChannelDestroyed](s).Channel.ID)
				assert.Len(t, srv.Requests("POST /channels"), 1, "never repeated by itself")
				s.finish()
			})
		})
	}
}

// A repeated originate under the same id is refused, whichever case it is written in.
func TestRepeatedOriginateIsAConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Phone(phone, aritest.NeverAnswers)
		srv.Fault(aritest.Fault{On: "POST /channels", Times: 1, LoseReply: true})
		client := newClient(t, srv)
		_, err := client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
		assert.False(t, ari.NotSent(err))
		_, err = client.Originate(t.Context(), ari.OriginateRequest{ID: "LEG-1", Endpoint: phone})
		assert.ErrorIs(t, err, ari.ErrConflict)
		channels, err := client.Channels(t.Context())
		require.NoError(t, err)
		assert.Len(t, channels, 1)
	})
}

// Requests don't need the event stream, and say so themselves when Asterisk is away.
func TestRequestsWhileDisconnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Phone(phone, aritest.Answers(0, -1))
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		_, err := s.client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
		require.NoError(t, err)
		seek[*ari.StasisStart](s)
		repair := srv.Fault(aritest.Fault{On: "GET /events", Status: 503})
		srv.Cut("app")
		seek[*ari.Disconnected](s)

		assert.False(t, s.client.Live())
		_, err = s.client.Channel(t.Context(), "leg-1")
		require.NoError(t, err, "channels live on")
		assert.ErrorIs(t, s.client.UserEvent(t.Context(), "x", nil), ari.ErrNotFound)
		assert.ErrorIs(t, s.client.Subscribe(t.Context(), "channel:"), ari.ErrNotFound)

		srv.Stop()
		synctest.Wait()
		err = s.client.Hangup(t.Context(), "leg-1", "")
		assert.ErrorIs(t, err, ari.ErrUnavailable)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.True(t, ari.NotSent(err))

		srv.Start()
		repair()
		assert.True(t, seek[*ari.Connected](s).Restarted)
		assert.ErrorIs(t, s.client.Hangup(t.Context(), "leg-1", ""), ari.ErrNotFound)
		s.finish()
		require.NoError(t, s.client.Ping(t.Context()), "Run isn't needed for requests")
	})
}

// However often Asterisk was started between two connections, it is one restart.
func TestRestartedTwiceWithinTheBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		<-time.After(time.Minute)
		repair := srv.Fault(aritest.Fault{On: "GET /asterisk/info", Status: 503})
		srv.Restart()
		for range 3 {
			expect[*ari.Disconnected](s)
		}
		srv.Restart()
		expect[*ari.Disconnected](s)
		repair()
		assert.True(t, seek[*ari.Connected](s).Restarted)
		srv.Disconnect("app")
		assert.False(t, seek[*ari.Connected](s).Restarted)
		s.finish()
	})
}

// Without a start-up time a restart would pass unnoticed.
func TestInfoWithoutStartupTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		repair := srv.Fault(aritest.Fault{On: "GET /asterisk/info", Reply: `{"system":{"version":"22.10.1"}}`})
		s := run(t, srv, nil)
		assert.ErrorContains(t, expect[*ari.Disconnected](s).Err, "start-up time")
		repair()
		expect[*ari.Connected](s)
		s.finish()
	})
}

// The heartbeat of a client that was thrown out comes to whoever took over, as any
// user event would.
func TestHeartbeatOfAnotherClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		srv.Send("app", []byte(`{"type":"ChannelUserevent","eventname":"ari-heartbeat-0123456789abcdef","userevent":{"number":"7"}}`))
		assert.Equal(t, "ari-heartbeat-0123456789abcdef", expect[*ari.ChannelUserevent](s).EventName)
		s.finish()
	})
}

// A hang-up and an answer can cross: the answer of a leg that was given up is delivered like
// any other, and then its end.
func TestAnswerCrossesTheHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Phone(phone, aritest.Answers(time.Second, -1))
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		_, err := s.client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
		require.NoError(t, err)
		srv.Fault(aritest.Fault{On: "DELETE /channels/leg-1", Times: 1, Delay: 2 * time.Second})
		require.NoError(t, s.client.Hangup(t.Context(), "leg-1", ari.HangupNormal))
		seek[*ari.StasisStart](s)
		request := seek[*ari.ChannelHangupRequest](s)
		assert.True(t, request.Soft)
		assert.Equal(t, 32, *request.Cause)
		seek[*ari.ChannelDestroyed](s)
		assert.ErrorIs(t, s.client.Hangup(t.Context(), "leg-1", ""), ari.ErrNotFound)
		s.finish()
	})
}

// Commands wait in Asterisk for what plays. One whose time ran out is not undone by that:
// it takes effect afterwards, so "unknown" is what it is.
func TestCommandThatOutlivesItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Phone(phone, aritest.Answers(0, -1))
		srv.SetSound("sound:long", 15*time.Second)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		_, err := s.client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
		require.NoError(t, err)
		seek[*ari.StasisStart](s)
		_, err = s.client.CreateBridge(t.Context(), "b", "")
		require.NoError(t, err)
		_, err = s.client.Play(t.Context(), "leg-1", "p", "sound:long")
		require.NoError(t, err)
		began := time.Now()
		err = s.client.AddChannels(t.Context(), "b", "leg-1")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, ari.NotSent(err))
		assert.Equal(t, ari.DefaultRequestTimeout, time.Since(began))
		seek[*ari.ChannelEnteredBridge](s)
		assert.Equal(t, 15*time.Second, time.Since(began))
		s.finish()
	})
}

// How a leg ended is in the cause and the SIP code, whatever Dial calls it.
func TestHowALegEnded(t *testing.T) {
	for status, cause := range map[int]int{
		486: 17, 404: 1, 480: 19, 503: 34, 603: 21, 403: 21, 484: 28, 408: 18, 410: 22, 488: 58,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := aritest.New(t)
			srv.Phone(phone, aritest.Rejects(time.Second, status))
			s := run(t, srv, nil)
			expect[*ari.Connected](s)
			_, err := s.client.Originate(t.Context(), ari.OriginateRequest{ID: "leg-1", Endpoint: phone})
			require.NoError(t, err)
			e := seek[*ari.ChannelDestroyed](s)
			assert.Equal(t, cause, e.Cause, status)
			assert.Equal(t, status, e.TechCause)
			s.finish()
		})
	}
}
