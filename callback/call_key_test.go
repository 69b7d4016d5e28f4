package callback_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// A caller asks for a callback in a call whose end nobody hears of; the PBX is back days
// later, and its logs tell of it: that is no second promise, though programs' keys of that
// time are forgotten.
func TestACallIsRememberedForLong(t *testing.T) {
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		desk := callback.NewDesk(w.store, w.rules)
		lost := call("1", fromLogs)
		key := callback.CallKey{PBX: lost.PBX, ID: lost.CallID}
		support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
		_, err := desk.Ask(context.Background(), callback.Request{
			Account: "acme", Number: lost.Caller, Via: callback.ViaIVR, By: callback.ByCaller, Target: support, Call: key, Key: key.String(),
		})
		require.NoError(t, err)
		time.Sleep(3 * 24 * time.Hour)
		_, err = desk.Ask(context.Background(), callback.Request{Account: "acme", Number: "+46702222222", Via: callback.ViaAPI, By: "admin", Key: "k", Target: support})
		require.NoError(t, err)
		intake := callback.NewIntake(w.store, w.rules, func(callback.MissedCall) {})
		require.NoError(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{lost}, []byte(`{"at":7}`)))
		synctest.Wait()
		require.Len(t, w.missed(), 1)
		require.Equal(t, callback.ReasonCallbackAsked, w.missed()[0].Reason)
	})
}
