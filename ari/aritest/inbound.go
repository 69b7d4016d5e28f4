package aritest

import (
	"fmt"
	"time"
)

// CallIn has a customer call in on the trunk PJSIP/pstn. script is what the customer and
// the dialplan do, in a goroutine of its own: Stasis hands the call over, and one that is
// sent back goes on with what Context says of from-pstn.
func (s *Server) CallIn(number string, script func(*Call)) *Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.callIn(number)
	s.spawn(func() { script(c) })
	return c
}

// callIn makes the channel of a call that comes in.
func (s *Server) callIn(number string) *Call {
	ch := s.newChannel(fmt.Sprintf("%d.%d", time.Now().Unix(), s.counter+1), "PJSIP/pstn")
	ch.name, ch.state, ch.caller, ch.context, ch.exten = fmt.Sprintf("PJSIP/pstn-%08x", s.counter), "Ring", number, "from-pstn", "+4685550000"
	c := &Call{s: s, channel: ch, waits: true}
	ch.dial = c
	s.channels[ch.id] = ch
	s.emitChannel("ChannelCreated", ch, nil)
	return c
}

// answerChannel answers a call that came in.
func (s *Server) answerChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, refused := s.inStasis(c.path[0], 404, 409)
	if ch == nil {
		return refused
	}
	if !s.waitIdle(ch) || ch.ended {
		return fail(404, "Channel not found")
	}
	s.setState(ch, "Up")
	return done()
}
