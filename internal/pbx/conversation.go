package pbx

import (
	"context"
	"errors"
	"slices"
	"time"

	"callbackd/callback"
)

// Connect implements callback.Call. The tone is stopped first: addChannel would
// wait for its end. addChannel's answer is no proof that they hear each other,
// and its failure none that they don't: the events are.
func (c *call) Connect(ctx context.Context, limit time.Duration) (recorded bool, err error) {
	if err := c.back(ctx, callback.ListenLimit); err != nil {
		return false, err
	}
	if err := c.now(c.leftBy(callback.LegCustomer)); err != nil {
		return false, err
	}
	if err := c.silence(ctx); err != nil {
		return false, err
	}
	c.record(ctx)
	if err := c.join(ctx); err != nil {
		return false, err
	}
	c.renewFuses(ctx, limit)
	return len(c.recording) > 0 && c.is(func(f *facts) bool { return f.recording.left() }), nil
}

const (
	// joinTry is how long one request to bring both together may take.
	joinTry = time.Second
	// joinMoment is a hundred times what it takes until events say that they are.
	joinMoment = 200 * time.Millisecond
)

// join brings both into the bridge. It insists, because both are in silence: to add who
// is there already changes nothing.
func (c *call) join(ctx context.Context) error {
	for began := time.Now(); ; {
		short, cancel := context.WithTimeout(ctx, joinTry)
		err := c.exchange.client.AddChannels(short, c.names.Bridge, c.names.AgentChannel, c.names.CustomerChannel)
		cancel()
		if refusal(err) {
			return c.endedMeanwhile(ctx, err)
		}
		err = c.await(ctx, joinMoment, func(f *facts) (bool, error) {
			// Who was there has talked, though the reply came when it was over.
			if f.inBridge[c.names.AgentChannel] && f.inBridge[c.names.CustomerChannel] {
				return true, nil
			}
			return false, f.legEnded()
		})
		switch {
		case !errors.Is(err, errTooLong):
			return err
		case time.Since(began) < slack:
		case c.together(ctx):
			return nil
		default:
			return err
		}
	}
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

// Converse implements callback.Call.
func (c *call) Converse(ctx context.Context, limit time.Duration) error {
	end := time.Now().Add(limit + slack)
	// The fuses were set for the time until the conversation: it goes on only
	// if they are renewed, so this doesn't give up.
	for pause := time.Second; !c.renewFuses(ctx, limit); pause = min(2*pause, 5*time.Second) {
		if err := c.awaitEnd(ctx, pause); !errors.Is(err, errTooLong) {
			return err
		}
	}
	return c.awaitEnd(ctx, time.Until(end))
}

// awaitEnd waits until one side has gone. A customer who was sent into the dialplan by a
// request that took effect late, after a gap, is brought back as soon as possible.
func (c *call) awaitEnd(ctx context.Context, limit time.Duration) error {
	end := time.Now().Add(limit)
	for {
		var astray bool
		err := c.await(ctx, time.Until(end), func(f *facts) (bool, error) {
			if f.agentGone != nil || f.custGone != nil {
				return true, nil
			}
			astray, f.astray = f.astray, false
			return astray, nil
		})
		if err != nil || !astray {
			return err
		}
		if err := c.exchange.client.AddChannels(ctx, c.names.Bridge, c.names.CustomerChannel); err != nil {
			c.exchange.o.Log.Warn().Err(err).Msg("a customer who was sent into the dialplan could not be brought back")
		}
	}
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
