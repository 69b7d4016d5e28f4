package softphone

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Dial calls target, a SIP URI such as sip:+4685550000@127.0.0.1:5060, and
// returns at once; [Call.Rings], [Call.Answered] and [Call.Ended] wait for what
// becomes of it. If ctx ends before the answer, the call is cancelled;
// afterwards ctx has no meaning. A challenge (401, 407) is answered with the
// phone's user and password.
func (p *Phone) Dial(ctx context.Context, target string, from Caller) (*Call, error) {
	var recipient sip.Uri
	if err := sip.ParseUri(target, &recipient); err != nil {
		return nil, fmt.Errorf("dial %q: not a SIP URI like sip:number@127.0.0.1:5060: %w", target, err)
	}
	if !p.enter() {
		return nil, fmt.Errorf("dial %q: %w", target, ErrClosed)
	}
	c := newCall(p, time.Now())
	var err error
	if c.media, err = openMedia(p.ip, c.times.Began, p.options, p.running.Go); err != nil {
		p.running.Done()
		return nil, fmt.Errorf("dial %q: %w", target, err)
	}

	invite := p.newInvite(recipient, from, c.media.description())
	tag, _ := invite.From().Params.Get("tag")
	c.caller = true
	c.id = invite.CallID().Value()
	c.from = partyOf(invite.From().DisplayName, invite.From().Address)
	c.claimed = asserted(invite)
	c.to = partyOf("", recipient).Number
	c.dialed = c.to
	c.headers = invite.Clone() // the original belongs to the transaction
	c.dialog = callingDialog(c.headers, p.contact())
	ctx, c.giveUp = context.WithCancel(ctx)
	p.remember(tag, c)
	go func() {
		defer p.running.Done()
		defer c.giveUp()
		c.place(ctx, invite)
	}()
	return c, nil
}

func (p *Phone) newInvite(recipient sip.Uri, from Caller, offer []byte) *sip.Request {
	if from.Number == "" {
		from.Number = p.options.User
	}
	if from.Name == "" {
		from.Name = p.options.Name
	}
	r := sip.NewRequest(sip.INVITE, recipient)
	address := sip.Uri{Scheme: "sip", User: from.Number, Host: p.ip.String()}
	r.AppendHeader(&sip.FromHeader{
		DisplayName: quoted(from.Name),
		Address:     address,
		Params:      sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(16)}},
	})
	r.AppendHeader(&sip.ToHeader{Address: *recipient.Clone()})
	callID := sip.CallIDHeader(sip.GenerateTagN(24))
	r.AppendHeader(&callID)
	r.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	contact := p.contact()
	r.AppendHeader(&contact)
	if from.Asserted != "" {
		address.User = from.Asserted
		r.AppendHeader(sip.NewHeader("P-Asserted-Identity", "<"+address.String()+">"))
	}
	if from.Privacy != "" {
		r.AppendHeader(sip.NewHeader("Privacy", from.Privacy))
	}
	r.AppendHeader(sip.NewHeader("Allow", allowed))
	r.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	r.SetBody(offer)
	return r
}

// place sees an outgoing call through to its answer, or to the end that comes
// before. When ctx ends it sends CANCEL, as soon as RFC 3261 section 9.1
// allows, and goes on waiting: the answer may cross it.
func (c *Call) place(ctx context.Context, invite *sip.Request) {
	failed := func(err error) {
		if ctx.Err() != nil {
			c.finish(End{By: Near, How: Cancelled})
			return
		}
		c.finish(End{By: Far, How: Failed, Err: err})
	}

	p := c.phone
	tx, err := p.client.TransactionRequest(context.WithoutCancel(ctx), invite)
	if err != nil {
		failed(err)
		return
	}
	var (
		provisional, authenticated bool
		givenUp                    = ctx.Done() // nil once the CANCEL is out
		deadline                   <-chan time.Time
	)
	for {
		cancel := givenUp
		if !provisional {
			cancel = nil
		}
		select {
		case response := <-tx.Responses():
			switch code := response.StatusCode; {
			case response.IsProvisional():
				provisional = true
				c.progress(response)
			case response.IsSuccess():
				c.accepted(ctx, invite, response, tx)
				return
			case (code == 401 || code == 407) && !authenticated && p.options.Password != "" && ctx.Err() == nil:
				authenticated, provisional = true, false
				invite = invite.Clone() // the transaction may still read the first
				auth := sipgo.DigestAuth{Username: p.options.User, Password: p.options.Password}
				if tx, err = p.client.TransactionDigestAuth(context.WithoutCancel(ctx), invite, response, auth); err != nil {
					failed(err)
					return
				}
			case ctx.Err() != nil:
				c.finish(End{By: Near, How: Cancelled})
				return
			default:
				c.finish(End{By: Far, How: Refused, Code: code, Phrase: response.Reason})
				return
			}
		case <-cancel:
			p.sendAside(cancelOf(invite))
			givenUp, deadline = nil, time.After(64*sip.T1)
		case <-deadline: // no 487, as RFC 2543 allowed
			failed(nil)
			return
		case <-tx.Done():
			failed(errors.Join(errors.New("no response to the INVITE"), tx.Err()))
			return
		}
	}
}

// progress takes a 1xx. With SDP its sender may talk already, and we do.
func (c *Call) progress(response *sip.Response) {
	if response.StatusCode == sip.StatusTrying {
		return
	}
	c.dialog.heard(response)
	c.rang()
	if len(response.Body()) == 0 {
		return
	}
	theirs, err := parseDescription(response.Body(), c.phone.options.Codecs)
	if err != nil {
		c.phone.log.Warn("early media ignored", "call", c.String(), "error", err)
		return
	}
	c.media.aim(theirs)
	c.media.talk(c.phone.running.Go)
}

// accepted takes the 2xx: acknowledges it, each time it comes, and begins to
// talk; or hangs up if the call was given up meanwhile.
func (c *Call) accepted(ctx context.Context, invite *sip.Request, response *sip.Response, tx sip.ClientTransaction) {
	now := time.Now()
	p := c.phone
	c.dialog.answered(invite, response)
	acknowledge := func() {
		if err := p.client.WriteRequest(c.dialog.request(sip.ACK)); err != nil {
			p.log.Warn("ACK not sent", "call", c.String(), "error", err)
		}
	}
	tx.OnRetransmission(func(*sip.Response) { acknowledge() })
	acknowledge()

	theirs, err := parseDescription(response.Body(), p.options.Codecs)
	switch {
	case ctx.Err() != nil:
		c.finish(End{By: Near, How: Cancelled})
		p.sendAside(c.dialog.request(sip.BYE))
		return
	case err != nil:
		c.finish(End{By: Near, How: Failed, Err: fmt.Errorf("the answer: %w", err)})
		p.sendAside(c.dialog.request(sip.BYE))
		return
	}
	c.media.aim(theirs)
	c.media.talk(p.running.Go)
	c.pickedUp(now)
}
