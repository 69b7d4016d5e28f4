package softphone

import (
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

// errDecided says that an incoming call was answered or refused before.
var errDecided = errors.New("the call was answered or refused before")

// takeInvite handles an INVITE in the goroutine that sipgo starts for it, and
// keeps that goroutine until the call is decided: sipgo drops a transaction
// whose handler returns without a final response.
func (p *Phone) takeInvite(request *sip.Request, tx sip.ServerTransaction) {
	if ourTag(request) != "" {
		p.takeOffer(request, tx)
		return
	}
	c, status := p.newIncoming(request, tx)
	if status != 0 {
		p.refuse(request, tx, status)
		return
	}
	defer p.running.Done()
	p.log.Debug("incoming call", "call", c.String())
	p.deliver(c)

	select {
	case <-c.answered:
		c.repeatAnswer()
	case <-c.done:
	case <-tx.Done():
		c.finish(End{By: Near, How: Failed, Err: tx.Err()})
	}
}

// newIncoming makes a call of an INVITE, or says with which status to refuse
// it. On success the phone counts one more running goroutine.
func (p *Phone) newIncoming(request *sip.Request, tx sip.ServerTransaction) (*Call, int) {
	if request.To() == nil || request.From() == nil {
		return nil, 400
	}
	offer, err := parseDescription(request.Body(), p.options.Codecs)
	if errors.Is(err, errNoCodec) {
		return nil, 488
	}
	if err != nil {
		p.log.Warn("INVITE refused", "error", err)
		return nil, 400
	}

	invite := request.Clone() // the transaction goes on reading the original
	tag := sip.GenerateTagN(16)
	invite.To().Params.Add("tag", tag)
	d, err := calledDialog(invite, p.contact())
	if err != nil {
		p.log.Warn("INVITE refused", "error", err)
		return nil, 400
	}

	c := newCall(p, time.Now())
	c.id = d.callID.Value()
	c.from = partyOf(invite.From().DisplayName, invite.From().Address)
	c.claimed = asserted(invite)
	c.to = partyOf("", invite.To().Address).Number
	c.dialed = partyOf("", invite.Recipient).Number
	c.headers, c.invited, c.dialog = invite, tx, d

	if !p.enter() {
		return nil, 480
	}
	if c.media, err = openMedia(p.ip, c.times.Began, p.options, p.running.Go); err != nil {
		p.running.Done()
		p.log.Warn("INVITE refused", "error", err)
		return nil, 500
	}
	c.media.aim(offer)
	p.remember(tag, c)

	// sipgo answers a CANCEL itself, with 200 and with 487 for the INVITE, and
	// holds a lock of the transaction while it tells us: nothing may be sent here.
	if !tx.OnCancel(func(cancel *sip.Request) {
		c.finish(End{By: Far, How: Cancelled, Reasons: reasonsOf(cancel)})
	}) {
		c.finish(End{By: Far, How: Cancelled})
	}
	return c, 0
}

// Ring sends 180: the caller hears that the phone rings.
func (c *Call) Ring() error {
	if err := c.respond(180, false); err != nil {
		return fmt.Errorf("ring for %v: %w", c, err)
	}
	c.rang()
	return nil
}

// Progress sends 183 with SDP and begins to talk before the answer, as a
// network does that plays an announcement (early media).
func (c *Call) Progress() error {
	if err := c.respond(183, true); err != nil {
		return fmt.Errorf("begin early media of %v: %w", c, err)
	}
	c.rang()
	c.media.talk(c.phone.running.Go)
	return nil
}

// Answer sends 200; talking and listening begin at once. An incoming call that
// is over gives an *EndedError.
func (c *Call) Answer() error {
	now := time.Now()
	if err := c.respond(200, true); err != nil {
		return fmt.Errorf("answer %v: %w", c, err)
	}
	c.media.talk(c.phone.running.Go)
	c.pickedUp(now)
	return nil
}

// Reject refuses the call with a final status of 300 to 699: 486 busy, 603
// declined, 404 no such number, 480, 503, …
func (c *Call) Reject(code int) error {
	if code < 300 || code > 699 {
		return fmt.Errorf("reject %v: %d is no status that refuses a call (300 to 699)", c, code)
	}
	if err := c.respond(code, false); err != nil {
		return fmt.Errorf("reject %v: %w", c, err)
	}
	c.finish(End{By: Near, How: Refused, Code: code, Phrase: phrase(code)})
	return nil
}

// Redirect refuses the call with 302 and sends the caller to target instead, a
// SIP URI (RFC 3261 section 21.3.3): what a phone does that is set to forward.
func (c *Call) Redirect(target string) error {
	var elsewhere sip.Uri
	err := sip.ParseUri(target, &elsewhere)
	if err == nil {
		err = c.respondAs(302, false, sip.ContactHeader{Address: elsewhere})
	}
	if err != nil {
		return fmt.Errorf("redirect %v to %q: %w", c, target, err)
	}
	c.finish(End{By: Near, How: Refused, Code: 302, Phrase: phrase(302)})
	return nil
}

// respond sends a response to the INVITE of an incoming call.
func (c *Call) respond(code int, withSDP bool) error {
	return c.respondAs(code, withSDP, c.dialog.contact)
}

// respondAs is respond with a Contact other than the phone's own.
func (c *Call) respondAs(code int, withSDP bool, contact sip.ContactHeader) error {
	if c.caller {
		return errors.New("it is an outgoing call")
	}
	c.responses.Lock()
	defer c.responses.Unlock()
	if _, over := c.End(); over {
		return c.endedError()
	}
	if c.decided {
		return errDecided
	}
	err := c.invited.Respond(c.response(code, withSDP, contact))
	if errors.Is(err, sip.ErrTransactionCanceled) {
		return c.endedError()
	}
	c.decided = code >= 200
	return err
}

func (c *Call) response(code int, withSDP bool, contact sip.ContactHeader) *sip.Response {
	var body []byte
	if withSDP {
		body = c.media.description()
	}
	r := sip.NewResponseFromRequest(c.headers, code, phrase(code), body)
	r.AppendHeader(&contact)
	r.AppendHeader(sip.NewHeader("Allow", allowed))
	if withSDP {
		r.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	return r
}

// repeatAnswer sends the 200 again until the ACK comes, which over UDP is the
// called side's business (RFC 3261 section 13.3.1.4). Without an ACK for 32
// seconds the call has failed and gets a BYE.
func (c *Call) repeatAnswer() {
	limit := time.NewTimer(64 * sip.T1)
	defer limit.Stop()
	pause := sip.T1
	again := time.NewTimer(pause)
	defer again.Stop()
	for {
		select {
		case <-c.confirmed:
			return
		case <-c.done:
			return
		case <-again.C:
			if err := c.invited.Respond(c.response(200, true, c.dialog.contact)); err != nil {
				c.phone.log.Warn("answer can't be repeated", "call", c.String(), "error", err)
			}
			pause = min(2*pause, sip.T2)
			again.Reset(pause)
		case <-limit.C:
			if c.finish(End{By: Far, How: Failed, Err: errors.New("no ACK for the answer")}) {
				c.phone.sendAside(c.dialog.request(sip.BYE))
			}
			return
		}
	}
}
