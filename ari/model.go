package ari

import "strings"

// ChannelState is the state of a channel (ast_state2str).
type ChannelState string

// The states that matter; Asterisk has more.
const (
	StateDown    ChannelState = "Down"    // made, not yet dialled or answered
	StateRing    ChannelState = "Ring"    // came in, not answered
	StateRinging ChannelState = "Ringing" // dialled, the far end rings
	StateUp      ChannelState = "Up"      // answered
	StateBusy    ChannelState = "Busy"
)

// CallerID is a name and number as the far end gave them; both may be empty or made up.
type CallerID struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// DialplanCEP is where a channel is in the dialplan.
type DialplanCEP struct {
	Context  string `json:"context"`
	Exten    string `json:"exten"`
	Priority int64  `json:"priority"`
	AppName  string `json:"app_name"`
	AppData  string `json:"app_data"`
}

// Channel is a snapshot of a channel.
type Channel struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"` // TECHNOLOGY/…; names are used again after a restart
	State      ChannelState `json:"state"`
	ProtocolID string       `json:"protocol_id"` // SIP Call-ID; empty at first
	Caller     CallerID     `json:"caller"`
	Connected  CallerID     `json:"connected"`
	// CallerRDNIS is the number that was dialled before a diversion.
	CallerRDNIS  string      `json:"caller_rdnis,omitempty"`
	AccountCode  string      `json:"accountcode"`
	Dialplan     DialplanCEP `json:"dialplan"`
	CreationTime Time        `json:"creationtime"`
	Language     string      `json:"language"`
	TenantID     string      `json:"tenantid,omitempty"`
	// ChannelVars are those that channelvars= of ari.conf names.
	ChannelVars map[string]string `json:"channelvars,omitempty"`
}

// Technology is the part of the name before the slash: PJSIP, Local, …
func (c *Channel) Technology() string {
	technology, _, _ := strings.Cut(c.Name, "/")
	return technology
}

func (c *Channel) ref() Ref { return Ref{KindChannel, c.ID} }

// Bridge is a snapshot of a bridge.
type Bridge struct {
	ID            string            `json:"id"`
	Technology    string            `json:"technology"`
	Type          string            `json:"bridge_type"` // mixing, holding, …
	Class         string            `json:"bridge_class"`
	Creator       string            `json:"creator"` // "Stasis" for those made over ARI
	Name          string            `json:"name"`
	Channels      []string          `json:"channels"` // ids
	CreationTime  Time              `json:"creationtime"`
	VideoMode     string            `json:"video_mode,omitempty"`
	VideoSourceID string            `json:"video_source_id,omitempty"`
	BridgeVars    map[string]string `json:"bridgevars,omitempty"`
}

func (b *Bridge) ref() Ref { return Ref{KindBridge, b.ID} }

// PlaybackState says how far a playback is.
type PlaybackState string

// The states of a playback.
const (
	PlaybackQueued  PlaybackState = "queued"
	PlaybackPlaying PlaybackState = "playing"
	PlaybackNext    PlaybackState = "continuing" // goes on with the next medium
	PlaybackDone    PlaybackState = "done"       // played, or stopped
	PlaybackFailed  PlaybackState = "failed"
)

// Playback is a sound that is, was or will be played.
type Playback struct {
	ID           string        `json:"id"`
	MediaURI     string        `json:"media_uri"`
	NextMediaURI string        `json:"next_media_uri,omitempty"`
	TargetURI    string        `json:"target_uri"` // channel:ID or bridge:ID
	Language     string        `json:"language,omitempty"`
	State        PlaybackState `json:"state"`
}

// RecordingState says how far a live recording is.
type RecordingState string

// The states of a live recording.
const (
	RecordingQueued   RecordingState = "queued"
	RecordingRunning  RecordingState = "recording"
	RecordingPaused   RecordingState = "paused"
	RecordingDone     RecordingState = "done"
	RecordingBroken   RecordingState = "failed"
	RecordingCanceled RecordingState = "canceled"
)

// LiveRecording is a recording in progress, or just finished. The durations are whole
// seconds and only there when it has finished.
type LiveRecording struct {
	Name            string         `json:"name"`
	Format          string         `json:"format"`
	TargetURI       string         `json:"target_uri"`
	State           RecordingState `json:"state"`
	Duration        int            `json:"duration,omitempty"`
	TalkingDuration int            `json:"talking_duration,omitempty"`
	SilenceDuration int            `json:"silence_duration,omitempty"`
	Cause           string         `json:"cause,omitempty"`
}

// StoredRecording is a recording as a file.
type StoredRecording struct {
	Name   string `json:"name"` // without the format
	Format string `json:"format"`
}

// Endpoint is a phone or trunk as Asterisk knows it.
type Endpoint struct {
	Technology string   `json:"technology"`
	Resource   string   `json:"resource"`
	State      string   `json:"state,omitempty"` // online, offline, unknown
	ChannelIDs []string `json:"channel_ids"`
}

func (e *Endpoint) ref() Ref {
	if e.Technology == "" || e.Resource == "" {
		return Ref{Kind: KindEndpoint}
	}
	return Ref{KindEndpoint, e.Technology + "/" + e.Resource}
}

// Peer says how an endpoint can be reached.
type Peer struct {
	Status  string `json:"peer_status"` // Reachable, Unreachable, Registered, …
	Cause   string `json:"cause,omitempty"`
	Address string `json:"address,omitempty"`
	Port    string `json:"port,omitempty"`
	Time    string `json:"time,omitempty"`
}

// ContactInfo is one contact of an endpoint.
type ContactInfo struct {
	URI           string `json:"uri"`
	Status        string `json:"contact_status"` // Reachable, NonQualified, Removed, …
	AOR           string `json:"aor"`
	RoundtripUsec string `json:"roundtrip_usec,omitempty"`
}

// DeviceState is a device and its state: NOT_INUSE, INUSE, BUSY, INVALID, UNAVAILABLE,
// RINGING, RINGINUSE, ONHOLD, UNKNOWN.
type DeviceState struct {
	Name  string `json:"name"`
	State string `json:"state"`
}

// Application is what Asterisk knows about a Stasis application.
type Application struct {
	Name             string        `json:"name"`
	ChannelIDs       []string      `json:"channel_ids"`
	BridgeIDs        []string      `json:"bridge_ids"`
	EndpointIDs      []string      `json:"endpoint_ids"`
	DeviceNames      []string      `json:"device_names"`
	EventsAllowed    []EventFilter `json:"events_allowed"`
	EventsDisallowed []EventFilter `json:"events_disallowed"`
}

// EventFilter names a type of event.
type EventFilter struct {
	Type string `json:"type"`
}

// AsteriskInfo is what Asterisk says about itself.
type AsteriskInfo struct {
	System struct {
		Version  string `json:"version"`
		EntityID string `json:"entity_id"`
	} `json:"system"`
	Config struct {
		Name            string `json:"name"`
		DefaultLanguage string `json:"default_language"`
	} `json:"config"`
	Status struct {
		StartupTime    Time `json:"startup_time"`
		LastReloadTime Time `json:"last_reload_time"`
	} `json:"status"`
}

// targetRef reads "channel:ID" and "bridge:ID".
func targetRef(uri string) []Ref {
	kind, id, _ := strings.Cut(uri, ":")
	switch Kind(kind) {
	case KindChannel, KindBridge:
		return []Ref{{Kind(kind), id}}
	}
	return nil
}
