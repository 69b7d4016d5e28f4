package pbx

import (
	"context"
	"time"

	"callbackd/ari"
)

// Where each side gets a channel of its own, two snoops on the customer's channel
// are recorded: what comes from the customer, and what goes there. Both begin on
// the same packet and fill silence in, so their files have one length. The
// snoops are channels of ours like the legs: what belongs to no attempt under way
// is hung up as soon as it is seen.

// snoop makes the id of the channel that hears one direction of an attempt's
// customer.
func snoop(hears ari.SnoopDirection, bridge string) string {
	return beside(string(hears), bridge)
}

// snoopLimit is how long a snoop may take to be in the application: it takes a
// millisecond.
const snoopLimit = time.Second

// listen makes the snoops, and returns when both can be recorded: it believes the
// events, not the replies.
func (c *call) listen(ctx context.Context) error {
	ids := c.snoops()
	if len(ids) == 0 {
		return nil
	}
	for _, p := range c.recording {
		short, cancel := context.WithTimeout(ctx, snoopLimit)
		_, err := c.exchange.client.Snoop(short, c.names.CustomerChannel, p.snoop, p.hears)
		cancel()
		if answered(err) || ari.NotSent(err) {
			return err
		}
	}
	return c.await(ctx, snoopLimit, func(f *facts) (bool, error) {
		for _, id := range ids {
			if !f.recording.up[id] {
				return false, f.customerEnded()
			}
		}
		return true, nil
	})
}
