package ari

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one element of the stream that Run delivers: an event of Asterisk as a pointer
// to the type of its name (*StasisStart, *ChannelDestroyed, …), or one of the client's own:
// *Connected, *Disconnected, *Gap, *Unknown, *Malformed.
type Event interface {
	// EventType is Asterisk's name of the event, or the name of the client's own type.
	EventType() string
	// Refs says which channels, bridges and so on the event concerns.
	Refs() []Ref
}

// Kind is what a Ref refers to.
type Kind string

// The kinds of object that events concern.
const (
	KindChannel   Kind = "channel"
	KindBridge    Kind = "bridge"
	KindPlayback  Kind = "playback"
	KindRecording Kind = "recording" // by name
	KindEndpoint  Kind = "endpoint"  // TECHNOLOGY/RESOURCE
	KindDevice    Kind = "device"    // device state's name
)

// Ref is one object that an event concerns.
type Ref struct {
	Kind Kind
	ID   string
}

// Header is what all events of Asterisk have in common.
type Header struct {
	Type        string `json:"type"`
	Application string `json:"application"`
	Timestamp   Time   `json:"timestamp"`
	AsteriskID  string `json:"asterisk_id"`
}

// EventType is Asterisk's name of the event.
func (h *Header) EventType() string { return h.Type }

// Refs is empty: the event concerns nothing that has an id.
func (h *Header) Refs() []Ref { return nil }

// Connected says that the event stream is complete from here on: the websocket is open,
// subscriptions and filter are set, and a heartbeat came back. Compare what you know with
// what Asterisk has now, because the events of the time before are gone.
type Connected struct {
	Info AsteriskInfo
	// Restarted: Asterisk was started anew since the previous connection; no channel,
	// bridge or playback of before exists.
	Restarted bool
}

// Disconnected says that the connection ended, or that an attempt to connect failed; each
// is reported once. The next attempt follows by itself.
type Disconnected struct {
	Err error // why; ErrReplaced, ErrHeartbeat, … or an *Error
	// Attempt is 0 for the end of a connection, else how many attempts failed in a row.
	Attempt int
	Next    time.Duration // until the next attempt
}

// Gap says that events were lost although the connection was good: the handler let more
// than QueueSize events wait. All events before the gap were delivered, none after it is:
// the connection is given up, so that Disconnected and, once the handler has caught up,
// Connected follow.
type Gap struct {
	Reason string
}

// Unknown is an event of a type that this package doesn't describe.
type Unknown struct {
	Header
	Raw json.RawMessage
}

// Malformed is something in the event stream that isn't what its type promises.
type Malformed struct {
	Raw []byte
	Err error
}

// EventType names the Go type.
func (*Connected) EventType() string { return "Connected" }

// EventType names the Go type.
func (*Disconnected) EventType() string { return "Disconnected" }

// EventType names the Go type.
func (*Gap) EventType() string { return "Gap" }

// EventType names the Go type.
func (*Malformed) EventType() string { return "Malformed" }

// Refs is empty.
func (*Connected) Refs() []Ref { return nil }

// Refs is empty.
func (*Disconnected) Refs() []Ref { return nil }

// Refs is empty.
func (*Gap) Refs() []Ref { return nil }

// Refs is empty, since nothing in the event can be relied upon.
func (*Malformed) Refs() []Ref { return nil }

// Decode makes an event of JSON as it comes over the wire; Run does so with each, others
// with recorded streams. It never fails: what it doesn't understand is *Unknown or
// *Malformed, so that nothing disappears. Those two keep raw; nothing else does.
//
// Bytes that aren't UTF-8 become U+FFFD, so that a caller's odd name doesn't cost the event;
// but in an id they make it *Malformed, because that id exists nowhere.
func Decode(raw []byte) Event {
	if event := decodePlain(raw); event != nil {
		return checkRefs(event, raw)
	}
	return decodeOdd(raw)
}

// decodePlain makes an event of JSON in the form in which Asterisk writes it; nil if raw
// has another form, or isn't what its type promises. It is decodeOdd, only faster.
func decodePlain(raw []byte) Event {
	name := typeOf(raw)
	if len(name) == 0 {
		return nil
	}
	if described, known := eventTypes[string(name)]; known {
		event := described.construct()
		if !readObject(raw, event, described.layout) {
			return nil
		}
		return event
	}
	unknown := &Unknown{Raw: raw}
	if !readObject(raw, &unknown.Header, headerLayout) {
		return nil
	}
	return unknown
}

// TypeOf is the type of the event in raw, found without decoding it; it is for those who go
// through recorded streams and want few of their events. It is "" for what isn't plainly an
// event. What stands behind the type isn't looked at, and may be malformed.
func TypeOf(raw []byte) string { return string(typeOf(raw)) }

// decodeOdd makes an event of anything, by encoding/json.
func decodeOdd(raw []byte) Event {
	var head Header
	if err := json.Unmarshal(raw, &head); err != nil {
		return &Malformed{Raw: raw, Err: err}
	}
	if head.Type == "" {
		return &Malformed{Raw: raw, Err: errors.New("an event without a type")}
	}
	described, known := eventTypes[head.Type]
	if !known {
		return &Unknown{Header: head, Raw: raw}
	}
	event := described.construct()
	if err := json.Unmarshal(raw, event); err != nil {
		return &Malformed{Raw: raw, Err: fmt.Errorf("%s: %w", head.Type, err)}
	}
	return checkRefs(event, raw)
}

// checkRefs gives the event, if the objects that it concerns have ids.
func checkRefs(event Event, raw []byte) Event {
	for _, ref := range event.Refs() {
		if ref.ID == "" {
			return &Malformed{Raw: raw, Err: fmt.Errorf("%s: the %s has no id", event.EventType(), ref.Kind)}
		}
		if strings.ContainsRune(ref.ID, utf8.RuneError) && !utf8.Valid(raw) {
			return &Malformed{Raw: raw, Err: fmt.Errorf("%s: the id of the %s isn't UTF-8", event.EventType(), ref.Kind)}
		}
	}
	return event
}
