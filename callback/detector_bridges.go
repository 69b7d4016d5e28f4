package callback

import "time"

// entered puts the channel into the bridge, together with whoever Asterisk says
// is there already: a bridge that began before a gap is known from then on.
func (d *Detector) entered(e BridgeEntered) {
	ch := d.channels[e.Channel.ID]
	if ch == nil {
		return
	}
	d.join(e.Bridge, ch)
	for _, id := range e.Members {
		if member := d.channels[id]; member != nil {
			d.join(e.Bridge, member)
		}
	}
	d.reckon(ch, e.At)
}

func (d *Detector) join(bridge string, ch *channel) {
	if d.bridges[bridge] == nil {
		d.bridges[bridge] = map[string]bool{}
	}
	d.bridges[bridge][ch.id] = true
	ch.bridges[bridge] = true
}

func (d *Detector) leave(ch *channel, bridge string, at time.Time) {
	if !ch.bridges[bridge] {
		return
	}
	before := d.reachable(ch)
	delete(ch.bridges, bridge)
	delete(d.bridges[bridge], ch.id)
	if len(d.bridges[bridge]) == 0 {
		delete(d.bridges, bridge)
	}
	for _, other := range before {
		d.settle(other, at)
	}
}

// reckon brings the talking time of every customer near ch up to date.
func (d *Detector) reckon(ch *channel, at time.Time) {
	for _, other := range d.reachable(ch) {
		d.settle(other, at)
	}
}

// settle starts or stops a customer's talking time.
func (d *Detector) settle(ch *channel, at time.Time) {
	if !ch.customer {
		return
	}
	with := d.withPerson(ch)
	switch {
	case with && ch.talkingSince.IsZero():
		ch.talkingSince = at
	case !with && !ch.talkingSince.IsZero():
		ch.verdict.Talked += at.Sub(ch.talkingSince)
		ch.talkingSince = time.Time{}
	}
}

func (d *Detector) withPerson(ch *channel) bool {
	for _, other := range d.reachable(ch) {
		if other != ch && !other.customer && !d.own(other.id) && personal[technology(other.name)] {
			return true
		}
	}
	return false
}

// personal are the channel technologies behind which a person can be. All
// others (Local, announcers, recorders, snoops) are Asterisk's own parts.
var personal = map[string]bool{"PJSIP": true, "SIP": true, "IAX2": true, "DAHDI": true, "SCCP": true, "Motif": true, "Console": true, "WebSocket": true}

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
		if half := otherHalf(list[i].name); half != "" {
			visit(d.locals[half])
		}
		for bridge := range list[i].bridges {
			for id := range d.bridges[bridge] {
				visit(d.channels[id])
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
