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

// slack is what Asterisk's own limits may be late before ours end a wait.
const slack = 5 * time.Second

// RingAgent implements callback.Call.
func (c *call) RingAgent(ctx context.Context, leg callback.AgentLeg) (agent string, err error) {
	context, variables := agentContext, map[string]string{"TIMEOUT(absolute)": fuse(leg.Fuse)}
	if leg.Target.Kind != callback.TargetQueue {
		if len(leg.Phones) == 0 {
			return "", fmt.Errorf("agent leg: %s has no phone", leg.Target)
		}
		phones, err := c.ringable(ctx, leg.Phones)
		if err != nil {
			return "", err
		}
		context, variables["CALLBACKD_PHONES"] = phonesContext, strings.Join(phones, "&")
	}
	c.formats = leg.Formats
	if err := c.now((*facts).gaveWayToLive); err != nil {
		return "", err
	}
	c.exchange.gate.legs.send(c.names.AgentChannel)
	err = c.originate(ctx, ari.OriginateRequest{
		ID:        c.names.AgentChannel,
		Endpoint:  "Local/" + leg.Target.Name + "@" + context + "/n",
		AppArgs:   "agent",
		CallerID:  fmt.Sprintf(`"Callback %s" <%s>`, leg.Number, leg.Number),
		Timeout:   leg.Patience,
		Formats:   []string{leg.Formats},
		Variables: variables,
	})
	if err != nil {
		return "", err
	}
	err = c.await(ctx, leg.Patience+slack, func(f *facts) (bool, error) {
		switch {
		case f.agentUp:
			agent = f.agent
			return true, nil
		case f.gaveWay:
			return false, f.gaveWayToLive()
		case f.phones.again:
			return false, f.agentFailed(callback.LegEnd{})
		}
		return false, f.agentEnded()
	})
	if errors.Is(err, errTooLong) {
		c.mu.Lock()
		defer c.mu.Unlock()
		err = c.facts.agentFailed(callback.LegEnd{TimedOut: true})
	}
	return agent, err
}

// originate sends a leg. If the reply is lost it looks whether the leg exists:
// then all is well, and the events will say the rest.
func (c *call) originate(ctx context.Context, request ari.OriginateRequest) error {
	_, err := c.exchange.client.Originate(ctx, request)
	if err == nil || refusal(err) || ari.NotSent(err) || ctx.Err() != nil {
		return seen(ctx, err)
	}
	if _, absent := c.exchange.client.Channel(ctx, request.ID); absent != nil {
		return seen(ctx, err)
	}
	return nil
}

// Prepare implements callback.Call.
func (c *call) Prepare(ctx context.Context) error {
	create := c.exchange.client.CreateBridge
	if !c.fits(ctx) {
		create = c.exchange.client.CreateMixer
	}
	_, err := create(ctx, c.names.Bridge, c.names.Bridge)
	if err != nil && !refusal(err) && ctx.Err() == nil {
		// A reply that is lost: a second request finds the bridge there.
		_, err = create(ctx, c.names.Bridge, c.names.Bridge)
		if errors.Is(err, ari.ErrConflict) {
			return nil
		}
	}
	if err != nil {
		return c.endedMeanwhile(ctx, err)
	}
	return nil
}

// RingTone implements callback.Call. A hang-up ends a playback too, before it
// ends the channel: so it looks whether the agent is there, and is staying.
func (c *call) RingTone(ctx context.Context, zone string) error {
	tone := "tone:ring"
	if zone != "" {
		tone += ";tonezone=" + zone
	}
	c.set(func(f *facts) { f.tone = true })
	if _, err := c.exchange.client.Play(ctx, c.names.AgentChannel, playback("tone", c.names.Bridge), tone); err != nil {
		if err := c.goOn(ctx, "ring_tone_failed", err); err != nil {
			return err
		}
	}
	_, err := c.exchange.client.Channel(ctx, c.names.AgentChannel)
	lost := errors.Is(err, ari.ErrNotFound)
	if err != nil && !lost {
		return seen(ctx, err)
	}
	return c.await(ctx, slack, func(f *facts) (bool, error) {
		if err := f.agentEnded(); err != nil {
			return false, err
		}
		return !lost && !f.ends[c.names.AgentChannel], nil
	})
}

// RingCustomer implements callback.Call.
func (c *call) RingCustomer(ctx context.Context, leg callback.CustomerLeg) error {
	request := ari.OriginateRequest{
		ID:        c.names.CustomerChannel,
		Endpoint:  leg.DialString,
		AppArgs:   "customer",
		Timeout:   leg.Patience,
		Variables: map[string]string{"TIMEOUT(absolute)": fuse(leg.Fuse)},
	}
	if leg.Listens {
		request.Variables["CALLBACKD_APPLICATION"] = c.exchange.o.Application
	}
	if leg.CallerID != "" {
		// The originator gives the leg its linkedid, and whatever of the caller
		// ID isn't said here: without a name the customer would see the agent's.
		request.CallerID, request.Originator = fmt.Sprintf("%q <%s>", leg.CallerID, leg.CallerID), c.names.AgentChannel
	}
	err := c.originate(ctx, request)
	if err == nil {
		return c.AwaitCustomer(ctx, leg.Patience)
	}
	if !refusal(err) && !errors.Is(err, ari.ErrAllocation) && !ari.NotSent(err) {
		return withoutNumber(err)
	}
	// Asterisk refuses a leg whose originator is gone, too.
	if ended := c.endedMeanwhile(ctx, err); !errors.Is(ended, err) {
		return ended
	}
	c.exchange.alarm("customer_leg_failed", withoutNumber(err))
	return &callback.LegEnded{Leg: callback.LegCustomer, End: callback.LegEnd{NotSent: true}}
}

// AwaitCustomer implements callback.Call.
func (c *call) AwaitCustomer(ctx context.Context, patience time.Duration) error {
	err := c.await(ctx, patience+slack, func(f *facts) (bool, error) { return f.customerUp, f.legEnded() })
	if errors.Is(err, errTooLong) {
		return &callback.LegEnded{Leg: callback.LegCustomer, End: callback.LegEnd{TimedOut: true}}
	}
	return err
}
