package softphone

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func startPhone(t *testing.T, options Options) *Phone {
	t.Helper()
	p, err := Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// socket is a plain UDP socket of the test.
func socket(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn, conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestAudioFollowsAnOfferWithinTheCall(t *testing.T) {
	t.Parallel()
	caller, called := startPhone(t, Options{}), startPhone(t, Options{Says: Tone(440)})
	out := caller.MustDial(t, called.URI("1"), Caller{})
	in := called.MustRing(t)
	in.MustAnswer(t)
	out.MustBeAnswered(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()

	for _, method := range []sip.RequestMethod{sip.UPDATE, sip.INVITE} {
		elsewhere, address := socket(t)
		offer := out.dialog.request(method)
		offer.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		offer.SetBody(description{address: address, session: 1, codecs: []Codec{PCMU}}.encode())
		response, err := caller.client.Do(ctx, offer)
		require.NoError(t, err)
		require.Equal(t, 200, response.StatusCode)
		answer, err := parseDescription(response.Body(), []Codec{PCMU})
		require.NoError(t, err)
		assert.Equal(t, in.media.local, answer.address)
		assert.Zero(t, answer.event, "no keys were offered")

		packet := make([]byte, rtpPacketLimit)
		n, err := elsewhere.Read(packet)
		require.NoError(t, err, "audio goes to the new address")
		header, payload, ok := parseRTP(packet[:n])
		require.True(t, ok)
		assert.Equal(t, PCMU.payload(), header.payload)
		assert.Len(t, payload, frameSamples)
	}
	require.ErrorIs(t, in.SendDigits(ctx, "1"), errNoKeys)

	for name, test := range map[string]struct {
		body string
		code int
	}{
		"connected line": {code: 200},
		"no PCMU":        {body: "m=audio 2 RTP/AVP 8\r\n", code: 488},
	} {
		update := out.dialog.request(sip.UPDATE)
		update.SetBody([]byte(test.body))
		response, err := caller.client.Do(ctx, update)
		require.NoError(t, err, name)
		assert.Equal(t, test.code, response.StatusCode, name)
	}
}

func TestRequestsOutsideCalls(t *testing.T) {
	t.Parallel()
	caller, called := startPhone(t, Options{}), startPhone(t, Options{})
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for _, test := range []struct {
		method sip.RequestMethod
		tag    string
		body   string
		code   int
	}{
		{method: sip.OPTIONS, code: 200},
		{method: sip.NOTIFY, code: 200},
		{method: sip.REFER, code: 405},
		{method: sip.BYE, tag: "gone", code: 481},
		{method: sip.UPDATE, tag: "gone", code: 481},
		{method: sip.INVITE, tag: "gone", code: 481},
		{method: sip.INVITE, code: 488},
		{method: sip.INVITE, body: "c=IN IP4 x\r\n", code: 400},
	} {
		var uri sip.Uri
		require.NoError(t, sip.ParseUri(called.URI("1"), &uri))
		request := caller.newInvite(uri, Caller{}, []byte(test.body))
		request.Method, request.CSeq().MethodName = test.method, test.method
		if test.tag != "" {
			request.To().Params.Add("tag", test.tag)
		}
		response, err := caller.client.Do(ctx, request)
		require.NoError(t, err)
		assert.Equal(t, test.code, response.StatusCode, "%+v", test)
	}
	assert.Empty(t, called.Calls())
}

func TestAnswerIsRepeatedUntilTheACK(t *testing.T) {
	t.Parallel()
	phone := startPhone(t, Options{Says: NoPackets}) // RTP would come to the same socket
	caller, address := socket(t)
	to, err := net.ResolveUDPAddr("udp", phone.Addr())
	require.NoError(t, err)

	toTag := ""
	send := func(method string, number int, body string) {
		_, err := caller.WriteTo(fmt.Appendf(nil, "%[1]s %[2]s SIP/2.0\r\n"+
			"Via: SIP/2.0/UDP %[3]s;branch=z9hG4bK%[1]s\r\nMax-Forwards: 70\r\n"+
			"From: <sip:1@%[3]s>;tag=a\r\nTo: <%[2]s>%[4]s\r\nCall-ID: raw\r\nCSeq: %[5]d %[1]s\r\n"+
			"Contact: <sip:1@%[3]s>\r\nContent-Length: %[6]d\r\n\r\n%[7]s",
			method, phone.URI("2"), address, toTag, number, len(body), body), to)
		require.NoError(t, err)
	}
	receive := func() (first string, headers map[string]string) {
		packet := make([]byte, 2000)
		n, err := caller.Read(packet)
		require.NoError(t, err)
		headers = map[string]string{}
		lines := bufio.NewScanner(strings.NewReader(string(packet[:n])))
		lines.Scan()
		first = lines.Text()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			headers[name] = value
		}
		return first, headers
	}

	send("INVITE", 1, string(description{address: address, codecs: []Codec{PCMU}}.encode()))
	call := phone.MustRing(t)
	first, _ := receive()
	assert.Equal(t, "SIP/2.0 180 Ringing", first)
	call.MustAnswer(t)
	for range 2 {
		first, headers := receive()
		require.Equal(t, "SIP/2.0 200 OK", first)
		_, tag, _ := strings.Cut(headers["To"], ";tag=")
		toTag = ";tag=" + tag
	}
	send("ACK", 1, "")

	hungUp := make(chan error)
	go func() { hungUp <- call.Hangup() }()
	first, headers := receive()
	for strings.HasPrefix(first, "SIP/2.0 200") { // one more may have crossed the ACK
		first, headers = receive()
	}
	require.Contains(t, first, "BYE sip:1@"+address.String())
	_, err = caller.WriteTo(fmt.Appendf(nil, "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\n"+
		"Call-ID: raw\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n",
		headers["Via"], headers["From"], headers["To"], headers["CSeq"]), to)
	require.NoError(t, err)
	require.NoError(t, <-hungUp)
}

func TestRoutesAreKeptInTheOrderOfEachSide(t *testing.T) {
	invite := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "2", Host: "b"})
	invite.AppendHeader(sip.NewHeader("Record-Route", "<sip:near-b;lr>"))
	invite.AppendHeader(sip.NewHeader("Record-Route", "<sip:near-a;lr>"))
	invite.AppendHeader(&sip.FromHeader{Address: sip.Uri{Host: "a"}, Params: sip.HeaderParams{{K: "tag", V: "a"}}})
	invite.AppendHeader(&sip.ToHeader{Address: sip.Uri{Host: "b"}, Params: sip.HeaderParams{{K: "tag", V: "b"}}})
	id := sip.CallIDHeader("x")
	invite.AppendHeader(&id)
	invite.AppendHeader(&sip.CSeqHeader{SeqNo: 7, MethodName: sip.INVITE})
	invite.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "1", Host: "a.phone"}})

	routes := func(r *sip.Request) (values []string) {
		for _, h := range r.GetHeaders("Route") {
			values = append(values, h.Value())
		}
		return values
	}
	called, err := calledDialog(invite, sip.ContactHeader{})
	require.NoError(t, err)
	bye := called.request(sip.BYE)
	assert.Equal(t, []string{"<sip:near-b;lr>", "<sip:near-a;lr>"}, routes(bye))
	assert.Equal(t, "sip:1@a.phone", bye.Recipient.String())
	assert.Equal(t, "b", bye.From().Params.GetOr("tag", ""))

	calling := callingDialog(invite, sip.ContactHeader{})
	answer := sip.NewResponseFromRequest(invite, 200, "OK", nil)
	answer.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "2", Host: "b.phone"}})
	calling.answered(invite, answer)
	ack := calling.request(sip.ACK)
	assert.Equal(t, []string{"<sip:near-a;lr>", "<sip:near-b;lr>"}, routes(ack))
	assert.Equal(t, "sip:2@b.phone", ack.Recipient.String())
	assert.Equal(t, uint32(7), ack.CSeq().SeqNo)
	assert.Equal(t, uint32(8), calling.request(sip.BYE).CSeq().SeqNo)
	assert.Equal(t, uint32(7), calling.request(sip.ACK).CSeq().SeqNo, "of an answer that comes again")
}
