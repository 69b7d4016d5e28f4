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
// is known. So the verdict on every call that goes on is partial.
//
// All times are Asterisk's, whose clock may differ from ours. Of a conversation
// whose end was missed, what was seen of it counts; one that began in the gap is
// taken to have begun with the call, for whoever is with a person now was answered.
//
// It finds which calls with customers are over and which have begun; Live lists those
// that there are now. A call that an agent dialled by hand in the gap is told by the
// dial string of whoever is dialling it; where it went through a transfer since, it
// isn't known, and looks like a customer's.
func (d *Detector) Resume(channels []CallChannel, created map[string]time.Time, bridges []LiveBridge) []Finding {
	d.forgetGone(channels)
	heard := d.latest
	for _, at := range created { // so far Asterisk's clock has come
		d.latest = later(d.latest, at)
	}
	var unknown []CallChannel
	for _, c := range channels {
		if ch := d.channels[c.ID]; ch != nil {
			ch.pass(c.Context)
			ch.tried(c.App, c.AppData, false)
			continue
		}
		unknown = append(unknown, c)
		// Whether a channel came in or was dialled is in no field. Before
		// the answer only an inbound one is in state Ring; a leg that was
		// dialled runs AppDial, AppQueue, or nothing.
		inbound := c.State == "Ring" || c.App != "" && c.App != "AppDial" && c.App != "AppQueue"
		ch := d.add(c, created[c.ID], inbound)
		ch.takenUp = true
		ch.rung = true // if it was dialled, its Dial is over
		ch.tried(c.App, c.AppData, false)
		if ch.customer {
			d.find(CallBegan{ch.live()})
		}
	}
	dials := dialsAmong(channels)
	for _, c := range unknown {
		d.takeUpOutbound(c, created[c.ID], dials)
	}
	d.regroup(bridges, heard)
	return d.findings()
}

// forgetGone drops what isn't listed any more, without a verdict.
func (d *Detector) forgetGone(channels []CallChannel) {
	alive := make(map[string]bool, len(channels))
	for _, c := range channels {
		alive[c.ID] = true
	}
	for id, ch := range d.channels {
		if alive[id] {
			continue
		}
		d.drop(ch, d.latest)
		if ch.customer || ch.out != nil {
			d.find(CallOver{ch.live()})
		}
	}
}

// regroup puts everybody into the bridges that there are now; heard is when the last event
// before the gap was.
func (d *Detector) regroup(bridges []LiveBridge, heard time.Time) {
	clear(d.bridges)
	for _, ch := range d.channels {
		clear(ch.bridges)
	}
	for _, b := range bridges {
		if b.Holding {
			continue
		}
		for _, id := range b.Channels {
			if ch := d.channels[id]; ch != nil {
				d.join(b.ID, ch, d.latest)
			}
		}
	}
	for _, ch := range d.channels {
		ch.verdict.Partial = true
		since := heard
		if !ch.talking {
			since = ch.verdict.Arrived
		}
		d.settle(ch, d.personsAmong(d.reachable(ch)), since)
	}
}
