package callback

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// silence is the time that legs may outlive everything planned, should
// callbackd be gone.
const silence = 30 * time.Second

const (
	// PromptLimit is the longest prompt.
	PromptLimit = time.Minute
	// MaxCall is the longest conversation.
	MaxCall = 4 * time.Hour
)

// ending is how an attempt ends, before it is committed.
type ending struct {
	result     Result
	reason     string
	end        LegEnd
	trunkFault bool
	recorded   bool
}

// script is an attempt from its first leg to its last, in the order in which it
// happens. Each step is committed before, not after, Asterisk is asked for what
// can't be taken back. It starts where the attempt stands: at the beginning, or
// after a gap with a customer who rings or talks. A nil ending with an error
// means that the attempt isn't over, but out of our sight.
//
// ctx lives until a gap or the end of the program, early until the attempt is
// withdrawn, which it can be for as long as the customer isn't called, and
// x.apart until it is severed, which it can be until both are brought together.
func (x *execution) script(ctx, early context.Context) (*ending, error) {
	if err := x.bringTogether(ctx, early); err != nil {
		return x.failed(err)
	}
	err := x.call.Converse(ctx, MaxCall)
	if gone := outOfSight(ctx, err); gone != nil {
		return nil, gone
	}
	return &ending{result: ResultConnected}, nil
}

// bringTogether leads from where the attempt stands to a conversation.
func (x *execution) bringTogether(ctx, early context.Context) error {
	switch x.attempt.State {
	case AttemptAgent:
		if err := x.bringAgent(ctx, early); err != nil {
			return err
		}
		if err := x.bringCustomer(ctx); err != nil {
			return err
		}
	case AttemptCustomer:
		if !x.standing.CustomerUp {
			if err := x.call.AwaitCustomer(x.apart, x.attempt.Settings.WaitForCustomer); err != nil {
				return err
			}
		}
	default: // they talk already
		return nil
	}
	if !x.standing.Bridged {
		// From here on they may hear each other, and aren't parted.
		if x.apart.Err() != nil {
			return context.Cause(x.apart)
		}
		if err := x.call.Connect(ctx, MaxCall); err != nil {
			return err
		}
	}
	// They hear each other: a database in trouble is no reason to part them, and
	// the end of the attempt will say that they talked.
	if err := x.commit(ctx, AttemptBridge, func(a *Attempt) { a.Bridged = time.Now() }); err != nil {
		x.dialer.log.Error().Err(err).Msg("a conversation goes on though its beginning could not be stored")
	}
	return nil
}

// bringAgent leads to an agent who has heard the prompt and hears ringing.
func (x *execution) bringAgent(ctx, early context.Context) error {
	agent, err := x.call.RingAgent(early, x.agentLeg())
	if err != nil {
		return err
	}
	if err := x.commit(ctx, AttemptAgentAnswered, func(a *Attempt) { a.Agent, a.AgentAnswered = agent, time.Now() }); err != nil {
		return err
	}
	if err := x.call.Prepare(early); err != nil {
		return err
	}
	if prompt := x.attempt.Settings.AgentPrompt; prompt != "" {
		if err := x.call.Prompt(early, prompt, PromptLimit); err != nil {
			return err
		}
	}
	return x.call.RingTone(early, x.region.ToneZone)
}

// bringCustomer leads to a customer who has answered. It dials on a fresh
// heartbeat only: minutes may have passed since the claim.
func (x *execution) bringCustomer(ctx context.Context) error {
	leg, err := x.customerLeg()
	if err != nil {
		return err
	}
	if _, err := x.exchange.Ready(); err != nil {
		return err
	}
	if err := x.commit(ctx, AttemptSendCustomer, func(a *Attempt) { a.CustomerSent = time.Now() }); err != nil {
		return err
	}
	// From here the attempt counts, whatever happens.
	return x.call.RingCustomer(x.apart, leg)
}

// failed makes an ending of the error of a step.
func (x *execution) failed(err error) (*ending, error) {
	if gone := outOfSight(x.lifetime, err); gone != nil {
		return nil, gone
	}
	if errors.Is(err, ErrGaveWay) {
		if x.attempt.State.CustomerSent() {
			return &ending{result: ResultInterrupted, reason: err.Error()}, nil
		}
		return &ending{result: ResultSuperseded, reason: err.Error()}, nil
	}
	var ended *LegEnded
	if !errors.As(err, &ended) {
		return &ending{result: ResultInterrupted, reason: err.Error()}, nil
	}
	e := &ending{end: ended.End, reason: ended.Error()}
	switch {
	case x.attempt.State == AttemptAgent:
		e.result = ClassifyAgent(ended.End, ended.Refused)
	case ended.Leg == LegAgent:
		e.result = ResultAgentHungUp
	default:
		e.result, e.trunkFault = ClassifyCustomer(ended.End)
	}
	return e, nil
}

// outOfSight returns err if it says that callbackd can't see or steer the
// attempt any more: reconciliation will.
func outOfSight(ctx context.Context, err error) error {
	if errors.Is(err, ErrGap) {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func (x *execution) agentLeg() AgentLeg {
	s := x.attempt.Settings
	leg := AgentLeg{
		Target: s.Target, Number: x.attempt.Number, Formats: x.region.Formats,
		Patience: x.pace.agentWait(),
	}
	leg.Fuse = leg.Patience + PromptLimit + s.WaitForCustomer + silence
	return leg
}

func (x *execution) customerLeg() (CustomerLeg, error) {
	s := x.attempt.Settings
	dial, err := x.region.DialString(x.attempt.Number, x.country)
	if err != nil {
		return CustomerLeg{}, fmt.Errorf("customer leg: %w", err)
	}
	return CustomerLeg{
		DialString: dial, CallerID: s.CallerID,
		Patience: s.WaitForCustomer, Fuse: s.WaitForCustomer + silence,
	}, nil
}
