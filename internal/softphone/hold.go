package softphone

import (
	"context"
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// Hold puts the other side on hold (RFC 3264 section 8.4): a re-INVITE that
// says that this phone only sends. What the other side hears then is up to the
// exchange between them. It returns when the other side has agreed.
func (c *Call) Hold(ctx context.Context) error {
	if err := c.offer(ctx, sendOnly); err != nil {
		return fmt.Errorf("hold %v: %w", c, err)
	}
	return nil
}

// Unhold takes the other side back from hold.
func (c *Call) Unhold(ctx context.Context) error {
	if err := c.offer(ctx, sendReceive); err != nil {
		return fmt.Errorf("take %v back from hold: %w", c, err)
	}
	return nil
}

// offer changes the direction of the audio by a re-INVITE (RFC 3261 section
// 14). An offer of the other side's that crosses it is refused there with 491,
// which is an error here: phones of tests don't try again.
func (c *Call) offer(ctx context.Context, d direction) error {
	if c.Times().Answered.IsZero() {
		return fmt.Errorf("it isn't answered")
	}
	before := c.media.turn(d)
	err := c.agree(ctx)
	if err != nil {
		c.media.turn(before) // nothing has changed
	}
	return err
}

// agree sends what this side of the audio is now, and takes the answer.
func (c *Call) agree(ctx context.Context) error {
	request := c.dialog.request(sip.INVITE)
	request.AppendHeader(sip.NewHeader("Allow", allowed))
	request.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	request.SetBody(c.media.description())
	response, err := c.phone.client.Do(ctx, request)
	if err != nil {
		return err
	}
	if !response.IsSuccess() {
		return &StatusError{Code: response.StatusCode, Phrase: response.Reason}
	}
	if err := c.phone.client.WriteRequest(c.dialog.acknowledge(request.CSeq().SeqNo)); err != nil {
		return err
	}
	theirs, err := parseDescription(response.Body(), c.phone.options.Codecs)
	if err != nil {
		return err
	}
	c.media.aim(theirs)
	return nil
}
