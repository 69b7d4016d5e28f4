package ari_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// What isn't what its type promises is handed on as it came, and the connection goes on.
func TestMalformedEvents(t *testing.T) {
	cases := map[string]string{
		"array":                `[{"type":"StasisStart","channel":{"id":"1"}}]`,
		"text":                 `"StasisStart"`,
		"number":               `7`,
		"null":                 `null`,
		"empty":                ``,
		"cut off":              `{"type":"StasisStart","channel":{"id":"1"`,
		"two in one":           `{"type":"BridgeDestroyed","bridge":{"id":"1"}}{"type":"BridgeDestroyed","bridge":{"id":"1"}}`,
		"NUL":                  "\x00",
		"type isn't text":      `{"type":7}`,
		"no type":              `{"channel":{"id":"1"}}`,
		"no channel":           `{"type":"StasisStart","args":[]}`,
		"channel is null":      `{"type":"ChannelDestroyed","cause":16,"channel":null}`,
		"channel without id":   `{"type":"ChannelDestroyed","cause":16,"channel":{}}`,
		"channel is a list":    `{"type":"ChannelDestroyed","cause":16,"channel":[]}`,
		"peer missing":         `{"type":"Dial","caller":{"id":"1"},"dialstatus":""}`,
		"caller without id":    `{"type":"Dial","caller":{},"peer":{"id":"1"}}`,
		"number overflow":      `{"type":"ChannelDestroyed","cause":99999999999999999999,"channel":{"id":"1"}}`,
		"float overflow":       `{"type":"ChannelUserevent","eventname":"e","userevent":{"n":1e999}}`,
		"number isn't whole":   `{"type":"ChannelDestroyed","cause":16.5,"channel":{"id":"1"}}`,
		"priority overflow":    `{"type":"ChannelCreated","channel":{"id":"1","dialplan":{"priority":1e30}}}`,
		"time isn't one":       `{"type":"ChannelCreated","channel":{"id":"1","creationtime":"soon"}}`,
		"id isn't UTF-8":       "{\"type\":\"ChannelCreated\",\"channel\":{\"id\":\"1\xff\"}}",
		"nested without end":   strings.Repeat(`{"type":`, 20000),
		"args aren't a list":   `{"type":"StasisStart","channel":{"id":"1"},"args":"a,b"}`,
		"playback without id":  `{"type":"PlaybackFinished","playback":{"state":"done"}}`,
		"recording is missing": `{"type":"RecordingFinished"}`,
	}
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		for name, raw := range cases {
			srv.Send("app", []byte(raw))
			m := expect[*ari.Malformed](s)
			assert.Equal(t, raw, string(m.Raw), name)
			assert.Error(t, m.Err, name)
			assert.Empty(t, m.Refs(), name)
		}
		assert.True(t, s.client.Live())
		assert.Len(t, srv.Requests("GET /events"), 1)
		s.finish()
	})
}

// The event's type is that of its outermost object, wherever it stands.
func TestTypeInAnotherPlace(t *testing.T) {
	for raw, wanted := range map[string]string{
		`{"userevent":{"type":"StasisStart"},"eventname":"e","type":"ChannelUserevent"}`: "ChannelUserevent",
		`{"channel":{"type":"StasisEnd","id":"1"},"type":"StasisStart"}`:                 "StasisStart",
		`{"channel":{"type":"StasisEnd","id":"1"}}`:                                      "Malformed",
		`{"type":"StasisEnd","channel":{"id":"1"},"type":"StasisStart"}`:                 "StasisStart",
		`{"value":"\"type\":\"StasisEnd","variable":"V","type":"ChannelVarset"}`:         "ChannelVarset",
		"{ \"type\" : \"StasisEnd\", \"channel\": {\"id\": \"1\"} }":                     "StasisEnd",
		`{"\u0074ype":"StasisEnd","channel":{"id":"1"}}`:                                 "StasisEnd",
		`{"x":{"type":"StasisEnd"},"type":"NotKnownYet"}`:                                "NotKnownYet",
	} {
		assert.Equal(t, wanted, ari.Decode([]byte(raw)).EventType(), raw)
	}
}

// What is only odd is delivered as what it is.
func TestOddEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)

		srv.Send("app", []byte("{\"type\":\"ChannelDestroyed\",\"cause\":16,\"channel\":{\"id\":\"1\",\"caller\":{\"name\":\"J\xf6rg\"}}}"))
		assert.Equal(t, "J\ufffdrg", expect[*ari.ChannelDestroyed](s).Channel.Caller.Name)

		srv.Send("app", []byte(`{"type":"ChannelCreated","channel":{"id":"a\ufffd","a":{"new":["field"]}},"more":null}`))
		assert.Equal(t, "a\ufffd", expect[*ari.ChannelCreated](s).Channel.ID)

		srv.Send("app", []byte(`{"type":"Hello\u0000","x":[1,2]}`))
		assert.Equal(t, "Hello\x00", expect[*ari.Unknown](s).Type)

		value := strings.Repeat("x", 3<<20)
		srv.Send("app", fmt.Appendf(nil, `{"type":"ChannelVarset","variable":"V","value":%q}`, value))
		assert.Equal(t, len(value), len(expect[*ari.ChannelVarset](s).Value))
		s.finish()
		assert.Len(t, srv.Requests("GET /events"), 1)
	})
}

// An event longer than any that Asterisk sends costs neither the connection nor its place
// in the order.
func TestHugeEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		s := run(t, srv, nil)
		expect[*ari.Connected](s)
		huge := fmt.Appendf(nil, `{"type":"ChannelVarset","value":"%s"}`, bytes.Repeat([]byte("x"), 5<<20))
		srv.Send("app", numbered(1))
		srv.Send("app", huge)
		srv.Send("app", numbered(2))
		assert.Equal(t, "1", expect[*ari.ChannelVarset](s).Value)
		m := expect[*ari.Malformed](s)
		assert.ErrorContains(t, m.Err, fmt.Sprint(len(huge)))
		assert.True(t, bytes.HasPrefix(huge, m.Raw))
		assert.Len(t, m.Raw, 64<<10)
		assert.Equal(t, "2", expect[*ari.ChannelVarset](s).Value)
		s.finish()
		assert.Len(t, srv.Requests("GET /events"), 1)
	})
}

// FuzzDecode: nothing in the stream makes the client panic, disappears, or is read otherwise
// than encoding/json would.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(created))
	f.Add([]byte(`{"type":"Dial","peer":{"id":"1"},"caller":{"id":"2"}}`))
	f.Add([]byte(`{"type":"PlaybackFinished","playback":{"id":"p","target_uri":"channel:c"}}`))
	f.Add([]byte(`{"type":"X"}`))
	f.Add([]byte("{\"type\":\"StasisEnd\",\"channel\":{\"id\":\"\xff\"}}"))
	for _, line := range oddLines {
		f.Add([]byte(line))
	}
	lines, _ := recordedLines(f)
	for i := 0; i < len(lines); i += 50 {
		f.Add(lines[i])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		sameAsEncodingJSON(t, raw)
		switch e := ari.Decode(raw).(type) {
		case *ari.Malformed:
			assert.Error(t, e.Err)
			assert.Equal(t, raw, e.Raw)
		case *ari.Unknown:
			assert.NotEmpty(t, e.EventType())
			assert.Equal(t, raw, []byte(e.Raw))
		case nil:
			t.Error("an event disappeared")
		default:
			assert.NotEmpty(t, e.EventType())
			for _, ref := range e.Refs() {
				assert.NotEmpty(t, ref.ID)
			}
		}
	})
}
