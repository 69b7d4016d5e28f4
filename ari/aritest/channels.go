package aritest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

func (s *Server) listChannels(*call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []listed
	for _, c := range s.channels {
		own = append(own, listed{c.sequence, c.snapshot()})
	}
	return ok(list(own, s.foreign.channels))
}

func (s *Server) getChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channels[c.path[0]]; ch != nil {
		return ok(ch.snapshot())
	}
	if ch, known := s.foreign.channels[c.path[0]]; known {
		return ok(ch.snapshot)
	}
	return fail(404, "Channel not found")
}

// inStasis finds a channel that ARI may command; missing and outside are the statuses of
// one that isn't there or isn't in an application.
func (s *Server) inStasis(id string, missing, outside int) (*channel, reply) {
	ch := s.channels[id]
	_, foreign := s.foreign.channels[id]
	switch {
	case ch == nil && !foreign:
		return nil, fail(missing, "Channel not found")
	case ch == nil || ch.stasis == "":
		return nil, fail(outside, "Channel not in Stasis application")
	}
	return ch, reply{}
}

// inDialplan is inStasis for what a channel that is Down can't do: play, and go on in the
// dialplan.
func (s *Server) inDialplan(id string) (*channel, reply) {
	ch, refused := s.inStasis(id, 404, 409)
	if ch != nil && ch.state == "Down" {
		return nil, fail(412, "Channel in invalid state")
	}
	return ch, refused
}

// hangupReasons are the names that Asterisk knows, with their causes.
var hangupReasons = map[string]int{
	"": 16, "normal": 16, "busy": 17, "congestion": 34, "no_answer": 19, "timeout": 18, "rejected": 21,
	"unallocated": 1, "normal_unspecified": 31, "number_incomplete": 28, "codec_mismatch": 58,
	"interworking": 127, "failure": 38, "answered_elsewhere": 26,
}

// hangupChannel hangs up any channel. One that Emit played in belongs to the recorded
// stream, which says itself how it ends.
func (s *Server) hangupChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[c.path[0]]
	if ch == nil {
		if _, foreign := s.foreign.channels[c.path[0]]; foreign {
			return done()
		}
		return fail(404, "Channel not found")
	}
	cause, known := hangupReasons[c.get("reason")]
	if !known {
		return fail(400, "Invalid reason for hangup reason provided")
	}
	softHangup := 32
	e := ending{cause: cause, requested: &softHangup, soft: true}
	if ch.state != "Up" && ch.dial != nil {
		e.status = dialStatus(cause)
	}
	s.hangup(ch, e)
	return done()
}

// dialStatus is how Dial events call a cause that ended the dialling.
func dialStatus(cause int) string {
	switch cause {
	case 17:
		return "BUSY"
	case 34:
		return "CONGESTION"
	}
	return "NOANSWER"
}

// continueChannel sends the channel into the dialplan: into what Context says. At another
// place that DIALPLAN_EXISTS knows, see SetFunction, it stays until somebody hangs it up;
// anywhere else is its end.
func (s *Server) continueChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, refused := s.inDialplan(c.path[0])
	if ch == nil {
		return refused
	}
	if !s.waitIdle(ch) || ch.ended {
		return fail(404, "Channel not found")
	}
	s.leaveBridge(ch)
	if context := c.get("context"); context != "" {
		ch.context, ch.exten = context, "s"
	}
	if exten := c.get("extension"); exten != "" {
		ch.exten = exten
	}
	s.leaveStasis(ch)
	if script := s.contexts[ch.context]; script != nil {
		s.execute(ch, "NoOp", "")
		back := &Call{s: s, channel: ch, waits: ch.dial != nil && ch.dial.waits}
		s.spawn(func() { script(back) })
		return done()
	}
	function := s.function(fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", ch.context, ch.exten))
	if function != nil {
		if exists, _ := function(ch.id); exists == "1" {
			s.execute(ch, "NoOp", "")
			return done()
		}
	}
	s.execute(ch, "AppDial2", "(Outgoing Line)")
	s.hangup(ch, ending{cause: 0, silent: true})
	return done()
}

// getVariable reads a variable or function on any channel.
func (s *Server) getVariable(c *call) reply {
	name := c.get("variable")
	if name == "" {
		return fail(400, "Variable name is required")
	}
	s.mu.Lock()
	ch := s.channels[c.path[0]]
	_, foreign := s.foreign.channels[c.path[0]]
	if ch == nil && !foreign {
		s.mu.Unlock()
		return fail(404, "Provided channel was not found")
	}
	value, known := s.variable(ch, c.path[0], name)
	function := s.function(name)
	s.mu.Unlock()
	if function != nil { // without the lock: it is the test's
		value, known = function(c.path[0])
	}
	switch {
	case known:
		return ok(object{"value": value})
	case isFunction(name):
		return fail(500, "Unable to read provided function")
	}
	return fail(404, "Provided variable was not found")
}

func (s *Server) setVariable(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, value := c.get("variable"), c.get("value")
	if name == "" {
		return fail(400, "Variable name is required")
	}
	ch, refused := s.inStasis(c.path[0], 404, 409)
	if ch == nil {
		return refused
	}
	if !s.waitIdle(ch) || ch.ended {
		return fail(404, "Channel not found")
	}
	if name == "TIMEOUT(absolute)" {
		seconds, _ := strconv.ParseFloat(value, 64)
		s.setAbsolute(ch, time.Duration(seconds*float64(time.Second)))
		return done()
	}
	if name == toneZone {
		if slices.Contains(s.zones, value) { // of any other Asterisk only logs that it isn't there
			ch.variables[name] = value
		}
		return done()
	}
	ch.variables[name] = value
	s.emitChannel("ChannelVarset", ch, object{"variable": name, "value": value})
	return done()
}
