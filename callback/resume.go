package callback

import "time"

// LiveBridge is a bridge as Asterisk lists it.
type LiveBridge struct {
	ID       string
	Holding  bool
	Channels []string
}

// Resume takes up the calls that are alive after a gap: channels, each with its
// time of creation, and bridges are all that Asterisk has. Calls that ended in
// the gap are forgotten: nothing here knows whether they were answered. What a
// call tried before the gap is kept if it was seen, else only what it runs now
// is known.
//
// All times are Asterisk's, whose clock may differ from ours. Of a conversation
// whose end was missed, what was seen of it counts; one that goes on is taken to
// have begun with the call, for whoever is with a person now was answered.
func (d *Detector) Resume(channels []CallChannel, created map[string]time.Time, bridges []LiveBridge) {
	alive := make(map[string]bool, len(channels))
	for _, c := range channels {
		alive[c.ID] = true
	}
	for id, ch := range d.channels {
		for bridge := range ch.bridges {
			d.leave(ch, bridge, d.latest)
		}
		if !alive[id] {
			delete(d.channels, id)
			delete(d.locals, ch.name)
		}
	}
	for _, c := range channels {
		if d.channels[c.ID] == nil {
			// Whether a channel came in or was dialled is in no field. Before
			// the answer only an inbound one is in state Ring; a leg that was
			// dialled runs AppDial, AppQueue, or nothing.
			inbound := c.State == "Ring" || c.App != "" && c.App != "AppDial" && c.App != "AppQueue"
			d.add(c, created[c.ID], inbound).tried(c.App, c.AppData)
		}
	}
	for _, b := range bridges {
		if b.Holding {
			continue
		}
		for _, id := range b.Channels {
			if ch := d.channels[id]; ch != nil {
				d.join(b.ID, ch)
			}
		}
	}
	for _, ch := range d.channels {
		d.settle(ch, ch.verdict.Arrived)
	}
}
