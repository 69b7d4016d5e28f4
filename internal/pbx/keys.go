package pbx

import (
	"context"
	"errors"
	"strings"

	"callbackd/callback"
)

// pressed hears of a key on a channel; keys of the phones behind an agent's leg come a
// second time, on the leg itself. The stream's goroutine calls it.
func (c *call) pressed(channel, key string) {
	if channel != c.names.AgentChannel && channel != c.names.CustomerChannel {
		return
	}
	c.set(func(f *facts) {
		f.keys[channel] += key
		if channel == c.names.CustomerChannel && key == c.stopKey && !c.stopKeyPressed() {
			close(c.stopped)
		}
	})
}

// StopKey implements callback.Call.
func (c *call) StopKey() <-chan struct{} { return c.stopped }

func (c *call) stopKeyPressed() bool {
	select {
	case <-c.stopped:
		return true
	default:
		return false
	}
}

// unwelcome answers callback.ErrStopKey to the first step that asks after the customer
// has pressed the stop key.
func (c *call) unwelcome(f *facts) error {
	if f.stopTold || !c.stopKeyPressed() {
		return nil
	}
	f.stopTold = true
	return callback.ErrStopKey
}

// leftBy is why a step ends that one side hears: the customer wants no calls, that side
// is gone, or both aren't wanted any more. Who has pressed the stop key hasn't just
// hung up.
func (c *call) leftBy(leg callback.Leg) func(*facts) error {
	if leg == callback.LegAgent {
		return (*facts).agentEnded
	}
	return func(f *facts) error {
		if err := c.unwelcome(f); err != nil {
			return err
		}
		return f.legEnded()
	}
}

func (c *call) channelOf(leg callback.Leg) string {
	if leg == callback.LegAgent {
		return c.names.AgentChannel
	}
	return c.names.CustomerChannel
}

// Tell implements callback.Call.
func (c *call) Tell(ctx context.Context, leg callback.Leg, sounds []callback.Sound, accept *callback.Accept) error {
	accepted := func(f *facts) bool {
		return accept != nil && strings.Contains(f.keys[c.channelOf(leg)], accept.Key)
	}
	for _, sound := range sounds {
		c.tellings[leg]++
		err := c.play(ctx, hearing{leg: leg, id: c.told(leg, c.tellings[leg]), sound: sound, cut: accepted})
		if unheard := new(unheard); errors.As(err, &unheard) {
			c.exchange.alarm(unheard.alarm, unheard.why)
		} else if err != nil {
			return err
		}
	}
	if accept == nil {
		return nil
	}
	left := c.leftBy(leg)
	err := c.await(ctx, accept.Within, func(f *facts) (bool, error) {
		if err := left(f); err != nil {
			return false, err
		}
		return accepted(f), nil
	})
	if errors.Is(err, errTooLong) {
		return &callback.NotAccepted{Leg: leg, Key: accept.Key}
	}
	return err
}
