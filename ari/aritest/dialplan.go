package aritest

import "strings"

// Context says what a context of the dialplan does with the channels that are sent there
// with continue. script runs in a goroutine of its own for each; when it returns, the
// channel stays as it is.
func (s *Server) Context(name string, script func(*Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contexts[name] = script
}

// Stasis gives the call to an application, as Stasis(app,args) in the dialplan does. One
// that isn't connected doesn't take it: false, as STASISSTATUS=FAILED.
func (c *Call) Stasis(app string, args ...string) (taken bool) {
	s, ch := c.s, c.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch.ended || ch.stasis != "" {
		return false
	}
	data := strings.Join(append([]string{app}, args...), ",")
	s.execute(ch, "Stasis", data)
	if a := s.apps[app]; a == nil || a.conn == nil {
		s.execute(ch, "NoOp", "") // the dialplan goes on
		return false
	}
	ch.wanted, ch.args = app, strings.Join(args, ",")
	s.enterStasis(ch)
	return true
}

// Press presses a key. A key on a phone that a Local's dialplan dialled is heard on the
// phone's own channel, and then on the Local's first half.
func (c *Call) Press(key string) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for pressed := c; pressed != nil; pressed = pressed.parent {
		if ch := pressed.channel; !ch.ended && ch.state == "Up" {
			s.emitChannel("ChannelDtmfReceived", ch, object{"digit": key, "duration_ms": 120})
		}
	}
}
