package pbx

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// codecLimit is how long an agent may wait because of a codec: it is read in a
// millisecond.
const codecLimit = time.Second

// fits reports whether the phone of the agent who has answered speaks what the agent's
// leg carries. Where it doesn't, Asterisk translates behind the leg, the sounds first,
// whose packets all have the number 0; and then takes every second customer's for late,
// by their numbers, and drops them: the agent would hear nobody. Packets that come out
// of a mixer have no numbers. So in doubt the conversation is mixed.
func (c *call) fits(ctx context.Context) bool {
	c.mu.Lock()
	agent, phone := c.facts.agent, c.facts.phone
	c.mu.Unlock()
	if phone == "" || strings.HasPrefix(agent, "Local/") {
		return false // the phone is farther away
	}
	ctx, cancel := context.WithTimeout(ctx, codecLimit)
	defer cancel()
	value, err := c.exchange.client.ChannelVariable(ctx, phone, "CHANNEL(audionativeformat)")
	if err != nil {
		return false // it has hung up, as will be heard
	}
	codec := strings.ReplaceAll(strings.Trim(value, "()"), "|", ",")
	if slices.Contains(strings.Split(codec, ","), c.formats) {
		return true
	}
	if _, said := c.exchange.codecs.LoadOrStore(agent+" "+codec+" "+c.formats, true); !said {
		c.exchange.alarm("codec_differs", fmt.Errorf(
			"%s speaks %s, and region %s of account %s says formats: %s; conversations are mixed, which costs processor time: write formats: %s, or allow %s in the endpoint",
			agent, codec, c.region, c.account, c.formats, codec, c.formats))
	}
	return false
}
