package ari_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// Whatever comes, it is decoded as encoding/json alone would decode it.
func TestDecodesAsEncodingJSONWould(t *testing.T) {
	lines, _ := recordedLines(t)
	every, err := os.ReadFile("testdata/events.jsonl")
	require.NoError(t, err)
	for line := range bytes.Lines(every) {
		lines = append(lines, bytes.TrimSpace(line))
	}
	for _, line := range oddLines {
		lines = append(lines, []byte(line))
	}
	random := rand.New(rand.NewPCG(5, 22))
	for _, line := range lines {
		sameAsEncodingJSON(t, line)
		sameAsEncodingJSON(t, mutated(random, line))
	}
}

func sameAsEncodingJSON(t *testing.T, raw []byte) {
	if got, want := ari.Decode(raw), ari.DecodeOdd(raw); !reflect.DeepEqual(want, got) {
		assert.Equal(t, want, got, "%q", raw)
	}
}

// oddLines are in forms that Asterisk doesn't use.
var oddLines = []string{
	`{"type":"Dial","type":"StasisEnd","channel":{"id":"1"},"peer":{"id":"2"}}`,
	`{"TYPE":"StasisEnd","type":"StasisStart","channel":{"id":"1"}}`,
	`{"type":"Stasis\u0053tart","channel":{"id":"1"}}`,
	`{"type":"StasisStart","channel":{"id":"1"},"Args":["a"]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"arg\u0073":["a"]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"arg` + "\u017f" + `":["a"]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"args":["a",null,"\u00e5"]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"args":null,"replace_channel":null}`,
	`{"type":"StasisStart","channel":{"id":"1"},"args":["a"],"args":[]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"channel":{"name":"PJSIP/a"},"new":[1,{"a":-0.5e3}]}`,
	`{"type":"StasisStart","channel":{"id":"1"},"new":"\x"}`,
	`{"type":"StasisStart","channel":{"id":"1"},"new":01}`,
	`{"type":"StasisStart","channel":{"id":"1"},"new":tru}`,
	`{"type":"StasisStart","channel":{"id":"1"},"new":[1,]}`,
	`{"type":"StasisStart","channel":{"id":"1"},}`,
	`{"type":"StasisStart","channel":{"id":"1","channelvars":{"A(b)":"\\","C":null}}}`,
	`{"type":"ChannelUserevent","eventname":"e","userevent":{"eventname":"e","n":1.5,"l":[true,{}]},"endpoint":{"technology":"PJSIP","resource":"a","channel_ids":[]}}`,
	`{"type":"ChannelDestroyed","channel":{"id":"1"},"cause":-0,"tech_cause":999999999999999999}`,
	`{"type":"ChannelDestroyed","channel":{"id":"1"},"cause":9223372036854775807}`,
	`{"type":"ChannelHangupRequest","channel":{"id":"1"},"cause":null,"soft":null}`,
	`{"type":"ChannelHangupRequest","channel":{"id":"1"},"soft":"true"}`,
	`{"type":"Hello","channel":{"id":7},"timestamp":"2026-11-20T07:28:56Z"}`,
	`{"type":"Hello"} {}`, `{"type":"Hello"}` + "\x00", ` { "type" : "Hello" , "a" : [ ] } `, `{"type":""}`, `{"type":null}`,
	`{"type":"Hello","a":"` + "\x7f\x01" + `"}`,
	`{"type":"Hello","a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
}

// mutated gives line with one thing in it that is otherwise.
func mutated(random *rand.Rand, line []byte) []byte {
	values := []string{
		`null`, `7`, `-0`, `01`, `1.0`, `1e3`, `18446744073709551616`, `true`, `falsey`, `[]`, `["a",null]`, `{}`, `{"id":"a"}`,
		`""`, `"\ud800"`, `"\u0041"`, `"é"`, `"2026-02-30T07:28:56.014+0000"`, `"2026-11-20T07:28:56.014-0730"`, ``,
	}
	pieces := []string{`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, ` `, "\n", "\x00", "\xff", "\x7f", `null`, `"type":"Dial",`, `"ID":"x",`, `1`, `-`, `.`}
	at := random.IntN(len(line))
	before, after := line[:at:at], line[at:]
	switch random.IntN(7) {
	case 0: // another value
		if colon := bytes.IndexByte(after, ':'); colon >= 0 {
			before, after = line[:at+colon+1:at+colon+1], after[colon+1:]
			if end := bytes.IndexAny(after, ",}"); end >= 0 {
				after = after[end:]
			}
		}
		return append(append(before, values[random.IntN(len(values))]...), after...)
	case 1: // something that doesn't belong there
		return append(append(before, pieces[random.IntN(len(pieces))]...), after...)
	case 2: // a byte of any kind
		return append(append(before, byte(random.Uint32())), after[1:]...)
	case 3: // a piece that is missing
		return append(before, after[random.IntN(len(after)):]...)
	case 4: // a piece that is there twice
		return append(append(before, after[:random.IntN(len(after))]...), after...)
	case 5: // a byte that is escaped
		return append(fmt.Appendf(before, `\u%04x`, after[0]), after[1:]...)
	default: // the other case
		return append(append(before, after[0]^0x20), after[1:]...)
	}
}

// Everything recorded is decoded the fast way: what Asterisk writes is never odd.
func TestRecordedEventsAreDecodedTheFastWay(t *testing.T) {
	lines, _ := recordedLines(t)
	for _, line := range lines {
		if ari.DecodePlain(line) == nil {
			t.Errorf("it wasn't sure of %s", line)
		}
	}
}

// A time that is read the fast way is the one that package time reads.
func TestTimesAsPackageTimeReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 22))
	const digits = "0123456789"
	fast := 0
	for range 20_000 {
		text := []byte("2026-11-20T07:28:56.014+0000")
		for range 1 + random.IntN(3) {
			if at := random.IntN(len(text)); bytes.IndexByte([]byte(digits), text[at]) >= 0 {
				text[at] = digits[random.IntN(10)]
			} else {
				text[at] = "-+:.,TZ 0"[random.IntN(9)]
			}
		}
		want, err := time.Parse(ari.TimeLayout, string(text))
		got, read := ari.ParseTime(text)
		if read {
			fast++
			require.NoError(t, err, "%s", text)
			require.Equal(t, want.UTC(), got, "%s", text)
		}
	}
	require.Greater(t, fast, 5000)
}

func TestTypeOf(t *testing.T) {
	for raw, want := range map[string]string{
		`{"variable":"A","value":"\"type\":\"Dial\"","type":"ChannelVarset","channel":{"id":"1"}}`: "ChannelVarset",
		`{"userevent":{"type":"Dial","l":[{"type":"Dial"}]}, "type" : "ChannelUserevent"}`:         "ChannelUserevent",
		`{"type":"NotKnownYet","then":what?`:                                                       "NotKnownYet",
		`{"channel":{"type":"Dial"}}`:                                                              "",
		`{"typ\u0065":"Dial"}`:                                                                     "",
		`{"type":7}`:                                                                               "",
		`["type","Dial"]`:                                                                          "",
		`{"a":what?,"type":"Dial"}`:                                                                "",
		`{"type":"Dial`:                                                                            "",
		``:                                                                                         "",
	} {
		assert.Equal(t, want, ari.TypeOf([]byte(raw)), raw)
	}
}
