package ari_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// numbered is an event that shows its place.
func numbered(n int) []byte {
	return fmt.Appendf(nil, `{"type":"ChannelVarset","variable":"N","value":"%d"}`, n)
}

// Up to the gap everything is there and in order; between the gap and Connected nothing of
// Asterisk's is, whatever still came.
func TestOrderAroundAGap(t *testing.T) {
	for _, size := range []int{1, 2, 7, 100} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				options := srv.Options("app")
				options.QueueSize = size
				client, err := ari.New(options)
				require.NoError(t, err)
				hold := make(chan struct{})
				s := runClient(t, client, hold)
				synctest.Wait()
				for n := range 5*size + 5 {
					srv.Send("app", numbered(n))
				}
				synctest.Wait()
				assert.False(t, client.Live(), "whoever asks learns of the gap before the handler does")
				<-time.After(time.Minute)
				close(hold)
				expect[*ari.Connected](s)
				for n := range size {
					assert.Equal(t, fmt.Sprint(n), expect[*ari.ChannelVarset](s).Value)
				}
				assert.NotEmpty(t, expect[*ari.Gap](s).Reason)
				assert.ErrorIs(t, expect[*ari.Disconnected](s).Err, ari.ErrOverflow)
				expect[*ari.Connected](s)
				srv.Send("app", numbered(-1))
				assert.Equal(t, "-1", expect[*ari.ChannelVarset](s).Value)
				s.finish()
			})
		})
	}
}

// Events that come before the connection is ready are kept, in order; too many of them fail
// the attempt, and none of that attempt is delivered.
func TestFloodBeforeConnected(t *testing.T) {
	for name, c := range map[string]struct{ events, attempts int }{
		"fits":      {100, 0},
		"overflows": {101, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := aritest.New(t)
				floods := max(c.attempts, 1)
				srv.Fault(aritest.Fault{On: "PUT *eventFilter", Times: floods, Before: func(aritest.Request) {
					for n := range c.events {
						srv.Send("app", numbered(n))
					}
				}, Delay: time.Second})
				s := run(t, srv, func(o *ari.Options) { o.QueueSize = 100 })
				for range c.attempts {
					assert.ErrorIs(t, expect[*ari.Disconnected](s).Err, ari.ErrOverflow)
				}
				expect[*ari.Connected](s)
				if c.attempts == 0 {
					for n := range c.events {
						assert.Equal(t, fmt.Sprint(n), expect[*ari.ChannelVarset](s).Value)
					}
				}
				s.finish()
			})
		})
	}
}

// A handler that never comes back while Asterisk is away doesn't fill the memory.
func TestBlockedHandlerWhileAsteriskIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Stop()
		options := srv.Options("app")
		options.QueueSize = 10
		client, err := ari.New(options)
		require.NoError(t, err)
		hold := make(chan struct{})
		s := runClient(t, client, hold)
		<-time.After(24 * time.Hour)
		s.stop()
		close(hold)
		<-s.ended
		assert.LessOrEqual(t, len(s.all()), 10)
	})
}
