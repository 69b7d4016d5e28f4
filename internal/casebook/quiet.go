package casebook

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// lookEvery is how often Asterisk is asked whether it is done.
const lookEvery = 50 * time.Millisecond

// quiet waits until an office has no channel any more, and its queues have
// noticed that their members are free: a queue that hasn't rings only the others.
func (w *World) quiet(ctx context.Context, o Office) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		left, err := w.busy(ctx, o)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("what doesn't end: %s: %w", strings.Join(left, ", "), ctx.Err())
		}
	}
}

// busy lists an office's channels; without any, its queues' members that are
// on a call for all that the queue knows.
func (w *World) busy(ctx context.Context, o Office) (list []string, err error) {
	channels, err := w.ari.Channels(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		if o.owns(c.Name) {
			list = append(list, c.Name)
		}
	}
	if len(list) > 0 {
		return list, nil
	}
	for _, queue := range []string{"support", "sales"} { // all who are in any
		members, err := w.manager.act(ctx, "QueueStatus", url.Values{"queue": {o.Local(queue)}})
		if err != nil {
			return nil, err
		}
		for _, member := range memberStatus.FindAllStringSubmatch(members, -1) {
			if member[2] != "1" {
				list = append(list, fmt.Sprintf("%s in queue %s with status %s", member[1], queue, member[2]))
			}
		}
	}
	return list, nil
}

// memberStatus finds a queue's members and their states; 1 is "not in use"
// (devicestate.h).
var memberStatus = regexp.MustCompile(`(?s)Event: QueueMember\r\n.*?StateInterface: ([^\r]+)\r\n.*?Status: (\d+)\r\n`)
