package softphone

import (
	"net/netip"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSDPIsReadAsWritten(t *testing.T) {
	ours := description{address: netip.MustParseAddrPort("127.0.0.1:4000"), session: 7, codecs: []Codec{PCMU}, event: 101}
	read, err := parseDescription(ours.encode(), []Codec{PCMU})
	require.NoError(t, err)
	assert.Equal(t, ours.address, read.address)
	assert.Equal(t, uint8(101), read.event)

	ours.event = 0
	assert.NotContains(t, string(ours.encode()), "telephone-event")
}

func TestSDPOfOthers(t *testing.T) {
	asterisk := "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=Asterisk\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
	for name, test := range map[string]struct {
		body    string
		address string
		event   uint8
		err     string
	}{
		"session address": {
			body:    asterisk + "m=audio 17000 RTP/AVP 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\n",
			address: "10.0.0.1:17000", event: 96,
		},
		"stream address, video before and after": {
			body: asterisk + "m=video 4 RTP/AVP 31\r\nc=IN IP4 10.0.0.3\r\n" +
				"m=audio 17000 RTP/AVP 0\r\nc=IN IP4 10.0.0.2\r\n" +
				"m=audio 9 RTP/AVP 8\r\nc=IN IP4 10.0.0.4\r\na=rtpmap:96 telephone-event/8000\r\n",
			address: "10.0.0.2:17000",
		},
		"bare line feeds":     {body: "c=IN IP4 10.0.0.1\nm=audio 2 RTP/AVP 0\n", address: "10.0.0.1:2"},
		"refused":             {body: asterisk + "m=audio 0 RTP/AVP 0\r\n", address: "invalid AddrPort"},
		"no PCMU":             {body: asterisk + "m=audio 17000 RTP/AVP 8\r\n", err: errNoCodec.Error()},
		"no audio":            {body: asterisk, err: errNoCodec.Error()},
		"empty":               {err: errNoCodec.Error()},
		"no address":          {body: "m=audio 2 RTP/AVP 0\r\n", err: "no connection address"},
		"broken address":      {body: "c=IN IP4 here\r\n", err: "connection"},
		"address cut off":     {body: "c=IN\r\n", err: "has no address"},
		"port out of range":   {body: "m=audio 70000 RTP/AVP 0\r\n", err: "port"},
		"event out of range":  {body: asterisk + "m=audio 2 RTP/AVP 0\r\na=rtpmap:200 telephone-event/8000\r\n", address: "10.0.0.1:2"},
		"another rate of key": {body: asterisk + "m=audio 2 RTP/AVP 0\r\na=rtpmap:97 telephone-event/48000\r\n", address: "10.0.0.1:2"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := parseDescription([]byte(test.body), []Codec{PCMU})
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.address, read.address.String())
			assert.Equal(t, test.event, read.event)
		})
	}
}

func TestRTPIsReadAsWritten(t *testing.T) {
	sent := rtpHeader{marker: true, payload: 101, sequence: 65535, timestamp: 1 << 31, source: 42}
	read, payload, ok := parseRTP(append(sent.append(nil), 1, 2, 3))
	require.True(t, ok)
	assert.Equal(t, sent, read)
	assert.Equal(t, []byte{1, 2, 3}, payload)
}

func TestRTPWithEverythingOptional(t *testing.T) {
	packet := rtpHeader{payload: PCMU.payload()}.append(nil)
	packet[0] |= 0x20 | 0x10 | 2                             // padding, extension, two sources
	packet = append(packet, make([]byte, 8)...)              // the sources
	packet = append(packet, 0, 0, 0, 1, 9, 9, 9, 9)          // an extension of one word
	packet = append(packet, 5, 6, 7 /* padding: */, 0, 0, 3) // three bytes of audio
	_, payload, ok := parseRTP(packet)
	require.True(t, ok)
	assert.Equal(t, []byte{5, 6, 7}, payload)
}

func TestOtherPacketsAreNotRTP(t *testing.T) {
	rtcp := rtpHeader{}.append(nil)
	rtcp[1] = 200
	extended := rtpHeader{}.append(nil)
	extended[0] |= 0x10
	padded := append(rtpHeader{}.append(nil), 99)
	padded[0] |= 0x20
	for name, packet := range map[string][]byte{
		"empty": nil, "short": make([]byte, 11), "STUN": make([]byte, 20), "RTCP": rtcp,
		"extension cut off": extended, "more padding than packet": padded,
	} {
		_, _, ok := parseRTP(packet)
		assert.False(t, ok, name)
	}
}

func TestPacketsAreCountedByTheirSequence(t *testing.T) {
	var order sequence
	for _, step := range []struct {
		sequence uint16
		source   uint32
		lost     int
		ok       bool
	}{
		{65534, 1, 0, true},
		{65535, 1, 0, true},
		{0, 1, 0, true},      // wraps
		{3, 1, 2, true},      // 1 and 2 are missing
		{2, 1, 0, false},     // late
		{3, 1, 0, false},     // a copy
		{4, 2, 0, true},      // another source begins anew
		{3, 3, 0, true},      // anywhere
		{30000, 3, 0, true},  // so does a jump
		{29999, 3, 0, false}, // late
	} {
		lost, ok := order.next(rtpHeader{sequence: step.sequence, source: step.source})
		assert.Equal(t, step.lost, lost, "%+v", step)
		assert.Equal(t, step.ok, ok, "%+v", step)
	}
}

func TestKeyIsNotedOnceHoweverManyPacketsItHas(t *testing.T) {
	log := keyLog{changed: make(chan struct{})}
	var away time.Duration
	for _, p := range []struct {
		timestamp uint32
		event     keyEvent
	}{
		{0, keyEvent{code: 1, duration: 160}},
		{0, keyEvent{code: 1, duration: 320}},
		{0, keyEvent{code: 1, duration: 320, end: true}},
		{0, keyEvent{code: 1, duration: 320, end: true}},
		{1600, keyEvent{code: 1, duration: 160, end: true}}, // the same key again
		{3200, keyEvent{code: 11, duration: 160, end: true}},
	} {
		read, ok := parseKeyEvent(p.event.append(nil))
		require.True(t, ok)
		assert.Equal(t, p.event, read)
		away += log.packet(p.timestamp, read)
	}
	digits, _ := log.pressed()
	assert.Equal(t, "11#", digits)
	assert.Equal(t, 80*time.Millisecond, away)
	_, ok := parseKeyEvent([]byte{16, 0, 0, 0}) // flash hook
	assert.False(t, ok)
}

func TestReasonsOfTheEnd(t *testing.T) {
	bye := sip.NewRequest(sip.BYE, sip.Uri{Host: "127.0.0.1"})
	bye.AppendHeader(sip.NewHeader("Reason", `SIP;cause=200;text="Call completed, elsewhere; really", Q.850 ;cause=26`))
	bye.AppendHeader(sip.NewHeader("Reason", `Q.850`))
	end := End{By: Far, How: Cancelled, Reasons: reasonsOf(bye)}
	assert.Equal(t, []Reason{
		{Protocol: "SIP", Cause: 200, Text: "Call completed, elsewhere; really"},
		{Protocol: "Q.850", Cause: 26},
		{Protocol: "Q.850"},
	}, end.Reasons)
	assert.True(t, end.Elsewhere())
	assert.False(t, End{Reasons: []Reason{{Protocol: "Q.850", Cause: 200}}}.Elsewhere())
	assert.Contains(t, end.String(), `cancelled by the other side (SIP;cause=200;text="Call completed, elsewhere; really"`)
}
