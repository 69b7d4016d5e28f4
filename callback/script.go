package callback

import (
	"context"
	"errors"
	"time"
)

const (
	// SoundLimit is how long a sound plays at most.
	SoundLimit = time.Minute
	// MaxCall is the longest conversation where a rule says nothing else.
	MaxCall = 4 * time.Hour
	// ListenLimit is how long it may take to tell a machine from a person.
	ListenLimit = 8 * time.Second
	// BeepLimit is how long a machine may talk before a message is left.
	BeepLimit = 35 * time.Second
	// speakLimit is how long an attempt waits for its announcement to be spoken.
	speakLimit = 3 * time.Second
	// farewellLimit is how long a customer hears that nobody will call again.
	farewellLimit = 10 * time.Second
)

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
	err := x.bringTogether(ctx, early)
	if errors.Is(err, ErrStopKey) {
		return x.dismiss(ctx)
	}
	if err != nil {
		return x.failed(err)
	}
	return x.converse(ctx)
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
	recorded := x.standing.Bridged
	if !x.standing.Bridged {
		if err := x.receiveCustomer(); err != nil {
			return err
		}
		// From here on they may hear each other, and aren't parted.
		if x.apart.Err() != nil {
			return context.Cause(x.apart)
		}
		var err error
		if recorded, err = x.call.Connect(ctx, x.attempt.Settings.maxCall()); err != nil {
			return err
		}
	}
	// They hear each other: a database in trouble is no reason to part them, and
	// the end of the attempt will say that they talked.
	if err := x.commit(ctx, AttemptBridge, func(a *Attempt) {
		a.Bridged = time.Now()
		if !recorded {
			a.Names.Recording = "" // nobody looks for it, also after a gap
		}
	}); err != nil {
		x.dialer.log.Error().Err(err).Msg("a conversation goes on though its beginning could not be stored")
	}
	return nil
}

// bringAgent leads to an agent who knows what it is about, takes it, and hears
// ringing.
func (x *execution) bringAgent(ctx, early context.Context) error {
	s := x.attempt.Settings
	told := s.toldAgent(x.announcement(early))
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
	if err := x.tell(early, LegAgent, told, s.AgentAccept); err != nil {
		return err
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

// receiveCustomer leads from the customer's answer to a person who knows that the
// conversation is recorded, and wants it. What was heard before a gap is said again:
// twice is better than not at all. Only the machine isn't listened for again, because
// its greeting is over by now.
func (x *execution) receiveCustomer() error {
	s := x.attempt.Settings
	if s.Voicemail.Listens() && !x.standing.CustomerUp {
		if err := x.passMachine(s.Voicemail); err != nil {
			return err
		}
	}
	if s.Recording != nil && !s.Recording.Notice.IsZero() {
		if err := x.call.Notice(x.apart, s.Recording.Notice); err != nil {
			return err
		}
	}
	return x.tell(x.apart, LegCustomer, s.toldCustomer(), s.CustomerAccept)
}

// passMachine ends the attempt where a machine has answered.
func (x *execution) passMachine(v Voicemail) error {
	machine, err := x.call.Listen(x.apart)
	if err != nil || !machine {
		return err
	}
	if v.Action == VoicemailHangUp {
		return &machineAnswered{}
	}
	err = x.call.LeaveMessage(x.apart, v.Message)
	if errors.Is(err, ErrStopKey) || errors.Is(err, ErrGaveWay) {
		return err
	}
	return &machineAnswered{left: err == nil, trouble: err}
}

func (x *execution) tell(ctx context.Context, leg Leg, sounds []Sound, accept *Accept) error {
	if len(sounds) == 0 && accept == nil {
		return nil
	}
	return x.call.Tell(ctx, leg, sounds, accept)
}

// converse lasts as long as the conversation. A customer who presses the stop key
// in it isn't cut off.
func (x *execution) converse(ctx context.Context) (*ending, error) {
	err := x.call.Converse(ctx, x.attempt.talkLeft(time.Now()))
	if gone := outOfSight(ctx, err); gone != nil {
		return nil, gone
	}
	return &ending{result: ResultConnected}, nil
}

// dismiss takes leave of a customer who wants no further calls. That there won't be
// any is said when it is stored.
func (x *execution) dismiss(ctx context.Context) (*ending, error) {
	short, cancel := context.WithTimeout(x.apart, farewellLimit)
	defer cancel()
	var err error
	select {
	case <-x.heeded:
		err = x.call.Tell(short, LegCustomer, []Sound{{Play: StopSound}}, nil)
	case <-short.Done():
	}
	if gone := outOfSight(ctx, err); gone != nil {
		return nil, gone
	}
	return &ending{result: ResultCustomerRejected, reason: "the customer pressed " + x.attempt.Settings.StopKey}, nil
}
