package callback

import "time"

// A CallEvent is what the detector needs to know of one thing that happened to
// a call in Asterisk: one of the types below. At is Asterisk's own time.
type CallEvent interface{ When() time.Time }

// CallChannel is a channel as an event shows it.
type CallChannel struct {
	ID      string // unique id
	Name    string // "PJSIP/pstn-00000005", "Local/600@queues-00000001;2"
	State   string // "Ring": inbound, before the answer; "Down": a leg that is dialled
	Caller  string // caller's number, as delivered
	Exten   string // dialled number, as delivered, while the channel is new
	Context string
	App     string // dialplan application that it runs
	AppData string
}

// ChannelCreated says that a channel exists from now on.
type ChannelCreated struct {
	At      time.Time
	Channel CallChannel
}

// DialplanReached says that the channel begins to run an application. App and
// Data are the event's own, not those of the channel's snapshot.
type DialplanReached struct {
	At        time.Time
	Channel   CallChannel
	App, Data string
}

// DialSeen says that Caller's Queue() or Dial() rings Peer, or stopped to.
type DialSeen struct {
	At        time.Time
	Caller    *CallChannel // nil in some transfers
	Peer      CallChannel
	Status    string // "" begins, RINGING, ANSWER, BUSY, NOANSWER, CANCEL, …
	Dialled   string // the dial string, at the beginning only: "+46701234567@pstn"
	Forwarded bool   // the phone sent the call on (302)
}

// VariableSet says that the dialplan, or a program on its behalf, gave a channel variable
// a value: one of VariableMissed (UserEvent(CallbackdMissed) sets it too),
// VariableMessageFile and VariableVoicemail.
type VariableSet struct {
	At          time.Time
	Channel     CallChannel
	Name, Value string
}

// HangupRequested says that the end of the channel has begun; what its dialplan
// does from here (h extension, hangup handlers) reaches nobody.
type HangupRequested struct {
	At      time.Time
	Channel CallChannel
}

// BridgeEntered says who hears whom: Members is who is in the bridge now.
type BridgeEntered struct {
	At      time.Time
	Bridge  string
	Holding bool // a parking lot or waiting room: nobody hears anybody
	Channel CallChannel
	Members []string
}

// BridgeLeft says that the channel is no longer in the bridge. Members is who still is.
type BridgeLeft struct {
	At      time.Time
	Bridge  string
	Holding bool
	Channel CallChannel
	Members []string
}

// ChannelDestroyed says that the channel is gone.
type ChannelDestroyed struct {
	At      time.Time
	Channel CallChannel
}

// When is Asterisk's time of the event.
func (e ChannelCreated) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e DialplanReached) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e DialSeen) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e VariableSet) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e HangupRequested) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e BridgeEntered) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e BridgeLeft) When() time.Time { return e.At }

// When is Asterisk's time of the event.
func (e ChannelDestroyed) When() time.Time { return e.At }
