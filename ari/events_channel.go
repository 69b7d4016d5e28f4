package ari

// ChannelEvent is the common part of events about one channel.
type ChannelEvent struct {
	Header
	Channel Channel `json:"channel"`
}

// Refs gives the channel.
func (e *ChannelEvent) Refs() []Ref { return []Ref{e.Channel.ref()} }

// StasisStart says that a channel entered the application. For an originated channel this
// is the answer. It can come before the reply to the originate.
type StasisStart struct {
	ChannelEvent
	Args []string `json:"args"`
	// ReplaceChannel is the channel whose place this one takes, after a transfer.
	ReplaceChannel *Channel `json:"replace_channel"`
}

// Refs gives the channel, and the one it replaces.
func (e *StasisStart) Refs() []Ref { return withChannels(e.ChannelEvent.Refs(), e.ReplaceChannel) }

// StasisEnd says that a channel left the application.
type StasisEnd struct{ ChannelEvent }

// ChannelCreated says that a channel exists. Its state is Ring for a call that came in,
// Down for one that goes out.
type ChannelCreated struct{ ChannelEvent }

// ChannelDestroyed says that a channel is gone.
type ChannelDestroyed struct {
	ChannelEvent
	Cause    int    `json:"cause"` // Q.850, 0 unknown
	CauseTxt string `json:"cause_txt"`
	// TechCause is the SIP status code (since 22.7), 0 if there is none.
	TechCause int `json:"tech_cause"`
}

// ChannelDialplan says that a channel executes an application of the dialplan.
type ChannelDialplan struct {
	ChannelEvent
	App     string `json:"dialplan_app"`
	AppData string `json:"dialplan_app_data"`
}

// ChannelHangupRequest says that somebody wants the channel to end.
type ChannelHangupRequest struct {
	ChannelEvent
	Cause     *int `json:"cause"` // Q.850, nil if none was given
	TechCause int  `json:"tech_cause"`
	// Soft: not the far end but Asterisk, the dialplan or ARI (then with cause 32) asks.
	Soft bool `json:"soft"`
}

// ChannelStateChange says that the channel's State is new.
type ChannelStateChange struct{ ChannelEvent }

// ChannelDtmfReceived says that a key was pressed; it comes when the key is let go.
type ChannelDtmfReceived struct {
	ChannelEvent
	Digit      string `json:"digit"`
	DurationMS int    `json:"duration_ms"`
}

// ChannelVarset says that a variable was set, on a channel or globally.
type ChannelVarset struct {
	Header
	Channel  *Channel `json:"channel"` // nil for a global variable
	Variable string   `json:"variable"`
	Value    string   `json:"value"`
}

// Refs gives the channel, if there is one.
func (e *ChannelVarset) Refs() []Ref { return withChannels(nil, e.Channel) }

// ChannelUserevent is the dialplan's UserEvent(), or a user event posted over ARI.
type ChannelUserevent struct {
	Header
	EventName string         `json:"eventname"`
	UserEvent map[string]any `json:"userevent"` // its headers, and eventname
	Channel   *Channel       `json:"channel"`
	Bridge    *Bridge        `json:"bridge"`
	Endpoint  *Endpoint      `json:"endpoint"`
}

// Refs gives what the event was sent for.
func (e *ChannelUserevent) Refs() []Ref {
	refs := withChannels(nil, e.Channel)
	if e.Bridge != nil {
		refs = append(refs, e.Bridge.ref())
	}
	if e.Endpoint != nil {
		refs = append(refs, e.Endpoint.ref())
	}
	return refs
}

// Dial is the progress of dialling a channel. Status is "" when dialling begins, then
// RINGING, PROGRESS, …, and ANSWER, BUSY, NOANSWER, CANCEL, … at its end. How a leg ended
// is better judged by ChannelDestroyed: NOANSWER stands for several SIP refusals too.
type Dial struct {
	Header
	Caller     *Channel `json:"caller"` // nil for an originated channel
	Peer       Channel  `json:"peer"`
	Status     string   `json:"dialstatus"`
	Dialstring string   `json:"dialstring"`
	Forward    string   `json:"forward"`
	Forwarded  *Channel `json:"forwarded"`
}

// Refs gives caller, peer, and where the peer forwarded the call.
func (e *Dial) Refs() []Ref { return withChannels([]Ref{e.Peer.ref()}, e.Caller, e.Forwarded) }

// withChannels adds those channels that there are.
func withChannels(refs []Ref, channels ...*Channel) []Ref {
	for _, c := range channels {
		if c != nil {
			refs = append(refs, c.ref())
		}
	}
	return refs
}
