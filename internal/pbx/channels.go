package pbx

import (
	"context"
	"time"

	"callbackd/callback"
)

// sweepEvery is how often Asterisk is asked which channels it has. Events are
// never lost without a gap that says so, unless Asterisk itself drops them.
const sweepEvery = 15 * time.Minute

// forgetEnded has the detector forget the channels that ended without its
// knowledge, until ctx ends.
func (x *Exchange) forgetEnded(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if lifetime := x.currentLifetime(); lifetime != nil {
				x.sweepDetector(lifetime)
			}
		}
	}
}

// sweepDetector tells the detector what Asterisk has. A list that is older than a call, or
// than a reconnect, does no harm: the detector believes two of them.
func (x *Exchange) sweepDetector(lifetime context.Context) {
	channels, err := x.client.Channels(lifetime)
	if err != nil {
		x.o.Log.Debug().Err(err).Msg("the channels could not be listed; next time")
		return
	}
	listed := make(map[string]bool, len(channels))
	for _, c := range channels {
		listed[c.ID] = true
	}
	x.detect(func() []callback.Finding {
		before := x.detector.Channels()
		findings := x.detector.Sweep(listed, time.Now())
		if gone := before - x.detector.Channels(); gone > 0 {
			x.o.Meter.Forgot(x.o.Name, gone)
			x.o.Log.Warn().Int("channels", gone).Msg("channels had ended without an event")
		}
		return findings
	})
}

// Channels is how many channels of Asterisk the detector remembers.
func (x *Exchange) Channels() int {
	x.detecting.Lock()
	defer x.detecting.Unlock()
	return x.detector.Channels()
}
