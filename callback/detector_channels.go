package callback

import (
	"container/list"
	"strings"
	"time"
)

// channel is what the detector remembers of one live channel.
type channel struct {
	id, name string
	local    bool     // one half of a Local channel
	half     *channel // the other half, also when it is gone
	customer bool
	began    time.Time
	bridges  map[string]bool // false once it has left one that is still there
	place    *list.Element   // in the detector's order
	unlisted absence         // since which Sweep a listing lacks it

	// Of customers' channels and Locals: what their dialplan did.
	tries    []try // whom it tried to reach since a person talked last, oldest first
	earlier  []try // whom it tried before that
	last     try   // the newest of all
	said     word
	forwards bool // a phone has sent the call on; the Local that is dialled next leads there
	detour   bool // of such a Local: whoever is behind it wasn't whom the dialplan meant
	gone     bool // hang-up requested: nobody whom it tries to reach counts any more

	takenUp bool // its beginning wasn't seen

	// Of a customer's channel.
	verdict      Verdict
	contexts     []string // passed by, oldest first
	talking      bool
	talkingSince time.Time
	message      message

	// Of a channel that was dialled.
	rung    bool     // a Dial has named it
	dialler *channel // who dialled it; nil where nobody on the PBX did, or it isn't known
	byQueue bool
	reached bool // and somebody answered
	// Of a customer whom an agent dialled by hand.
	out         *LiveCall
	outAnswered bool // and CallAnswered was found
}

// Limits of what is remembered and believed.
const (
	// MaxChannels is how many channels a Detector remembers.
	MaxChannels = 20_000
	// maxRemembered bounds what a single call that loops in a dialplan can use.
	maxRemembered = 200
	// endedMemory is how long a destroyed channel's id is remembered.
	endedMemory = 10 * time.Second
	// longestCall is more than any call takes; a longer one is a clock that was set.
	longestCall = 7 * 24 * time.Hour
)

// followed reports whether it matters what the channel's dialplan does: what a phone's
// does loses no customer.
func (ch *channel) followed() bool { return ch.customer || ch.local }

// add begins to follow a channel; inbound says that it came from outside.
func (d *Detector) add(c CallChannel, at time.Time, inbound bool) *channel {
	ch := &channel{id: c.ID, name: c.Name, local: technology(c.Name) == "Local", began: at}
	switch {
	case ch.local:
		d.locals[c.Name] = ch
		if half := d.locals[otherHalf(c.Name)]; half != nil && half.half == nil {
			ch.half, half.half = half, ch
		}
	case inbound && d.trunk(EndpointOf(c.Name)) && !d.own(c.ID):
		ch.customer = true
		ch.verdict = Verdict{
			PBX: d.pbx, CallID: c.ID, Trunk: EndpointOf(c.Name),
			Caller: c.Caller, Dialled: c.Exten, Arrived: at, Source: SourceEvents,
		}
		ch.pass(c.Context)
	}
	if len(d.channels) >= MaxChannels {
		d.crowdedOut++
		d.lose(d.order.Front().Value.(*channel), d.latest)
	}
	d.channels[c.ID] = ch
	ch.place = d.order.PushBack(ch)
	return ch
}

// drop forgets a channel; whoever talked with it until now no longer does.
func (d *Detector) drop(ch *channel, at time.Time) {
	for bridge := range ch.bridges {
		d.leave(ch, bridge, at)
		if b := d.bridges[bridge]; b != nil {
			delete(b.been, ch.id)
		}
	}
	delete(d.channels, ch.id)
	d.order.Remove(ch.place)
	if d.locals[ch.name] == ch { // names start anew with Asterisk, ids don't
		delete(d.locals, ch.name)
	}
}

// lose drops a channel whose end wasn't seen, and is taken to have been at. A customer's
// call gets its verdict all the same, a partial one: of what is known it was missed or
// answered, and a lost call must not escape because one event did.
func (d *Detector) lose(ch *channel, at time.Time) {
	ch.verdict.Partial = true
	d.end(ch, at)
}

// absence is when a channel was first missing from a listing, by our clock and, as of the
// newest event, by Asterisk's.
type absence struct{ ours, asterisks time.Time }

