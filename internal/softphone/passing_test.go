package softphone

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// peer is the other side of calls that a phone places, as bytes on the wire.
type peer struct {
	*testing.T
	conn    *net.UDPConn
	address netip.AddrPort
	phone   net.Addr
}

// called makes a phone call a peer, which hasn't answered yet.
func called(t *testing.T) (*peer, *Phone, *Call, *sip.Request) {
	t.Helper()
	phone := startPhone(t, Options{User: "alice", Says: NoPackets}) // RTP would come to the same socket
	p := &peer{T: t}
	p.conn, p.address = socket(t)
	call, invite := p.callFrom(phone)
	return p, phone, call, invite
}

// callFrom has the phone place a call to the peer.
func (p *peer) callFrom(phone *Phone) (*Call, *sip.Request) {
	p.Helper()
	call := phone.MustDial(p, "sip:bob@"+p.address.String(), Caller{})
	return call, p.receive(sip.INVITE)
}

// receive reads the next request, which must be of that method. Repetitions of
// an INVITE that crossed its answer are passed over.
func (p *peer) receive(method sip.RequestMethod) *sip.Request {
	p.Helper()
	for {
		packet := make([]byte, 4000)
		n, from, err := p.conn.ReadFrom(packet)
		require.NoError(p, err)
		p.phone = from
		message, err := sip.ParseMessage(packet[:n])
		require.NoError(p, err)
		request, ok := message.(*sip.Request)
		if ok && request.Method == sip.INVITE && method == sip.ACK {
			continue
		}
		require.True(p, ok, "a request is expected, not %v", message)
		require.Equal(p, method, request.Method)
		return request
	}
}

// reply answers a request; tag is the peer's in the dialog.
func (p *peer) reply(request *sip.Request, code int, tag, body string) {
	p.Helper()
	response := sip.NewResponseFromRequest(request, code, phrase(code), []byte(body))
	response.To().Params = sip.HeaderParams{{K: "tag", V: tag}}
	response.AppendHeader(&sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip", User: "bob", Host: p.address.Addr().String(), Port: int(p.address.Port()),
	}})
	_, err := p.conn.WriteTo([]byte(response.String()), p.phone)
	require.NoError(p, err)
}

// sdp is the peer's answer.
func (p *peer) sdp() string {
	return string(description{address: p.address, codecs: []Codec{PCMU}}.encode())
}

// answer answers the phone's call and takes the ACK.
func (p *peer) answer(call *Call, invite *sip.Request, tag string) {
	p.Helper()
	p.reply(invite, 200, tag, p.sdp())
	call.MustBeAnswered(p)
	p.receive(sip.ACK)
}

// meanwhile runs what the phone does while the peer replies to it.
func meanwhile(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

// hungUp lets a call end in order.
func (p *peer) hungUp(call *Call, tag string) {
	p.Helper()
	done := meanwhile(call.Hangup)
	p.reply(p.receive(sip.BYE), 200, tag, "")
	require.NoError(p, <-done)
}

func TestHoldOffersToSendOnly(t *testing.T) {
	t.Parallel()
	p, _, call, invite := called(t)
	require.ErrorContains(t, call.Hold(t.Context()), "isn't answered")
	p.answer(call, invite, "b")

	var versions []string
	for _, step := range []struct {
		do        func() error
		direction string
	}{
		{func() error { return call.Hold(t.Context()) }, "a=sendonly"},
		{func() error { return call.Unhold(t.Context()) }, "a=sendrecv"},
	} {
		done := meanwhile(step.do)
		offer := p.receive(sip.INVITE)
		assert.Contains(t, string(offer.Body()), step.direction)
		assert.Greater(t, offer.CSeq().SeqNo, invite.CSeq().SeqNo)
		origin, _, _ := strings.Cut(string(offer.Body()), "\r\ns=")
		versions = append(versions, origin)
		p.reply(offer, 200, "b", p.sdp())
		ack := p.receive(sip.ACK)
		assert.Equal(t, offer.CSeq().SeqNo, ack.CSeq().SeqNo)
		require.NoError(t, <-done)
	}
	assert.NotEqual(t, versions[0], versions[1], "each offer is another version of the session")

	done := meanwhile(func() error { return call.Hold(t.Context()) })
	crossing := p.receive(sip.INVITE)
	p.reply(crossing, 491, "b", "")
	require.ErrorContains(t, <-done, "491")
	p.receive(sip.ACK)
	p.hungUp(call, "b")
}

func TestTransferNamesWhomToCall(t *testing.T) {
	t.Parallel()
	p, _, call, invite := called(t)
	require.ErrorContains(t, call.Transfer(t.Context(), "sip:carol@127.0.0.1"), "isn't answered")
	p.answer(call, invite, "b")

	done := meanwhile(func() error { return call.Transfer(t.Context(), "sip:carol@127.0.0.1:5060") })
	refer := p.receive(sip.REFER)
	assert.Equal(t, "<sip:carol@127.0.0.1:5060>", refer.GetHeader("Refer-To").Value())
	assert.Contains(t, refer.GetHeader("Referred-By").Value(), "sip:alice@")
	p.reply(refer, 202, "b", "")
	require.NoError(t, <-done)

	done = meanwhile(func() error { return call.Transfer(t.Context(), "sip:nobody@127.0.0.1:5060") })
	p.reply(p.receive(sip.REFER), 403, "b", "")
	require.ErrorContains(t, <-done, "403 Forbidden")
	p.hungUp(call, "b")
}

func TestTransferToAnotherCallReplacesIt(t *testing.T) {
	t.Parallel()
	p, phone, call, invite := called(t)
	p.answer(call, invite, "b")
	second, early := p.callFrom(phone)
	require.ErrorContains(t, call.TransferTo(t.Context(), second), "has not replied yet")

	p.reply(early, 180, "c", "")
	_, err := second.Rings(t.Context())
	require.NoError(t, err)
	done := meanwhile(func() error { return call.TransferTo(t.Context(), second) })
	refer := p.receive(sip.REFER)
	p.reply(refer, 202, "b", "")
	require.NoError(t, <-done)

	target, replaces, ok := strings.Cut(refer.GetHeader("Refer-To").Value(), "?Replaces=")
	require.True(t, ok)
	assert.Equal(t, "<sip:bob@"+p.address.String(), target)
	replaces, err = url.QueryUnescape(strings.TrimSuffix(replaces, ">"))
	require.NoError(t, err)
	ours, _ := early.From().Params.Get("tag")
	assert.Equal(t, second.ID()+";to-tag=c;from-tag="+ours, replaces, "tags as the other side has them")

	p.answer(second, early, "c")
	p.hungUp(second, "c")
	p.hungUp(call, "b")
}

func TestRedirectSendsTheCallerElsewhere(t *testing.T) {
	t.Parallel()
	caller, called := startPhone(t, Options{}), startPhone(t, Options{})
	out := caller.MustDial(t, called.URI("1"), Caller{})
	in := called.MustRing(t)
	require.ErrorContains(t, in.Redirect("carol"), "carol")
	require.NoError(t, in.Redirect("sip:carol@127.0.0.1:5060"))
	end := out.MustEnd(t)
	assert.Equal(t, 302, end.Code)
	assert.Equal(t, Refused, in.MustEnd(t).How)
	require.Error(t, in.Redirect("sip:dave@127.0.0.1:5060"), "it has been redirected already")
}
