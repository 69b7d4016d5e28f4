package callback

import "time"

// entered puts the channel into the bridge, together with whoever Asterisk says
// is there already: a bridge that began before a gap is known from then on.
func (d *Detector) entered(e BridgeEntered, at time.Time) {
	ch := d.named(e.Channel, at)
	if ch == nil {
		return
	}
	d.join(e.Bridge, ch, at)
	for _, id := range e.Members {
		if member := d.channels[id]; member != nil {
			d.join(e.Bridge, member, at)
		}
	}
	d.settleAll(d.reachable(ch), at)
}

// bridge is a bridge in which somebody is. Who was there is remembered for as long as both
// last, so that an event that comes twice doesn't bring anybody back.
type bridge struct {
	inside map[string]*channel
	been   map[string]*channel
	since  time.Time
}

func (d *Detector) join(id string, ch *channel, at time.Time) {
	b := d.bridges[id]
	if b == nil {
		b = &bridge{inside: map[string]*channel{}, been: map[string]*channel{}, since: at}
		d.bridges[id] = b
	}
	if ch.bridges == nil {
		ch.bridges = map[string]bool{}
	}
	b.inside[ch.id], b.been[ch.id], ch.bridges[id] = ch, ch, true
}

// left parts the channel from the bridge. If the event that brought it there was lost, or
// that of somebody who stays, it has been there from the bridge's beginning, or its own.
func (d *Detector) left(e BridgeLeft, ch *channel, at time.Time) {
	if b := d.bridges[e.Bridge]; b != nil {
		for _, id := range append([]string{ch.id}, e.Members...) {
			if other := d.channels[id]; other != nil && b.been[id] == nil {
				d.join(e.Bridge, other, at)
				d.settleSince(d.reachable(other), later(b.since, other.began))
			}
		}
	}
	d.leave(ch, e.Bridge, at)
}

func (d *Detector) leave(ch *channel, bridge string, at time.Time) {
	if !ch.bridges[bridge] {
		return
	}
	before := d.reachable(ch)
	d.part(ch, bridge)
	settled := make(map[*channel]bool, len(before))
	for _, other := range before {
		if settled[other] {
			continue
		}
		together := d.reachable(other)
		for _, one := range together {
			settled[one] = true
		}
		d.settleAll(together, at)
	}
}

func (d *Detector) part(ch *channel, bridge string) {
	b := d.bridges[bridge]
	ch.bridges[bridge] = false
	delete(b.inside, ch.id)
	if len(b.inside) > 0 {
		return
	}
	for _, been := range b.been {
		delete(been.bridges, bridge)
	}
	delete(d.bridges, bridge)
}

// settleAll brings channels that hear each other up to date.
func (d *Detector) settleAll(together []*channel, at time.Time) {
	persons := d.personsAmong(together)
	for _, ch := range together {
		d.settle(ch, persons, at)
	}
}

// settleSince is settleAll for what nobody saw begin: for nobody it began before their call.
func (d *Detector) settleSince(together []*channel, since time.Time) {
	persons := d.personsAmong(together)
	for _, ch := range together {
		d.settle(ch, persons, later(since, ch.began))
	}
}

// personsAmong counts the channels behind which somebody is who isn't a customer that has
// called: neither are the people whom callbackd called.
func (d *Detector) personsAmong(together []*channel) (n int) {
	for _, ch := range together {
		if !ch.customer && PersonalTechnology(ch.name) && !d.own(ch.id) {
			n++
		}
	}
	return n
}

// settle starts or stops a customer's talking time, and notes that whoever an agent dialled
// has answered; persons is how many of them hear each other there.
func (d *Detector) settle(ch *channel, persons int, at time.Time) {
	switch {
	case ch.customer && persons > 0:
		ch.talks(at)
	case ch.customer:
		ch.fallsSilent(at)
	case ch.out != nil && persons > 1: // it is one of them
		d.answered(ch)
	}
}

// talks notes that a customer hears a person from now on. Whatever was tried before has
// ended well; who loses the call afterwards is another matter.
func (ch *channel) talks(at time.Time) {
	if ch.talking {
		return
	}
	ch.talking, ch.talkingSince = true, at
	for _, t := range ch.tries {
		ch.earlier = append(bounded(ch.earlier), t)
	}
	ch.tries = nil
}

// fallsSilent notes that a customer hears no person any more.
func (ch *channel) fallsSilent(at time.Time) {
	if !ch.talking {
		return
	}
	ch.talking = false
	ch.verdict.Talked = min(ch.verdict.Talked+talkTime(ch.talkingSince, at), longestCall)
}

// Of a talk during which Asterisk's clock was set back nobody knows the length; most talks
// are long enough to count, and who was helped must not be called. Between channels the
// timestamps of events step back by a millisecond: that is no such clock.
const (
	talkUnmeasured = time.Minute
	clockJitter    = time.Second
)

func talkTime(from, to time.Time) time.Duration {
	t := to.Sub(from)
	if t < -clockJitter {
		return talkUnmeasured
	}
	return min(max(t, 0), longestCall)
}

// reachable lists ch and every channel that hears it: over shared bridges and
// from one half of a Local channel to the other.
func (d *Detector) reachable(ch *channel) []*channel {
	seen := map[*channel]bool{ch: true}
	list := []*channel{ch}
	for i := 0; i < len(list); i++ {
		visit := func(other *channel) {
			if other != nil && !seen[other] {
				seen[other] = true
				list = append(list, other)
			}
		}
		visit(list[i].half)
		for bridge, inside := range list[i].bridges {
			if !inside {
				continue
			}
			for _, other := range d.bridges[bridge].inside {
				visit(other)
			}
		}
	}
	return list
}

// otherHalf names the other half of a Local channel, "" for any other channel.
func otherHalf(name string) string {
	if technology(name) != "Local" || len(name) < 2 {
		return ""
	}
	switch stem, half := name[:len(name)-1], name[len(name)-2:]; half {
	case ";1":
		return stem + "2"
	case ";2":
		return stem + "1"
	}
	return ""
}
