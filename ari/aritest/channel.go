package aritest

import (
	"slices"
	"strings"
	"time"
)

// channel is a channel that was originated or created over ARI, the second half of a
// Local one, or a leg that a Local's dialplan dialled.
type channel struct {
	sequence           int
	id, name           string
	endpoint           string // as originated, for example Local/support@context/n
	state              string
	callerName, caller string
	connectedName      string
	connected          string
	context, exten     string
	app, appData       string
	created            time.Time
	variables          map[string]string

	snoops     []*channel // that end with it
	recordings []*recording
	half       *channel // the other half of a Local channel
	second     bool     // this is its ;2

	wanted     string // the application that gets it on answer
	args       string
	stasis     string // the application it is in
	bridge     *bridge
	playbacks  []*playback // the first plays
	dial       *Call       // the far end
	legs       []*Call     // dialled by this channel's dialplan
	ringing    *time.Timer // the originate's timeout
	absolute   *time.Timer // TIMEOUT(absolute)
	absoluteAt time.Time
	gone       chan struct{} // closed when it is destroyed
	ended      bool
}

func (c *channel) local() bool { return strings.HasPrefix(c.name, "Local/") }

// end marks the channel as gone, for whoever waits for it.
func (c *channel) end() {
	if !c.ended {
		c.ended = true
		close(c.gone)
	}
}

func (c *channel) snapshot() object {
	return object{
		"id": c.id, "name": c.name, "state": c.state, "protocol_id": "",
		"caller":      object{"name": c.callerName, "number": c.caller},
		"connected":   object{"name": c.connectedName, "number": c.connected},
		"accountcode": "",
		"dialplan": object{
			"context": c.context, "exten": c.exten, "priority": 1, "app_name": c.app, "app_data": c.appData,
		},
		"creationtime": stamp(c.created), "language": "en",
	}
}

// emitChannel sends an event about one channel.
func (s *Server) emitChannel(kind string, c *channel, fields object) {
	all := object{"channel": c.snapshot()}
	for name, value := range fields {
		all[name] = value
	}
	s.emit(event{kind: kind, fields: all, channels: []string{c.id}})
}

func (s *Server) setState(c *channel, state string) {
	if c.state != state {
		c.state = state
		s.emitChannel("ChannelStateChange", c, nil)
		s.phoneMoved(c.endpoint)
	}
}

// execute runs an application of the dialplan.
func (s *Server) execute(c *channel, app, data string) {
	c.app, c.appData = app, data
	s.emitChannel("ChannelDialplan", c, object{"dialplan_app": app, "dialplan_app_data": data})
}

// emitDial sends the progress of dialling peer.
func (s *Server) emitDial(caller, peer *channel, status, dialstring string) {
	e := event{kind: "Dial", channels: []string{peer.id}, fields: object{
		"dialstatus": status, "forward": "", "dialstring": dialstring, "peer": peer.snapshot(),
	}}
	if caller != nil {
		e.fields["caller"] = caller.snapshot()
		e.channels = append(e.channels, caller.id)
	}
	s.emit(e)
}

// enterStasis gives the channel to the application that wanted it. If that isn't
// connected, the channel is dropped.
func (s *Server) enterStasis(c *channel) {
	app := s.apps[c.wanted]
	if app == nil || app.conn == nil {
		s.hangup(c, ending{cause: 0, silent: true})
		return
	}
	c.stasis, c.app, c.appData = c.wanted, "Stasis", c.stasisData()
	args := []string{}
	if c.args != "" {
		args = strings.Split(c.args, ",")
	}
	app.channels[c.id] = true
	s.sendTo(app, event{kind: "StasisStart", fields: object{"args": args, "channel": c.snapshot()}})
}

// stasisData is the argument of Stasis() for the application that wants the channel.
func (c *channel) stasisData() string {
	if c.args == "" {
		return c.wanted
	}
	return c.wanted + "," + c.args
}

// leaveStasis takes the channel out of its application.
func (s *Server) leaveStasis(c *channel) {
	if c.stasis == "" {
		return
	}
	app := s.apps[c.stasis]
	c.stasis = ""
	if app != nil {
		s.sendTo(app, event{kind: "StasisEnd", fields: object{"channel": c.snapshot()}})
		if strings.HasPrefix(c.name, "Snoop/") { // of whose end only those hear who subscribed to all channels
			delete(app.channels, c.id)
		}
	}
}

