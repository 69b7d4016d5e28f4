package callback

import (
	"strings"
	"time"
)

// Verdict is what became of one customer's call.
type Verdict struct {
	PBX     string
	CallID  string
	Trunk   string // "PJSIP/pstn"
	Caller  string // as the trunk delivered it, from the call's first event
	Dialled string
	Arrived time.Time
	Ended   time.Time
	Talked  time.Duration // with persons, in sum
	// Loss is who lost it. Of a call that was answered: who lost it after a person had
	// passed it on; zero where nobody did.
	Loss Loss

	Presentation Presentation // whether the caller's number may be used
	// Partial says that not all of the call was seen: a part of it lay in a gap.
	Partial bool
	// MessageLeft says that the caller left a message in a voicemail box. Only where an
	// account asks for it is this looked at.
	MessageLeft bool
	Source      Source
}

// Presentation says whether a caller lets the number be shown.
type Presentation string

// The presentations. A number that is withheld arrives like any other.
const (
	PresentationUnknown  Presentation = "" // nobody could be asked: the call is known from a log, or was over too soon
	PresentationAllowed  Presentation = "allowed"
	PresentationWithheld Presentation = "withheld"
)

// Source says where a call was seen.
type Source string

// The sources.
const (
	SourceEvents Source = "events" // Asterisk's event stream
	SourceLogs   Source = "logs"   // queue_log and CDR, read afterwards
)

// Rebased is the verdict with its end at now and everything else as long before
// that as Asterisk's clock said: for a call that ended this moment, so that a
// clock of Asterisk's that is wrong moves no callback.
func (v Verdict) Rebased(now time.Time) Verdict {
	v.Arrived, v.Ended = now.Add(v.Arrived.Sub(v.Ended)), now
	return v
}

// Detector folds the event stream of one PBX into a verdict for every
// customer's call. The whole linked call is judged, not a leg: one customer's
// call is one trunk channel that was created ringing, and it is answered by
// whoever is in one bridge with it, through any chain of Local channels. Only
// that proves a person: not Up, not DIALSTATUS, not CONNECT.
//
// It belongs to one goroutine and does no I/O. What it knows lives as long as
// the channels; it is lost with the process, and Resume takes up the calls that
// are alive after a gap.
type Detector struct {
	pbx      string
	trunk    func(endpoint string) bool
	own      func(channelID string) bool
	channels map[string]*channel
	locals   map[string]*channel // by name, for finding the other half
	bridges  map[string]map[string]bool
	ended    map[string]time.Time // destroyed lately: late or doubled events do nothing
	latest   time.Time            // of the newest event
}

// channel is what the detector remembers of one live channel.
type channel struct {
	id, name     string
	customer     bool
	verdict      Verdict   // of a customer's channel
	contexts     []string  // passed by, oldest first
	tries        []try     // whom its dialplan tried to reach, oldest first
	gone         bool      // hang-up requested: nothing it does counts any more
	talkingSince time.Time // zero while it is with nobody
	bridges      map[string]bool
}

// endedMemory is how long a destroyed channel's id is remembered.
const endedMemory = 10 * time.Second

// NewDetector makes a detector for the PBX called pbx. trunk says whether calls
// arriving on an endpoint ("PJSIP/pstn") are customers' calls; own, whether a
// channel is one of callbackd's.
func NewDetector(pbx string, trunk func(endpoint string) bool, own func(channelID string) bool) *Detector {
	return &Detector{
		pbx: pbx, trunk: trunk, own: own,
		channels: map[string]*channel{},
		locals:   map[string]*channel{},
		bridges:  map[string]map[string]bool{},
		ended:    map[string]time.Time{},
	}
}

