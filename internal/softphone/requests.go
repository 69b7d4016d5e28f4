package softphone

import (
	"context"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// briefly wraps a handler that replies at once: Close waits for it.
func (p *Phone) briefly(handler sipgo.RequestHandler) sipgo.RequestHandler {
	return func(request *sip.Request, tx sip.ServerTransaction) {
		p.replying.RLock()
		defer p.replying.RUnlock()
		handler(request, tx)
	}
}

// contact is the phone's own address for the other side's requests.
func (p *Phone) contact() sip.ContactHeader {
	return sip.ContactHeader{Address: sip.Uri{
		Scheme: "sip",
		User:   p.options.User,
		Host:   p.ip.String(),
		Port:   p.port,
	}}
}

// callOf finds the call to which a request belongs by our tag in its To.
func (p *Phone) callOf(request *sip.Request) (*Call, bool) {
	tag := ourTag(request)
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.byTag[tag]
	if !ok || request.CallID() == nil || request.CallID().Value() != c.id {
		return nil, false
	}
	return c, true
}

// ourTag is the tag in the To of a request that came in: empty outside a call.
func ourTag(request *sip.Request) string {
	if request.To() == nil {
		return ""
	}
	tag, _ := request.To().Params.Get("tag")
	return tag
}

// takeOffer handles INVITE and UPDATE within a call, by which Asterisk moves
// the audio elsewhere or tells of a new connected line. The phone agrees.
func (p *Phone) takeOffer(request *sip.Request, tx sip.ServerTransaction) {
	c, ok := p.callOf(request)
	if !ok {
		p.refuse(request, tx, 481)
		return
	}
	body := request.Body()
	if len(body) > 0 {
		theirs, err := parseDescription(body, p.options.Codecs)
		if err != nil {
			p.refuse(request, tx, 488)
			return
		}
		c.media.aim(theirs)
	}
	response := sip.NewResponseFromRequest(request, 200, phrase(200), nil)
	if len(body) > 0 || request.IsInvite() {
		response.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		response.SetBody(c.media.description())
	}
	contact := p.contact()
	response.AppendHeader(&contact)
	p.reply(tx, response)
}

func (p *Phone) takeAck(request *sip.Request, _ sip.ServerTransaction) {
	if c, ok := p.callOf(request); ok {
		c.acknowledged()
	}
}

func (p *Phone) takeBye(request *sip.Request, tx sip.ServerTransaction) {
	c, ok := p.callOf(request)
	if !ok {
		p.refuse(request, tx, 481)
		return
	}
	// First the end, then the reply: whoever hears of the reply finds the call over.
	c.finish(End{By: Far, How: HungUp, Reasons: reasonsOf(request)})
	p.takeOK(request, tx)
}

// takeLateCancel handles a CANCEL of an INVITE that is gone; sipgo keeps the
// others to itself.
func (p *Phone) takeLateCancel(request *sip.Request, tx sip.ServerTransaction) {
	p.refuse(request, tx, 481)
}

func (p *Phone) takeOK(request *sip.Request, tx sip.ServerTransaction) {
	response := sip.NewResponseFromRequest(request, 200, phrase(200), nil)
	response.AppendHeader(sip.NewHeader("Allow", allowed))
	p.reply(tx, response)
}

func (p *Phone) refuse(request *sip.Request, tx sip.ServerTransaction, code int) {
	p.reply(tx, sip.NewResponseFromRequest(request, code, phrase(code), nil))
}

// reply sends a response; the other side repeats its request if this fails.
func (p *Phone) reply(tx sip.ServerTransaction, response *sip.Response) {
	if err := tx.Respond(response); err != nil {
		p.log.Warn("response not sent", "response", response.Short(), "error", err)
	}
}

// sendAside sends a request whose response changes nothing, without waiting.
// Only the phone's own goroutines may call it: Close waits for them.
func (p *Phone) sendAside(request *sip.Request) {
	p.running.Go(func() {
		ctx, stop := context.WithTimeout(p.live, confirmLimit)
		defer stop()
		if ctx.Err() != nil {
			return
		}
		if _, err := p.client.Do(ctx, request); err != nil {
			p.log.Warn("no response", "request", request.Short(), "error", err)
		}
	})
}
