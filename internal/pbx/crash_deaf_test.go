package pbx_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/pbx"
)

// Who takes the events may be held up, and then doesn't hear either that the
// connection was lost. The heartbeat doesn't depend on that: without it nobody
// is called.
func TestNotReadyWithoutAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "")
		o := w.asterisk.Options("callbackd")
		heldUp := make(chan struct{})
		presence := callback.NewPresence(w.rules)
		presence.Observe(func(string, bool) { <-heldUp })
		exchange, err := pbx.New(pbx.Options{
			Name: w.pbxName, URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext,
			Rules: w.rules, Sounds: library{}, Log: zerolog.Nop(),
			Presence: presence,
			Take:     func(context.Context, callback.Finding) error { return nil },
			Changed:  func() {},
		})
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = exchange.Run(ctx, nothingToReconcile{})
		}()
		synctest.Wait()
		_, err = exchange.Ready()
		require.NoError(t, err)

		w.enters(customer)
		synctest.Wait()
		w.asterisk.Stop()
		w.after(time.Second)
		_, err = exchange.Ready()
		require.ErrorContains(t, err, "heartbeat")

		stop()
		close(heldUp)
		<-ended
	})
}

type nothingToReconcile struct{}

func (nothingToReconcile) Reconcile(context.Context, string, func(callback.Names) callback.Standing) ([]callback.Attempt, error) {
	return nil, nil
}
