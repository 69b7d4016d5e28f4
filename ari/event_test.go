package ari

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorded reads events as Asterisk 22.10.1 sent them, one of each kind and form.
func recorded(t *testing.T) []Event {
	t.Helper()
	file, err := os.Open("testdata/events.jsonl")
	require.NoError(t, err)
	defer file.Close()
	var events []Event
	for lines := bufio.NewScanner(file); lines.Scan(); {
		events = append(events, Decode(bytes.Clone(lines.Bytes())))
	}
	require.NotEmpty(t, events)
	return events
}

func of[T Event](t *testing.T, events []Event, is func(T) bool) T {
	t.Helper()
	for _, e := range events {
		if wanted, right := e.(T); right && is(wanted) {
			return wanted
		}
	}
	require.Fail(t, "no such event is recorded")
	panic("unreachable")
}

func TestRecordedEvents(t *testing.T) {
	events := recorded(t)
	for _, e := range events {
		switch e := e.(type) {
		case *Malformed:
			t.Errorf("%v: %s", e.Err, e.Raw)
		case *Unknown:
			assert.Equal(t, "ChannelConnectedLine", e.Type)
		default:
			assert.NotEmpty(t, e.Refs(), e.EventType())
		}
	}

	incoming := of(t, events, func(*ChannelCreated) bool { return true })
	assert.Equal(t, StateRing, incoming.Channel.State)
	assert.Equal(t, "PJSIP", incoming.Channel.Technology())
	assert.Equal(t, "+46701234567", incoming.Channel.Caller.Number)
	assert.Equal(t, "from-pstn", incoming.Channel.Dialplan.Context)
	assert.EqualValues(t, 1, incoming.Channel.Dialplan.Priority)
	assert.Equal(t, 2026, incoming.Timestamp.Year())
	assert.False(t, incoming.Channel.CreationTime.IsZero())
	assert.Equal(t, "det", incoming.Application)

	refused := of(t, events, func(e *ChannelDestroyed) bool { return e.TechCause != 0 })
	assert.NotZero(t, refused.Cause)
	assert.NotEmpty(t, refused.CauseTxt)

	byFarEnd := of(t, events, func(e *ChannelHangupRequest) bool { return e.Cause == nil })
	assert.False(t, byFarEnd.Soft)
	soft := of(t, events, func(e *ChannelHangupRequest) bool { return e.Soft })
	assert.NotNil(t, soft.Cause)

	dial := of(t, events, func(e *Dial) bool { return e.Caller != nil })
	assert.Equal(t, []Ref{{KindChannel, dial.Peer.ID}, {KindChannel, dial.Caller.ID}}, dial.Refs())
	originated := of(t, events, func(e *Dial) bool { return e.Caller == nil })
	assert.Equal(t, []Ref{{KindChannel, originated.Peer.ID}}, originated.Refs())
	forwarded := of(t, events, func(e *Dial) bool { return e.Forwarded != nil })
	assert.Len(t, forwarded.Refs(), 3)

	entered := of(t, events, func(*ChannelEnteredBridge) bool { return true })
	assert.Contains(t, entered.Bridge.Channels, entered.Channel.ID)
	assert.Equal(t, []Ref{{KindBridge, entered.Bridge.ID}, {KindChannel, entered.Channel.ID}}, entered.Refs())
	assert.Equal(t, "mixing", entered.Bridge.Type)

	key := of(t, events, func(*ChannelDtmfReceived) bool { return true })
	assert.Len(t, key.Digit, 1)
	assert.Positive(t, key.DurationMS)

	app := of(t, events, func(e *ChannelDialplan) bool { return true })
	assert.NotEmpty(t, app.App)

	said := of(t, events, func(*ChannelUserevent) bool { return true })
	assert.Equal(t, "CallbackdMissed", said.EventName)
	assert.Equal(t, "agent:alice", said.UserEvent["target"])
}

func TestRefs(t *testing.T) {
	for raw, refs := range map[string][]Ref{
		`{"type":"PlaybackFinished","playback":{"id":"p","target_uri":"channel:c","state":"done"}}`:                        {{KindPlayback, "p"}, {KindChannel, "c"}},
		`{"type":"RecordingFinished","recording":{"name":"r","target_uri":"bridge:b"}}`:                                    {{KindRecording, "r"}, {KindBridge, "b"}},
		`{"type":"DeviceStateChanged","device_state":{"name":"PJSIP/alice","state":"INUSE"}}`:                              {{KindDevice, "PJSIP/alice"}},
		`{"type":"PeerStatusChange","endpoint":{"technology":"PJSIP","resource":"alice"}}`:                                 {{KindEndpoint, "PJSIP/alice"}},
		`{"type":"StasisStart","channel":{"id":"c"},"replace_channel":{"id":"d"}}`:                                         {{KindChannel, "c"}, {KindChannel, "d"}},
		`{"type":"ChannelVarset","variable":"X","value":"1"}`:                                                              nil,
		`{"type":"ApplicationReplaced"}`:                                                                                   nil,
		`{"type":"ChannelUserevent","eventname":"e","bridge":{"id":"b"},"endpoint":{"technology":"PJSIP","resource":"a"}}`: {{KindBridge, "b"}, {KindEndpoint, "PJSIP/a"}},
		`{"type":"NotKnownYet","channel":{"id":"c"}}`:                                                                      nil,
	} {
		e := Decode([]byte(raw))
		_, malformed := e.(*Malformed)
		assert.False(t, malformed, raw)
		assert.Equal(t, refs, e.Refs(), raw)
	}
}

// What must have an id and has none can't be handed on as if it had.
func TestEventsWithoutTheirSubject(t *testing.T) {
	for kind := range eventTypes {
		switch kind {
		case "ApplicationReplaced", "ChannelVarset", "ChannelUserevent":
			continue // they can do without
		}
		assert.IsType(t, &Malformed{}, Decode([]byte(`{"type":"`+kind+`"}`)), kind)
	}
}

func TestEveryEventTypeHasItsName(t *testing.T) {
	for kind, described := range eventTypes {
		e := described.construct()
		require.NoError(t, json.Unmarshal([]byte(`{"type":"`+kind+`"}`), e))
		assert.Equal(t, kind, e.EventType())
	}
}

func TestTimes(t *testing.T) {
	for text, wanted := range map[string]time.Time{
		`"2026-11-20T07:28:56.014+0000"`: time.Date(2026, 11, 20, 7, 28, 56, 14e6, time.UTC),
		`"2026-11-20T08:28:56.014+0100"`: time.Date(2026, 11, 20, 7, 28, 56, 14e6, time.UTC),
		`"2026-11-20T07:28:56Z"`:         time.Date(2026, 11, 20, 7, 28, 56, 0, time.UTC),
		`null`:                           {},
	} {
		var got Time
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.True(t, wanted.Equal(got.Time), text)
	}
	written, err := json.Marshal(Time{time.Date(2026, 11, 20, 8, 28, 56, 14e6, time.FixedZone("", 3600))})
	require.NoError(t, err)
	assert.Equal(t, `"2026-11-20T07:28:56.014+0000"`, string(written))
	var never Time
	assert.Error(t, json.Unmarshal([]byte(`"yesterday"`), &never))
	assert.Error(t, json.Unmarshal([]byte(`7`), &never))
}
