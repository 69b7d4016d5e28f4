package softphone

import (
	"fmt"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// dialog is the state that two user agents share for one call (RFC 3261
// section 12), the same for the side that calls and the side that is called.
//
// It is the phone's own because the sessions that sipgo offers lose an answer
// that crosses a CANCEL, and their Answer doesn't return before the ACK.
type dialog struct {
	callID  sip.CallIDHeader
	contact sip.ContactHeader // ours
	local   sip.FromHeader    // our side, with its tag

	mu     sync.Mutex
	remote sip.ToHeader // the other side; its tag comes with its first response
	target sip.Uri      // the other side's Contact
	routes []string     // values of the Route headers; loose routing only
	seq    uint32       // CSeq of our last request
	invite uint32       // CSeq of our INVITE
}

// calledDialog is the dialog of an INVITE that came in. The To header of
// invite has our tag already.
func calledDialog(invite *sip.Request, contact sip.ContactHeader) (*dialog, error) {
	if invite.Contact() == nil || invite.CallID() == nil {
		return nil, fmt.Errorf("INVITE without Contact or Call-ID")
	}
	d := &dialog{
		callID:  *invite.CallID(),
		contact: contact,
		local:   invite.To().AsFrom(),
		remote:  invite.From().AsTo(),
		target:  *invite.Contact().Address.Clone(),
	}
	for _, route := range invite.GetHeaders("Record-Route") {
		d.routes = append(d.routes, route.Value())
	}
	return d, nil
}

// callingDialog is the dialog of an INVITE of ours.
func callingDialog(invite *sip.Request, contact sip.ContactHeader) *dialog {
	return &dialog{
		callID:  *invite.CallID(),
		contact: contact,
		local:   *invite.From(),
		remote:  *invite.To(),
		target:  *invite.Recipient.Clone(),
		seq:     invite.CSeq().SeqNo,
	}
}

// answered takes what the 2xx to invite says about the other side.
func (d *dialog) answered(invite *sip.Request, response *sip.Response) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seq, d.invite = invite.CSeq().SeqNo, invite.CSeq().SeqNo
	d.remote = sip.ToHeader{
		DisplayName: response.To().DisplayName,
		Address:     *response.To().Address.Clone(),
		Params:      response.To().Params.Clone(),
	}
	if contact := response.Contact(); contact != nil {
		d.target = *contact.Address.Clone()
	}
	d.routes = nil
	recorded := response.GetHeaders("Record-Route")
	for i := len(recorded) - 1; i >= 0; i-- {
		d.routes = append(d.routes, recorded[i].Value())
	}
}

// heard takes the tag of the other side from a provisional response: the dialog
// is early then (RFC 3261 section 12.1), which is enough to be replaced.
func (d *dialog) heard(response *sip.Response) {
	tag, ok := "", false
	if to := response.To(); to != nil {
		tag, ok = to.Params.Get("tag")
	}
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remote.Params = sip.HeaderParams{{K: "tag", V: tag}}
}

// request builds a request within the dialog. An ACK has the number of the
// INVITE, anything else the next one.
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	number := d.invite
	if method != sip.ACK {
		d.seq++
		number = d.seq
	}
	return d.build(method, number)
}

// acknowledge is the ACK of a re-INVITE with that number.
func (d *dialog) acknowledge(number uint32) *sip.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.build(sip.ACK, number)
}

// build makes a request within the dialog. The caller holds d.mu.
func (d *dialog) build(method sip.RequestMethod, number uint32) *sip.Request {
	r := sip.NewRequest(method, *d.target.Clone())
	for _, route := range d.routes {
		r.AppendHeader(sip.NewHeader("Route", route))
	}
	r.AppendHeader(sip.HeaderClone(&d.local))
	r.AppendHeader(sip.HeaderClone(&d.remote))
	callID := d.callID
	r.AppendHeader(&callID)
	r.AppendHeader(&sip.CSeqHeader{SeqNo: number, MethodName: method})
	r.AppendHeader(sip.HeaderClone(&d.contact))
	return r
}

// cancelOf builds the CANCEL of a request in progress: the same transaction,
// so the same Via, number and addresses (RFC 3261 section 9.1).
func cancelOf(invite *sip.Request) *sip.Request {
	r := sip.NewRequest(sip.CANCEL, *invite.Recipient.Clone())
	r.AppendHeader(sip.HeaderClone(invite.Via()))
	sip.CopyHeaders("Route", invite, r)
	r.AppendHeader(sip.HeaderClone(invite.From()))
	r.AppendHeader(sip.HeaderClone(invite.To()))
	r.AppendHeader(sip.HeaderClone(invite.CallID()))
	r.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	return r
}
