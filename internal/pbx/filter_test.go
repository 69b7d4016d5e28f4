package pbx_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// Variables are sent only where a message that a caller leaves decides something; an
// edit of the rules changes that at once.
func TestWhatAsteriskIsToldNotToSend(t *testing.T) {
	handled := func(a *callback.Account) { a.MessageLeft = callback.MessageHandled }
	filtered := func(w *world) (types []string) {
		client, err := ari.New(w.asterisk.Options("observer"))
		require.NoError(t, err)
		app, err := client.Application(context.Background(), "callbackd")
		require.NoError(t, err)
		for _, f := range app.EventsDisallowed {
			types = append(types, f.Type)
		}
		return types
	}
	edit := func(w *world, change ...func(*callback.Account)) {
		account := exampleAccount()
		for _, f := range change {
			f(account)
		}
		w.rules.Replace(callback.NewRulebook(account))
		w.exchange.RulesChanged(context.Background())
		w.after(100 * time.Millisecond)
	}
	inWorld(t, func(w *world) {
		w.after(time.Second)
		require.NotContains(t, filtered(w), "ChannelVarset")
		edit(w)
		require.Contains(t, filtered(w), "ChannelVarset")
		require.Contains(t, filtered(w), "ChannelHold")
		edit(w, handled)
		require.NotContains(t, filtered(w), "ChannelVarset")
		require.Zero(t, w.meter.of("gap"), "without a new connection")

		edit(w, handled, func(a *callback.Account) { // of another PBX
			region := a.Regions["sweden"]
			region.PBX = "pbx2"
			a.Regions = map[string]callback.Region{"sweden": region}
		})
		require.Contains(t, filtered(w), "ChannelVarset")

		w.asterisk.Fault(aritest.Fault{On: "PUT *eventFilter", Times: 1, Status: 500, Message: "busy"})
		edit(w, handled)
		w.after(5 * time.Second)
		require.NotContains(t, filtered(w), "ChannelVarset", "the next connection has what this one couldn't get")
		w.asterisk.Cut("callbackd")
		w.after(5 * time.Second)
		require.NotContains(t, filtered(w), "ChannelVarset")
	}, handled)
}