// Observe takes the next event and tells what it lets know, in order; mostly nothing.
func (d *Detector) Observe(event CallEvent) []Finding {
	if at := event.When(); at.After(d.latest) {
		d.latest = at
	}
	switch e := event.(type) {
	case ChannelCreated:
		return d.created(e)
	case DialplanReached:
		if ch := d.channels[e.Channel.ID]; ch != nil {
			ch.pass(e.Channel.Context)
			ch.tried(e.App, e.Data)
		}
	case DialSeen:
		d.dialled(e)
	case HangupRequested:
		if ch := d.channels[e.Channel.ID]; ch != nil {
			ch.tried(e.Channel.App, e.Channel.AppData)
			ch.gone = true
		}
	case BridgeEntered:
		if !e.Holding {
			d.entered(e)
		}
	case BridgeLeft:
		if ch := d.channels[e.Channel.ID]; ch != nil {
			d.leave(ch, e.Bridge, e.At)
		}
	case ChannelDestroyed:
		return d.destroyed(e)
	}
	return nil
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

func (d *Detector) created(e ChannelCreated) []Finding {
	id := e.Channel.ID
	if _, again := d.channels[id]; again {
		return nil
	}
	d.forgetEnded(e.At)
	if _, late := d.ended[id]; late {
		return nil
	}
	ch := d.add(e.Channel, e.At, e.Channel.State == "Ring")
	if !ch.customer {
		return nil
	}
	return []Finding{CallBegan{ch.live()}}
}

// live is a customer's call as others know it while it lasts.
func (ch *channel) live() LiveCall {
	v := ch.verdict
	return LiveCall{PBX: v.PBX, ID: v.CallID, Trunk: v.Trunk, Number: v.Caller, Dialled: v.Dialled, Since: v.Arrived}
}

// Live lists the calls with customers that are going on.
func (d *Detector) Live() (list []LiveCall) {
	for _, ch := range d.channels {
		if ch.customer {
			list = append(list, ch.live())
		}
	}
	return list
}

// add begins to follow a channel; inbound says that it came from outside.
func (d *Detector) add(c CallChannel, at time.Time, inbound bool) *channel {
	ch := &channel{id: c.ID, name: c.Name, bridges: map[string]bool{}}
	ch.pass(c.Context)
	switch {
	case technology(c.Name) == "Local":
		d.locals[c.Name] = ch
	case inbound && !d.own(c.ID) && d.trunk(EndpointOf(c.Name)):
		ch.customer = true
		ch.verdict = Verdict{
			PBX: d.pbx, CallID: c.ID, Trunk: EndpointOf(c.Name),
			Caller: c.Caller, Dialled: c.Exten, Arrived: at, Source: SourceEvents,
		}
	}
	d.channels[c.ID] = ch
	return ch
}

func (d *Detector) dialled(e DialSeen) {
	if e.Caller == nil {
		return
	}
	ch := d.channels[e.Caller.ID]
	if ch == nil {
		return
	}
	// ExecIf, AGI and Lua show what they run only here.
	ch.tried(e.Caller.App, e.Caller.AppData)
	if half, ok := strings.CutSuffix(e.Peer.Name, ";1"); ok && !e.Forwarded && len(ch.tries) > 0 {
		ch.tries[len(ch.tries)-1].follow(d.locals[half+";2"])
	}
}

func (d *Detector) destroyed(e ChannelDestroyed) []Finding {
	ch := d.channels[e.Channel.ID]
	if ch == nil {
		return nil
	}
	for bridge := range ch.bridges {
		d.leave(ch, bridge, e.At)
	}
	delete(d.channels, ch.id)
	delete(d.locals, ch.name)
	d.ended[ch.id] = e.At
	if !ch.customer {
		return nil
	}
	v := ch.verdict
	v.Ended = e.At
	v.Loss = ch.loss()
	return []Finding{CallOver{ch.live()}, v}
}

func (d *Detector) forgetEnded(now time.Time) {
	for id, at := range d.ended {
		if now.Sub(at) > endedMemory {
			delete(d.ended, id)
		}
	}
}

// pass notes a context on the channel's way.
func (ch *channel) pass(context string) {
	if context == "" || len(ch.contexts) > 0 && ch.contexts[len(ch.contexts)-1] == context {
		return
	}
	if len(ch.contexts) == maxRemembered {
		ch.contexts = ch.contexts[1:]
	}
	ch.contexts = append(ch.contexts, context)
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
