package ari_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// What the user disallowed isn't delivered, even if Asterisk sends it, and takes no room.
func TestDisallowedEventsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		options := srv.Options("app")
		options.DisallowedEvents, options.QueueSize = []string{"ChannelVarset", "NotKnownYet"}, 10
		client, err := ari.New(options)
		require.NoError(t, err)
		hold := make(chan struct{})
		s := runClient(t, client, hold)
		synctest.Wait()
		for n := range 100 {
			srv.Send("app", numbered(n))
		}
		srv.Send("app", []byte(`{"type":"ChannelVarset","channel":7,what?`))
		srv.Send("app", []byte(`{"type":"NotKnownYet"}`))
		srv.Send("app", []byte(`{"variable":"ChannelVarset","type":"AlsoNotKnown"}`))
		srv.Send("app", []byte(created))
		synctest.Wait()
		close(hold)
		expect[*ari.Connected](s)
		assert.Equal(t, "AlsoNotKnown", expect[*ari.Unknown](s).Type)
		expect[*ari.ChannelCreated](s)

		require.NoError(t, client.Disallow(t.Context(), "ChannelCreated"))
		srv.Send("app", []byte(created))
		srv.Send("app", numbered(1))
		assert.Equal(t, "1", expect[*ari.ChannelVarset](s).Value, "it is wanted now")
		s.finish()
	})
}

// That the application was taken over is noticed by who doesn't want to hear it.
func TestApplicationTakenOverUnheard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, func(o *ari.Options) { o.DisallowedEvents = []string{"ApplicationReplaced"} })
		expect[*ari.Connected](s)
		srv.Send("app", []byte(`{"type":"ApplicationReplaced","application":"app"}`))
		assert.ErrorIs(t, expect[*ari.Disconnected](s).Err, ari.ErrReplaced)
		s.finish()
	})
}
