package aritest

import "fmt"

// snoop makes a channel that hears another one, and ends with it.
func (s *Server) snoop(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	target := s.channels[c.path[0]]
	switch {
	case c.get("spy") == "" && c.get("whisper") == "":
		return fail(400, "Direction must be specified for at least spy or whisper")
	case c.get("app") == "":
		return fail(400, "Application name is required")
	case target == nil:
		return fail(404, "Provided channel was not found")
	case s.inUse(c.path[1]):
		return fail(500, "Snoop channel could not be created")
	}
	ch := s.newChannel(c.path[1], "Snoop/"+target.id)
	ch.name = fmt.Sprintf("Snoop/%s-%08x", target.id, s.counter)
	ch.state, ch.wanted, ch.args = "Up", c.get("app"), c.get("appArgs")
	s.channels[ch.id] = ch
	target.snoops = append(target.snoops, ch)
	if app := s.apps[ch.wanted]; app != nil {
		app.channels[ch.id] = true
	}
	s.emitChannel("ChannelCreated", ch, nil)
	answer := ok(ch.snapshot())
	answer.then = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !ch.ended {
			s.enterStasis(ch)
		}
	}
	return answer
}