// ending is how a channel ends.
type ending struct {
	cause, tech int
	half        *int   // the cause of a Local's other half, if it differs
	silent      bool   // nobody asked: no ChannelHangupRequest
	requested   *int   // the cause in ChannelHangupRequest, nil for none
	soft        bool   // it wasn't the far end who asked
	status      string // of the Dial event, if the end of dialling is told
}

// hangup ends a channel and everything that hangs on it: playbacks, its place in a
// bridge, the other half of a Local, the legs that its dialplan dials.
func (s *Server) hangup(c *channel, e ending) {
	if c.ended {
		return
	}
	c.end()
	s.cancel(c.ringing)
	s.cancel(c.absolute)
	if !e.silent {
		request := object{}
		if e.requested != nil {
			request["cause"] = *e.requested
		}
		if e.soft {
			request["soft"] = true
		}
		if e.tech != 0 {
			request["tech_cause"] = e.tech
		}
		s.emitChannel("ChannelHangupRequest", c, request)
	}
	for len(c.playbacks) > 0 {
		s.finishPlayback(c.playbacks[0], "failed")
	}
	for len(c.recordings) > 0 {
		s.finishRecording(c.recordings[0])
	}
	s.leaveBridge(c)
	s.leaveStasis(c)
	if e.status != "" && c.dial != nil {
		if parent := c.dial.parent; parent != nil {
			s.emitDial(parent.second(), c, e.status, c.dial.legDialstring())
		} else {
			s.emitDial(nil, c, e.status, c.dial.dialstring)
		}
	}
	for _, leg := range slices.Clone(c.legs) {
		s.cancelLeg(leg, e.cause)
	}
	if c.second && c.app != "" { // its dialplan ends
		s.emitChannel("ChannelHangupRequest", c, object{"cause": 16, "soft": true})
	}
	for _, snoop := range c.snoops {
		s.hangup(snoop, ending{cause: 0, silent: true})
	}
	if c.half != nil {
		s.hangup(c.half, c.halfEnding(e))
	}
	s.emitChannel("ChannelDestroyed", c, destroyed(e.cause, e.tech))
	delete(s.channels, c.id)
	s.phoneFreed(c)
	for _, app := range s.apps {
		delete(app.channels, c.id)
	}
}

// halfEnding is how the other half of a Local ends: the same way, unless it is said
// otherwise or it never ran.
func (c *channel) halfEnding(e ending) ending {
	cause := e.cause
	switch {
	case e.half != nil:
		cause = *e.half
	case !c.second && c.dial == nil:
		cause = 0
	}
	ran := c.second || c.half.app != ""
	return ending{cause: cause, requested: &cause, silent: !ran}
}

func destroyed(cause, tech int) object {
	fields := object{"cause": cause, "cause_txt": causeText(cause)}
	if tech != 0 {
		fields["tech_cause"] = tech
	}
	return fields
}

// upCause is the cause with which a channel dies that was up: Asterisk says 16 in a
// bridge and 0 in an application.
func (c *channel) upCause() int {
	if c.bridge != nil || c.local() {
		return 16
	}
	return 0
}

// causeText names Q.850 causes as Asterisk does.
func causeText(cause int) string {
	if text, known := causeTexts[cause]; known {
		return text
	}
	return "Unknown"
}

var causeTexts = map[int]string{
	0: "Unknown", 1: "Unallocated (unassigned) number", 3: "No route to destination", 16: "Normal Clearing",
	17: "User busy", 18: "No user responding", 19: "User alerting, no answer", 21: "Call Rejected",
	22: "Number changed", 26: "Answered elsewhere", 27: "Destination out of order", 28: "Invalid number format",
	34: "Circuit/channel congestion", 38: "Network out of order", 42: "Switching equipment congestion",
	58: "Bearer capability not available", 127: "Interworking, unspecified",
}

// sipCause is the Q.850 cause that Asterisk makes of a SIP status.
func sipCause(status int) int {
	if cause, known := sipCauses[status]; known {
		return cause
	}
	return 127
}

var sipCauses = map[int]int{
	401: 21, 403: 21, 404: 1, 407: 21, 408: 18, 410: 22, 480: 19, 484: 28, 486: 17, 488: 58,
	503: 34, 600: 17, 603: 21,
}
