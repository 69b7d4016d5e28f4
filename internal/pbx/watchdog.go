package pbx

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// The watchdog is the last net. What is ours in Asterisk belongs to an attempt, whose end
// removes it, and what appears without one is refused at its first event. But an event may
// be dropped by Asterisk, and a request be carried out long after it was given up. Such a
// channel would keep a line busy until its fuse, and a bridge, which has none, stay for ever.

const (
	// watchEvery is how often the watchdog looks; like the detector's sweep, it finds what
	// should never be there.
	watchEvery = sweepEvery
	// watchAgain is how long after it has seen something it looks once more: an attempt that
	// was just ending has ended by then.
	watchAgain = time.Minute
)

// watchdog is what the watchdog remembers from one look to the next.
type watchdog struct {
	lifetime context.Context // of the last look; nil before the first
	seen     map[string]bool // leftovers at the last look
	removed  map[string]bool // what is being removed, for as long as that takes
}

// watch looks now and then, until ctx ends, whether Asterisk holds what is ours and belongs to
// no attempt under way, and removes what is still there at a second look.
func (x *Exchange) watch(ctx context.Context) {
	var w watchdog
	timer := time.NewTimer(watchEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if lifetime := x.reconciledLifetime(); lifetime != nil {
			x.look(lifetime, &w)
		}
		if len(w.seen) > 0 {
			timer.Reset(watchAgain)
		} else {
			timer.Reset(watchEvery)
		}
	}
}

// reconciledLifetime is the present lifetime once its attempts are adopted, else nil:
// before that nobody knows whose a channel is.
func (x *Exchange) reconciledLifetime() context.Context {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.listed.IsZero() {
		return nil
	}
	return x.lifetime
}

// look is one look. A gap begins anew: what was there before it is reconciled.
func (x *Exchange) look(lifetime context.Context, w *watchdog) {
	if w.lifetime != lifetime {
		*w = watchdog{lifetime: lifetime, removed: map[string]bool{}}
	}
	leftovers, err := x.leftovers(lifetime)
	if err != nil {
		x.o.Log.Debug().Err(err).Msg("what is left over in Asterisk could not be listed; next time")
		return
	}
	seen, removed := map[string]bool{}, 0
	for _, id := range slices.Sorted(maps.Keys(leftovers)) {
		switch {
		case w.removed[id]:
		case !w.seen[id]:
			seen[id] = true
		default:
			x.o.Log.Warn().Str("id", id).Msg("what is left over of no attempt is removed")
			leftovers[id](lifetime, id)
			w.removed[id] = true
			removed++
		}
	}
	w.seen = seen
	if removed > 0 {
		x.o.Meter.LeftOver(x.o.Name, removed)
	}
}

// leftovers are the channels and bridges of ours in Asterisk that belong to no attempt under
// way, by their ids, with how each is removed. Snoops are channels.
func (x *Exchange) leftovers(lifetime context.Context) (map[string]func(lifetime context.Context, id string), error) {
	channels, err := x.client.Channels(lifetime)
	if err != nil {
		return nil, err
	}
	bridges, err := x.client.Bridges(lifetime)
	if err != nil {
		return nil, err
	}
	list := map[string]func(context.Context, string){}
	for _, c := range channels {
		// The second half of a Local goes with the first.
		if x.leftOver(c.ID) && !strings.HasSuffix(c.ID, otherHalf) {
			list[c.ID] = x.sweeper.channel
		}
	}
	for _, b := range bridges {
		if x.leftOver(b.ID) {
			list[b.ID] = x.sweeper.bridge
		}
	}
	return list, nil
}

// leftOver reports whether id is ours and nobody's now.
func (x *Exchange) leftOver(id string) bool {
	return x.names.own(id) && x.callOf(id) == nil && !x.gate.probe.uses(id)
}

// uses reports whether id is the probe that questions are asked on.
func (p *probe) uses(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.id == id
}
