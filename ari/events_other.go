package ari

// BridgeEvent is the common part of events about one bridge.
type BridgeEvent struct {
	Header
	Bridge Bridge `json:"bridge"`
}

// Refs gives the bridge, not the channels in it.
func (e *BridgeEvent) Refs() []Ref { return []Ref{e.Bridge.ref()} }

// BridgeCreated says that a bridge exists.
type BridgeCreated struct{ BridgeEvent }

// BridgeDestroyed says that a bridge is gone.
type BridgeDestroyed struct{ BridgeEvent }

// BridgeChannelEvent is the common part of events about a channel and a bridge.
type BridgeChannelEvent struct {
	BridgeEvent
	Channel Channel `json:"channel"`
}

// Refs gives the bridge and the channel.
func (e *BridgeChannelEvent) Refs() []Ref { return []Ref{e.Bridge.ref(), e.Channel.ref()} }

// ChannelEnteredBridge says that the channel is among Bridge.Channels now. The snapshot
// of the channel may be older than its last event. For bridges of the dialplan it needs
// the subscription "bridge:".
type ChannelEnteredBridge struct{ BridgeChannelEvent }

// ChannelLeftBridge says that the channel is no longer among Bridge.Channels.
type ChannelLeftBridge struct{ BridgeChannelEvent }

// PlaybackEvent is the common part of events about a playback.
type PlaybackEvent struct {
	Header
	Playback Playback `json:"playback"`
}

// Refs gives the playback and where it plays.
func (e *PlaybackEvent) Refs() []Ref {
	return append([]Ref{{KindPlayback, e.Playback.ID}}, targetRef(e.Playback.TargetURI)...)
}

// PlaybackStarted says that a sound begins.
type PlaybackStarted struct{ PlaybackEvent }

// PlaybackContinuing says that the next of several media begins.
type PlaybackContinuing struct{ PlaybackEvent }

// PlaybackFinished says that the playback is over: done (also if it was stopped) or
// failed. It never comes for a recording that is missing, a number that isn't one, or an
// unknown scheme: wait with a timer.
type PlaybackFinished struct{ PlaybackEvent }

// RecordingEvent is the common part of events about a live recording.
type RecordingEvent struct {
	Header
	Recording LiveRecording `json:"recording"`
}

// Refs gives the recording and what is recorded.
func (e *RecordingEvent) Refs() []Ref {
	return append([]Ref{{KindRecording, e.Recording.Name}}, targetRef(e.Recording.TargetURI)...)
}

// RecordingStarted says that it records.
type RecordingStarted struct{ RecordingEvent }

// RecordingFinished says that the recording is over. It says done on a full disk too, and
// of one that heard nothing: look at the file.
type RecordingFinished struct{ RecordingEvent }

// RecordingFailed says that the recording could not be made; Recording.Cause says why.
type RecordingFailed struct{ RecordingEvent }

// DeviceStateChanged says that a device that was subscribed to by name changed.
type DeviceStateChanged struct {
	Header
	DeviceState DeviceState `json:"device_state"`
}

// Refs gives the device.
func (e *DeviceStateChanged) Refs() []Ref { return []Ref{{KindDevice, e.DeviceState.Name}} }

// EndpointEvent is the common part of events about an endpoint.
type EndpointEvent struct {
	Header
	Endpoint Endpoint `json:"endpoint"`
}

// Refs gives the endpoint.
func (e *EndpointEvent) Refs() []Ref { return []Ref{e.Endpoint.ref()} }

// EndpointStateChange says that the endpoint's State is new.
type EndpointStateChange struct{ EndpointEvent }

// PeerStatusChange says that the endpoint became reachable or not.
type PeerStatusChange struct {
	EndpointEvent
	Peer Peer `json:"peer"`
}

// ContactStatusChange says that a contact was registered, removed, or answers again or no
// longer.
type ContactStatusChange struct {
	EndpointEvent
	ContactInfo ContactInfo `json:"contact_info"`
}

// ApplicationReplaced says that another connection took the application over; this one
// stays open and deaf. The client gives it up: Disconnected with ErrReplaced follows.
type ApplicationReplaced struct{ Header }
