package pbx

import (
	"context"
	"errors"
	"slices"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// Connect implements callback.Call. The tone is stopped first: addChannel would
// wait for its end. addChannel's answer is no proof that they hear each other,
// and its failure none that they don't: the events are.
func (c *call) Connect(ctx context.Context, limit time.Duration) error {
	if err := c.silence(ctx); err != nil {
		return err
	}
	c.record(ctx)
	err := c.exchange.client.AddChannels(ctx, c.names.Bridge, c.names.AgentChannel, c.names.CustomerChannel)
	if refusal(err) {
		return c.endedMeanwhile(ctx, err)
	}
	err = c.await(ctx, slack, func(f *facts) (bool, error) {
		// Who was there has talked, though the reply came when it was over.
		if f.inBridge[c.names.AgentChannel] && f.inBridge[c.names.CustomerChannel] {
			return true, nil
		}
		return false, f.legEnded()
	})
	if errors.Is(err, errTooLong) && c.together(ctx) {
		err = nil
	}
	if err != nil {
		return err
	}
	c.renewFuses(ctx, limit)
	return nil
}

// together asks Asterisk whether both are in the bridge. A connection that has
// fallen silent takes a second longer to be noticed than people take to be
// brought together: for want of an event nobody is parted.
func (c *call) together(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	bridge, err := c.exchange.client.Bridge(ctx, c.names.Bridge)
	if err != nil || !slices.Contains(bridge.Channels, c.names.AgentChannel) || !slices.Contains(bridge.Channels, c.names.CustomerChannel) {
		return false
	}
	c.set(func(f *facts) { f.inBridge[c.names.AgentChannel], f.inBridge[c.names.CustomerChannel] = true, true })
	return true
}

// silence ends the ring tone that the agent hears. It insists: while the tone
// plays, nobody can be connected.
func (c *call) silence(ctx context.Context) error {
	c.mu.Lock()
	tone := c.facts.tone
	c.mu.Unlock()
	if !tone {
		return nil
	}
	err := c.stop(ctx, playback("tone", c.names.Bridge))
	if err == nil {
		c.set(func(f *facts) { f.tone = false })
	}
	return err
}

// stop ends a playback, for sure.
func (c *call) stop(ctx context.Context, id string) error {
	for try := 1; ; try++ {
		short, cancel := context.WithTimeout(ctx, time.Second)
		err := gone(c.exchange.client.StopPlayback(short, id))
		cancel()
		if err == nil || ctx.Err() != nil || try == 5 {
			return seen(ctx, err)
		}
		err = c.await(ctx, 100*time.Millisecond, func(f *facts) (bool, error) { return false, f.legEnded() })
		if !errors.Is(err, errTooLong) {
			return err
		}
	}
}

// record starts the recording, on the bridge while it is empty and right before
// the legs come: started later it could silence the call, and Asterisk gives up
// a recording that hears nothing for its first four seconds. A recording that
// can't be started is an alarm; the call goes on.
func (c *call) record(ctx context.Context) {
	if c.names.Recording == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := c.startRecording(ctx)
	if errors.Is(err, ari.ErrConflict) {
		// It was started before a gap, when nobody was in the bridge, and may
		// have given up since.
		if err = c.dropRecording(ctx); err == nil {
			err = c.startRecording(ctx)
		}
	}
	if err != nil {
		if c.lifetime.Err() != nil {
			return
		}
		c.exchange.alarm("recording_failed", err)
		if answered(err) || ari.NotSent(err) {
			return
		}
	}
	c.set(func(f *facts) { f.recording = true })
}

func (c *call) startRecording(ctx context.Context) error {
	_, err := c.exchange.client.RecordBridge(ctx, c.names.Bridge, ari.RecordRequest{Name: c.names.Recording, Format: "wav"})
	return err
}

func (c *call) dropRecording(ctx context.Context) error {
	if err := gone(c.exchange.client.StopRecording(ctx, c.names.Recording)); err != nil {
		return err
	}
	return gone(c.exchange.client.DeleteStoredRecording(ctx, c.names.Recording))
}

// Converse implements callback.Call.
func (c *call) Converse(ctx context.Context, limit time.Duration) error {
	over := func(f *facts) (bool, error) { return f.agentGone != nil || f.custGone != nil, nil }
	end := time.Now().Add(limit + slack)
	// The fuses were set for the time until the conversation: it goes on only
	// if they are renewed, so this doesn't give up.
	for pause := time.Second; !c.renewFuses(ctx, limit); pause = min(2*pause, 5*time.Second) {
		if err := c.await(ctx, pause, over); !errors.Is(err, errTooLong) {
			return err
		}
	}
	return c.await(ctx, time.Until(end), over)
}

// renewFuses gives the conversation time, and reports whether both legs have it.
func (c *call) renewFuses(ctx context.Context, limit time.Duration) bool {
	c.mu.Lock()
	renewed := c.facts.renewed
	c.mu.Unlock()
	if renewed {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	for _, id := range []string{c.names.AgentChannel, c.names.CustomerChannel} {
		if err := gone(c.exchange.client.SetChannelVariable(ctx, id, "TIMEOUT(absolute)", fuse(limit))); err != nil {
			c.exchange.o.Log.Warn().Err(err).Str("channel", id).Msg("a conversation could not be given more time; trying again")
			return false
		}
	}
	c.set(func(f *facts) { f.renewed = true })
	return true
}

// endedMeanwhile explains a refused request by the end of a leg, if that is the
// reason: the event may come a moment after the refusal. Else it gives the
// refusal back.
func (c *call) endedMeanwhile(ctx context.Context, refused error) error {
	err := c.await(ctx, time.Second, func(f *facts) (bool, error) { return false, f.legEnded() })
	if errors.Is(err, errTooLong) {
		return refused
	}
	return err
}

// goOn makes an alarm of a failure that the attempt can do without; it answers
// nil unless a leg has ended.
func (c *call) goOn(ctx context.Context, alarm string, failure error) error {
	err := c.endedMeanwhile(ctx, failure)
	if errors.Is(err, failure) {
		c.exchange.alarm(alarm, failure)
		return nil
	}
	return err
}

// legEnded is the end of either leg, the customer's first.
func (f *facts) legEnded() error {
	if err := f.customerEnded(); err != nil {
		return err
	}
	return f.agentEnded()
}

var _ callback.Call = (*call)(nil)
