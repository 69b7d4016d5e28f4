package pbx

import (
	"context"
	"sync"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// Close implements callback.Call. A leg that appears from here on belongs to
// nobody and is refused; what can't be removed now is swept.
func (c *call) Close(ctx context.Context) (found callback.RecordingFound, err error) {
	x := c.exchange
	x.release(c, c.files()...)
	defer x.release(c)
	defer x.gate.legs.drop(c.names.AgentChannel)
	var legs sync.WaitGroup
	for _, id := range append([]string{c.names.CustomerChannel, c.names.AgentChannel}, c.snoops()...) {
		legs.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, releaseTry)
			defer cancel()
			if gone(x.client.Hangup(ctx, id, ari.HangupNormal)) != nil {
				x.sweeper.channel(c.lifetime, id)
			}
		})
	}
	legs.Wait()
	found, err = c.verifyRecording(ctx)
	if gone(x.client.DestroyBridge(ctx, c.names.Bridge)) != nil {
		x.sweeper.bridge(c.lifetime, c.names.Bridge)
	}
	return found, err
}

// releaseTry is how long an attempt's end waits for a leg's.
const releaseTry = 2 * time.Second
