package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// stasis is the application of the dialplan that a channel is in which callbackd holds.
const stasis = "Stasis"

// Listen implements callback.Call: AMD() listens, in callbackd's dialplan.
func (c *call) Listen(ctx context.Context) (machine bool, err error) {
	err = c.send(ctx, amdContext)
	if err == nil {
		err = c.back(ctx, callback.ListenLimit)
	}
	switch {
	case err == nil:
		c.mu.Lock()
		defer c.mu.Unlock()
		return saysMachine(c.facts.said), nil
	case errors.Is(err, errTooLong):
		return false, nil
	case refusal(err), ari.NotSent(err):
		return false, c.goOn(ctx, "voicemail_failed", err)
	}
	return false, err
}

// saysMachine reads what callbackd-amd sends back: "amd", AMDSTATUS, AMDCAUSE. Only a
// long greeting is a machine's. AMD() also says so of people who say nothing, and isn't
// sure of bad lines.
func saysMachine(said []string) bool {
	if len(said) < 3 || said[1] != "MACHINE" {
		return false
	}
	cause, _, _ := strings.Cut(said[2], "-")
	return cause == "LONGGREETING" || cause == "MAXWORDS"
}

// LeaveMessage implements callback.Call.
func (c *call) LeaveMessage(ctx context.Context, message callback.Sound) error {
	c.set(func(f *facts) { f.alone = true })
	if gone(c.exchange.client.Hangup(ctx, c.names.AgentChannel, ari.HangupNormal)) != nil {
		c.exchange.sweeper.channel(c.lifetime, c.names.AgentChannel)
	}
	if err := c.send(ctx, messageContext); err != nil {
		return err
	}
	if err := c.back(ctx, callback.BeepLimit); err != nil {
		return err
	}
	err := c.play(ctx, hearing{leg: callback.LegCustomer, id: playback("message", c.names.Bridge), sound: message})
	if unheard := new(unheard); errors.As(err, &unheard) {
		c.exchange.alarm(unheard.alarm, unheard.why)
	}
	return err
}

// send sends the customer's leg into a context of callbackd's dialplan, which sends it
// back. If the reply is lost it may be there.
func (c *call) send(ctx context.Context, to string) error {
	c.set(func(f *facts) { f.inDialplan, f.said = true, nil })
	err := c.exchange.client.Continue(ctx, c.names.CustomerChannel, ari.Extension{Context: to, Exten: "s", Priority: 1})
	if refusal(err) || ari.NotSent(err) {
		c.set(func(f *facts) { f.inDialplan = false })
		return err
	}
	return nil
}

// back waits until the customer's leg is back from the dialplan.
func (c *call) back(ctx context.Context, limit time.Duration) error {
	left := c.leftBy(callback.LegCustomer)
	err := c.await(ctx, limit, func(f *facts) (bool, error) {
		if !f.inDialplan {
			return true, nil
		}
		return false, left(f)
	})
	if !errors.Is(err, errTooLong) {
		return err
	}
	// Its event may be lost, or it never went.
	channel, seen := c.exchange.client.Channel(ctx, c.names.CustomerChannel)
	if seen == nil && channel.Dialplan.AppName == stasis {
		c.set(func(f *facts) { f.inDialplan = false })
		return nil
	}
	return fmt.Errorf("the customer's leg isn't back from the dialplan: %w", errTooLong)
}
