package callback

import (
	"fmt"
	"time"
)

// silence is the time that legs may outlive everything planned, should
// callbackd be gone.
const silence = 30 * time.Second

// agentLeg is how the agent is called. Until both talk it may last as long as all
// waits that are possible together.
func (x *execution) agentLeg() AgentLeg {
	s := x.attempt.Settings
	leg := AgentLeg{
		Target: s.Target, Phones: x.phones, Number: x.attempt.Number, Formats: x.region.Formats,
		Patience: x.pace.agentWait(),
	}
	leg.Fuse = leg.Patience + told(s.toldAgent(s.AgentAnnouncement), s.AgentAccept) + s.WaitForCustomer + s.receiving() + silence
	return leg
}

func (x *execution) customerLeg() (CustomerLeg, error) {
	s := x.attempt.Settings
	dial, err := x.region.DialString(x.attempt.Number, x.country)
	if err != nil {
		return CustomerLeg{}, fmt.Errorf("customer leg: %w", err)
	}
	fuse := s.WaitForCustomer + s.receiving() + silence
	if s.Voicemail.Action == VoicemailLeave {
		fuse += BeepLimit + SoundLimit
	}
	if s.StopKey != "" {
		fuse += farewellLimit
	}
	return CustomerLeg{
		DialString: dial, CallerID: s.CallerID, Listens: s.Voicemail.Listens(),
		Patience: s.WaitForCustomer, Fuse: fuse,
	}, nil
}

// receiving is how long it may take from the customer's answer to the conversation.
func (s Settings) receiving() (limit time.Duration) {
	if s.Voicemail.Listens() {
		limit += ListenLimit
	}
	if s.Recording != nil && !s.Recording.Notice.IsZero() {
		limit += SoundLimit
	}
	return limit + told(s.toldCustomer(), s.CustomerAccept)
}

// toldAgent is what an agent hears before the customer is called, with the
// announcement as it was spoken; nil: none.
func (s Settings) toldAgent(announcement *Speech) (list []Sound) {
	return heard(Sound{Play: s.AgentPrompt}, Sound{Say: announcement}, s.AgentAccept.ask())
}

// toldCustomer is what a customer hears beside the notice.
func (s Settings) toldCustomer() []Sound { return heard(s.CustomerAccept.ask()) }

func (a *Accept) ask() Sound {
	if a == nil {
		return Sound{}
	}
	return a.Ask
}

// heard leaves out what isn't there.
func heard(sounds ...Sound) (list []Sound) {
	for _, sound := range sounds {
		if !sound.IsZero() {
			list = append(list, sound)
		}
	}
	return list
}

// told is how long it may take to tell somebody sounds, and to get the key.
func told(sounds []Sound, accept *Accept) time.Duration {
	limit := time.Duration(len(sounds)) * SoundLimit
	if accept != nil {
		limit += accept.Within
	}
	return limit
}

// maxCall is the longest conversation.
func (s Settings) maxCall() time.Duration {
	if s.MaxCall == 0 {
		return MaxCall
	}
	return s.MaxCall
}

// shortestTalk is what a conversation is given at least: to Asterisk 0 is no limit.
const shortestTalk = 5 * time.Second

// talkLeft is how long the conversation may still last. It may have begun before a
// restart. One whose beginning isn't stored, or lies ahead of the clock, begins now.
func (a *Attempt) talkLeft(now time.Time) time.Duration {
	limit := a.Settings.maxCall()
	if a.Bridged.IsZero() || a.Bridged.After(now) {
		return limit
	}
	return max(shortestTalk, limit-now.Sub(a.Bridged))
}