// Sweep forgets the channels that two listings in a row lack: their end was never seen.
// listed has the unique ids of all channels that Asterisk has now; one listing isn't
// enough, because a channel may be younger than the list. Of a call with a customer that is
// dropped so it finds the end and, if the customer had called, a partial verdict. Call it
// every few minutes, between two events.
//
// Such a call ends now: nobody knows how long it took, and one that nobody hears of must
// count neither as brief nor as a talk too short to help. now is our clock; only what has
// passed from one Sweep to the next is taken from it, since Asterisk's may be another.
func (d *Detector) Sweep(listed map[string]bool, now time.Time) []Finding {
	for id, ch := range d.channels {
		switch {
		case listed[id]:
			ch.unlisted = absence{}
		case ch.unlisted == absence{}:
			ch.unlisted = absence{now, d.latest}
		default:
			d.lose(ch, later(d.latest, ch.unlisted.asterisks.Add(now.Sub(ch.unlisted.ours))))
		}
	}
	return d.findings()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Channels is how many channels are remembered.
func (d *Detector) Channels() int { return len(d.channels) }

// CrowdedOut counts the channels that were forgotten, the oldest first, because there
// were more than MaxChannels. It should stay 0.
func (d *Detector) CrowdedOut() int { return d.crowdedOut }

// live is a call with a customer as others know it while it lasts.
func (ch *channel) live() LiveCall {
	if ch.out != nil {
		return *ch.out
	}
	v := ch.verdict
	return LiveCall{
		PBX: v.PBX, ID: v.CallID, Trunk: v.Trunk, Number: v.Caller, Dialled: v.Dialled, Since: v.Arrived,
		Partial: ch.takenUp,
	}
}

// judged is the verdict on a customer's call that ended at.
func (ch *channel) judged(at time.Time) Verdict {
	v := ch.verdict
	v.Ended = at
	switch took := v.Ended.Sub(v.Arrived); {
	case took < 0:
		v.Arrived = v.Ended
	case took > longestCall:
		v.Arrived = v.Ended.Add(-longestCall)
	}
	v.Loss = ch.loss()
	v.MessageLeft = ch.messageLeft()
	return v
}

// pass notes a context on the way of a customer's call.
func (ch *channel) pass(context string) {
	if !ch.customer || context == "" || len(ch.contexts) > 0 && ch.contexts[len(ch.contexts)-1] == context {
		return
	}
	ch.contexts = append(bounded(ch.contexts), context)
}

// bounded makes room for one more in a list of what is remembered.
func bounded[T any](list []T) []T {
	if len(list) >= maxRemembered {
		return list[len(list)-maxRemembered+1:]
	}
	return list
}

// endings remembers which channels were destroyed lately: late or doubled events of theirs
// do nothing.
type endings struct {
	at    map[string]time.Time
	order []string
}

func (e *endings) add(id string, at time.Time) {
	e.at[id] = at
	e.order = append(e.order, id)
}

// lately reports whether the channel was destroyed in the seconds before now. What is
// further away, in whatever direction, is forgotten.
func (e *endings) lately(id string, now time.Time) bool {
	for len(e.order) > 0 {
		ago := now.Sub(e.at[e.order[0]])
		if -endedMemory <= ago && ago <= endedMemory && len(e.order) <= MaxChannels {
			break
		}
		delete(e.at, e.order[0])
		e.order = e.order[1:]
	}
	_, known := e.at[id]
	return known
}

// technology is what comes before the slash of a channel's name.
func technology(name string) string {
	tech, _, _ := strings.Cut(name, "/")
	return tech
}

// EndpointOf cuts the serial number off a channel's name: "PJSIP/pstn-00000005"
// is on endpoint "PJSIP/pstn".
func EndpointOf(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		return name[:i]
	}
	return name
}

// personal are the channel technologies behind which a person can be.
var personal = map[string]bool{"PJSIP": true, "SIP": true, "IAX2": true, "DAHDI": true, "SCCP": true, "Motif": true, "Console": true, "WebSocket": true}

// PersonalTechnology reports whether a person can be behind the channel of that name
// ("PJSIP/alice-00000002"). All other channels (Local, announcers, recorders, snoops)
// are Asterisk's own parts.
func PersonalTechnology(name string) bool { return personal[technology(name)] }
