package ari

import (
	"context"
	"net/http"
	"net/url"
)

// SnoopDirection says which of a channel's audio a snoop channel hears.
type SnoopDirection string

// The directions, as seen from the channel.
const (
	SnoopIn   SnoopDirection = "in"   // what comes from its far end
	SnoopOut  SnoopDirection = "out"  // what goes there
	SnoopBoth SnoopDirection = "both" // mixed
)

// Snoop makes a channel that hears what another one, of any application or of none, hears or
// says. It is up at once, in the client's application, and ends with the other. snoopID is
// its id; choose it, and store it before asking. It must be free: of one in use Asterisk
// 22.10.1 makes half a channel, answers 500, and doesn't end in order any more.
func (c *Client) Snoop(ctx context.Context, channelID, snoopID string, spy SnoopDirection) (*Channel, error) {
	var channel Channel
	return reply(&channel, c.do(ctx, &request{
		op: "snoop on channel " + channelID, method: http.MethodPost,
		segments: []string{"channels", channelID, "snoop", snoopID},
		query:    url.Values{"spy": {string(spy)}, "app": {c.options.Application}}, reply: &channel,
	}))
}
