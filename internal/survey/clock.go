package survey

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// clockSlack is how far the clocks may be apart before it is said.
const clockSlack = 5 * time.Second

// askClock compares Asterisk's clock with ours: the logs tell by the one when a call
// was lost, and the intervals run by the other.
func (v *visit) askClock(ctx context.Context) error {
	before := time.Now()
	text, err := v.client.ChannelVariable(ctx, v.probe, "EPOCH")
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("read Asterisk's clock: %w", err)
	}
	// Half a second stands for what was cut off, the middle for when it was read.
	off := time.Unix(seconds, 0).Add(time.Second / 2).Sub(before.Add(time.Since(before) / 2)).Round(time.Second)
	say := func(difference time.Duration, side string) {
		v.found(Finding{
			Severity: Warning,
			Message:  fmt.Sprintf("Asterisk %s's clock is %s %s this machine's", v.pbx.Name, difference, side),
			Hint:     "let both be set over the network (timedatectl shows whether they are): when a call in the logs was lost is told by Asterisk's clock",
		})
	}
	switch {
	case off > clockSlack:
		say(off, "ahead of")
	case off < -clockSlack:
		say(-off, "behind")
	default:
		v.fine("has the same time as this machine")
	}
	return nil
}
