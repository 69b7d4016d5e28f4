package callback

import (
	"container/list"
	"strings"
	"time"
)

// Detector folds the event stream of one PBX into a verdict for every
// customer's call. The whole linked call is judged, not a leg: one customer's
// call is one trunk channel that was created ringing, and it is answered by
// whoever is in one bridge with it, through any chain of Local channels. Only
// that proves a person: not Up, not DIALSTATUS, not CONNECT.
//
// One goroutine at a time may use it, and it does no I/O. What it knows lives as long as
// the channels; it is lost with the process, and Resume takes up the calls that
// are alive after a gap. It remembers at most MaxChannels channels, and Sweep
// drops those whose end was never seen.
type Detector struct {
	pbx        string
	trunk      func(endpoint string) bool
	own        func(channelID string) bool
	channels   map[string]*channel
	order      *list.List          // the channels, oldest first
	locals     map[string]*channel // by name, for pairing the halves
	bridges    map[string]*bridge
	ended      endings
	undecided  []overTrunk
	found      []Finding // by the event at hand
	said       uint64    // counts what dialplans say, to know what was said last
	latest     time.Time // of the newest event
	crowdedOut int
}

// NewDetector makes a detector for the PBX called pbx. trunk says whether calls
// arriving on an endpoint ("PJSIP/pstn") are customers' calls; own, whether a
// channel is one of callbackd's.
func NewDetector(pbx string, trunk func(endpoint string) bool, own func(channelID string) bool) *Detector {
	return &Detector{
		pbx: pbx, trunk: trunk, own: own,
		channels: map[string]*channel{},
		order:    list.New(),
		locals:   map[string]*channel{},
		bridges:  map[string]*bridge{},
		ended:    endings{at: map[string]time.Time{}},
	}
}

// Observe takes the next event and tells what it lets know, in order; mostly nothing.
func (d *Detector) Observe(event CallEvent) []Finding {
	at := event.When()
	if at.IsZero() {
		at = d.latest
	}
	d.latest = at
	switch e := event.(type) {
	case ChannelCreated:
		d.created(e, at)
	case DialplanReached:
		d.reached(e, at)
	case DialSeen:
		d.dialled(e, at)
	case VariableSet:
		d.variable(e)
	case HandedOver:
		d.handedOver(e, at)
	case HangupRequested:
		if ch := d.channels[e.Channel.ID]; ch != nil {
			ch.tried(e.Channel.App, e.Channel.AppData, false)
			ch.gone = true
		}
	case BridgeEntered:
		if !e.Holding {
			d.entered(e, at)
		}
	case BridgeLeft:
		if ch := d.channels[e.Channel.ID]; ch != nil && !e.Holding {
			d.left(e, ch, at)
		}
	case ChannelDestroyed:
		if ch := d.channels[e.Channel.ID]; ch != nil {
			d.end(ch, at)
		}
	}
	return d.findings()
}

func (d *Detector) find(f Finding) { d.found = append(d.found, f) }

// findings hands out what was found, and forgets it.
func (d *Detector) findings() []Finding {
	found := d.found
	d.found = nil
	return found
}

func (d *Detector) created(e ChannelCreated, at time.Time) {
	if _, again := d.channels[e.Channel.ID]; again || d.ended.lately(e.Channel.ID, at) {
		return
	}
	ch := d.add(e.Channel, at, e.Channel.State == "Ring")
	switch {
	case ch.customer:
		d.find(CallBegan{ch.live()})
	case e.Channel.State == "Down" && d.trunk(EndpointOf(ch.name)) && !d.own(ch.id):
		d.find(WentOut{d.pbx, ch.id})
	}
}

// named is the channel that an event names; nil if it was destroyed lately. One that isn't
// known had its first event lost, and is taken up as it is now.
func (d *Detector) named(c CallChannel, at time.Time) *channel {
	if ch := d.channels[c.ID]; ch != nil {
		return ch
	}
	if d.ended.lately(c.ID, at) {
		return nil
	}
	ch := d.add(c, at, c.State == "Ring")
	ch.takenUp = true
	if ch.verdict.Partial = true; ch.customer {
		d.find(CallBegan{ch.live()})
	}
	return ch
}

func (d *Detector) reached(e DialplanReached, at time.Time) {
	ch := d.named(e.Channel, at)
	if ch == nil || !ch.followed() {
		return
	}
	if !ch.gone {
		ch.pass(e.Channel.Context)
	}
	app, data := unwrapped(e.App, e.Data)
	if value, says := saying(app, data); says {
		d.says(ch, value)
	}
	ch.tried(app, data, false)
}

func (d *Detector) dialled(e DialSeen, at time.Time) {
	peer := d.named(e.Peer, at)
	first := peer != nil && !peer.rung && (e.Caller != nil || e.Status == "")
	if first {
		peer.rung = true
	}
	if e.Caller != nil {
		caller := d.named(*e.Caller, at)
		if caller == nil {
			return
		}
		// ExecIf, AGI and Lua show what they run only here.
		caller.tried(e.Caller.App, e.Caller.AppData, first)
		if first {
			peer.dialler, peer.byQueue = caller, strings.EqualFold(e.Caller.App, "Queue")
		}
		switch {
		case e.Forwarded:
			caller.forwards = true
		case first && peer.local && caller.forwards:
			caller.forwards, peer.detour = false, true
		}
		if peer != nil && peer.local && !e.Forwarded && !peer.detour && len(caller.tries) > 0 {
			caller.tries[len(caller.tries)-1].follow(peer)
		}
	}
	d.outbound(e, peer, first, at)
}

// end forgets a channel that ended at.
func (d *Detector) end(ch *channel, at time.Time) {
	d.drop(ch, at)
	d.ended.add(ch.id, d.latest)
	switch {
	case ch.customer:
		d.find(CallOver{ch.live()})
		d.find(ch.judged(at))
	case ch.out != nil:
		d.find(CallOver{ch.live()})
	}
}

// Live lists the calls with customers that are going on.
func (d *Detector) Live() (calls []LiveCall) {
	for _, ch := range d.channels {
		if ch.customer || ch.out != nil {
			calls = append(calls, ch.live())
		}
	}
	return calls
}

// Calls is the number of customers' calls that are alive.
func (d *Detector) Calls() int {
	n := 0
	for _, ch := range d.channels {
		if ch.customer {
			n++
		}
	}
	return n
}
