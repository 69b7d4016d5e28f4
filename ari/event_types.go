package ari

import "reflect"

// eventType is one type of event that this package describes.
type eventType struct {
	construct func() Event
	layout    *layout
}

func describe[E any, P interface {
	*E
	Event
}]() eventType {
	return eventType{
		construct: func() Event { return P(new(E)) },
		layout:    layoutOf(reflect.TypeFor[E]()),
	}
}

// eventTypes are the types of event that this package describes, by Asterisk's name.
var eventTypes = map[string]eventType{
	"ApplicationReplaced":  describe[ApplicationReplaced](),
	"BridgeCreated":        describe[BridgeCreated](),
	"BridgeDestroyed":      describe[BridgeDestroyed](),
	"ChannelCreated":       describe[ChannelCreated](),
	"ChannelDestroyed":     describe[ChannelDestroyed](),
	"ChannelDialplan":      describe[ChannelDialplan](),
	"ChannelDtmfReceived":  describe[ChannelDtmfReceived](),
	"ChannelEnteredBridge": describe[ChannelEnteredBridge](),
	"ChannelHangupRequest": describe[ChannelHangupRequest](),
	"ChannelLeftBridge":    describe[ChannelLeftBridge](),
	"ChannelStateChange":   describe[ChannelStateChange](),
	"ChannelUserevent":     describe[ChannelUserevent](),
	"ChannelVarset":        describe[ChannelVarset](),
	"ContactStatusChange":  describe[ContactStatusChange](),
	"DeviceStateChanged":   describe[DeviceStateChanged](),
	"Dial":                 describe[Dial](),
	"EndpointStateChange":  describe[EndpointStateChange](),
	"PeerStatusChange":     describe[PeerStatusChange](),
	"PlaybackContinuing":   describe[PlaybackContinuing](),
	"PlaybackFinished":     describe[PlaybackFinished](),
	"PlaybackStarted":      describe[PlaybackStarted](),
	"RecordingFailed":      describe[RecordingFailed](),
	"RecordingFinished":    describe[RecordingFinished](),
	"RecordingStarted":     describe[RecordingStarted](),
	"StasisEnd":            describe[StasisEnd](),
	"StasisStart":          describe[StasisStart](),
}

// headerLayout is of what can be read of all others.
var headerLayout = layoutOf(reflect.TypeFor[Header]())
