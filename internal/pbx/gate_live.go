package pbx

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// entering is how long a leg may be on its way into its queue; it takes a millisecond.
	entering = 250 * time.Millisecond
	// eventDelay is how late an event may be after what it tells of shows in a count.
	eventDelay = 15 * time.Millisecond
)

// errMoving is a queue which legs of ours enter and leave too fast to count who else waits.
var errMoving = errors.New("legs of ours enter and leave")

// live counts the live callers in a queue: who waits there, less our own legs. A count
// falls before the event comes that tells why; so with a leg of ours there it is believed
// only if nothing is heard of that leg for a while, and when a second count says the same.
func (g *gate) live(ctx context.Context, queue string) (int, error) {
	for range 3 {
		if !g.legs.arrive(ctx, queue, entering) {
			break
		}
		ours := g.channels(queue)
		first, err := g.waiting(ctx, queue)
		if err != nil || len(ours) == 0 || first > len(ours) {
			return first - len(ours), err
		}
		select {
		case <-time.After(eventDelay):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
		if !slices.Equal(ours, g.channels(queue)) {
			continue
		}
		second, err := g.waiting(ctx, queue)
		return second - len(ours), err
	}
	return 0, errMoving
}

// waiting counts who waits in a queue, our own legs too.
func (g *gate) waiting(ctx context.Context, queue string) (int, error) {
	return g.probe.number(ctx, "QUEUE_WAITING_COUNT(%s)", queue)
}

// channels lists our legs that Asterisk counts in a queue.
func (g *gate) channels(queue string) (list []string) {
	for _, l := range g.legs.in(queue) {
		if l.sent {
			list = append(list, l.call.names.AgentChannel)
		}
	}
	slices.Sort(list)
	return list
}
