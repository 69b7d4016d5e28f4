package softphone

import (
	"context"
	"fmt"
	"net/url"

	"github.com/emiago/sipgo/sip"
)

// Transfer passes the other side on to target, a SIP URI (RFC 3515, "blind
// transfer"). It returns when the other side has accepted the REFER; the call
// ends by its BYE as soon as it has been passed on.
func (c *Call) Transfer(ctx context.Context, target string) error {
	if err := c.refer(ctx, "<"+target+">"); err != nil {
		return fmt.Errorf("transfer %v to %s: %w", c, target, err)
	}
	return nil
}

// TransferTo passes the other side on to the other side of another call of
// this phone, whether that is answered or still rings ("attended transfer",
// RFC 5589 section 7, Replaces of RFC 3891). It returns when the REFER is
// accepted; both calls end by BYE from the other side.
func (c *Call) TransferTo(ctx context.Context, other *Call) error {
	target, err := other.dialog.replaced()
	if err == nil {
		err = c.refer(ctx, target)
	}
	if err != nil {
		return fmt.Errorf("transfer %v to %v: %w", c, other, err)
	}
	return nil
}

// refer sends REFER within the call. What becomes of it comes in NOTIFYs, which
// the phone confirms and doesn't read: the calls themselves tell.
func (c *Call) refer(ctx context.Context, target string) error {
	if c.Times().Answered.IsZero() {
		return fmt.Errorf("it isn't answered")
	}
	request := c.dialog.request(sip.REFER)
	request.AppendHeader(sip.NewHeader("Refer-To", target))
	request.AppendHeader(sip.NewHeader("Referred-By", "<"+c.dialog.contact.Address.String()+">"))
	response, err := c.phone.client.Do(ctx, request)
	if err != nil {
		return err
	}
	if !response.IsSuccess() {
		return &StatusError{Code: response.StatusCode, Phrase: response.Reason}
	}
	return nil
}

// replaced is the Refer-To that names the other side of this dialog and asks
// to take its place. The tags are named as the other side sees them (RFC 3891
// section 3).
func (d *dialog) replaced() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	theirs, ok := d.remote.Params.Get("tag")
	if !ok {
		return "", fmt.Errorf("the other side has not replied yet")
	}
	ours, _ := d.local.Params.Get("tag")
	target := *d.remote.Address.Clone()
	target.UriParams = nil
	replaces := fmt.Sprintf("%s;to-tag=%s;from-tag=%s", d.callID.Value(), theirs, ours)
	return "<" + target.String() + "?Replaces=" + url.QueryEscape(replaces) + ">", nil
}
