package aritest

import (
	"cmp"
	"strings"
	"time"
)

// AgentPhone says who is at an agent's phone, such as PJSIP/alice, which is registered from
// then on. Its device state follows its calls, and those who subscribed to it are told.
func (s *Server) AgentPhone(endpoint string, script func(*Call)) {
	s.Phone(endpoint, script)
	s.Register(endpoint, true)
}

// Register registers an agent's phone, or ends that: it can't be dialled then.
func (s *Server) Register(endpoint string, registered bool) {
	s.SetEndpoint(endpoint, registered)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.agents[endpoint] = true
	s.phoneMoved(endpoint)
}

// Behind puts a phone behind a Local channel that is a queue's member: the member is called
// Local/101@from-queue/n, its dialplan dials the phone, and the queue knows its state by
// that of the phone, as from a hint.
func (s *Server) Behind(local, phone string) {
	s.mu.Lock()
	s.behind[local] = phone
	s.devices[local] = "NOT_INUSE" // the dialplan is there; a Local knows no more
	s.mu.Unlock()
	s.Phone(local, func(c *Call) { c.dialTogether(phone, phone) })
}

// device is that by which a queue knows a member's state.
func (s *Server) device(member string) string { return cmp.Or(s.behind[member], member) }

// phoneMoved tells the state of an agent's device, if it is another one now.
func (s *Server) phoneMoved(endpoint string) {
	defer s.queuesMoved()
	if !s.agents[endpoint] {
		return
	}
	state := "NOT_INUSE"
	if s.endpoints[endpoint] != "online" {
		state = "UNAVAILABLE"
	}
	for _, c := range s.channels {
		switch {
		case c.endpoint != endpoint || c.ended:
		case c.state == "Up":
			state = "INUSE"
		case c.state == "Ringing" && state != "INUSE":
			state = "RINGING"
		}
	}
	s.deviceMoved(endpoint, state)
}

// hasCall says whether anybody calls an endpoint, or talks there.
func (s *Server) hasCall(endpoint string) bool {
	for _, c := range s.channels {
		if c.endpoint == endpoint && !c.ended {
			return true
		}
	}
	return false
}

// HasCall says whether anybody calls an endpoint, or talks there.
func (s *Server) HasCall(endpoint string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hasCall(endpoint)
}

// phoneFreed notes when a member's call of a queue has ended.
func (s *Server) phoneFreed(c *channel) {
	if c.state == "Up" && c.dial != nil && c.dial.parent != nil {
		name, _, _ := strings.Cut(c.dial.parent.second().appData, ",")
		if q := s.queue(name); q != nil {
			q.over[c.endpoint] = time.Now()
		}
	}
	s.phoneMoved(c.endpoint)
}

// dialsPhones gives the script of a Local channel in callbackd.conf's context for agents
// and groups: Dial() of those that the originate named.
func (s *Server) dialsPhones(endpoint string) func(*Call) {
	if !strings.HasPrefix(endpoint, "Local/") || !strings.HasSuffix(endpoint, "@callbackd-phones/n") {
		return nil
	}
	return (*Call).DialPhones
}

// DialPhones makes a Local channel dial the phones that its originate named, all at once,
// as callbackd.conf's context for agents and groups does.
func (c *Call) DialPhones() {
	phones := c.Variable("CALLBACKD_PHONES")
	c.dialTogether(phones, phones+",,c")
}

// dialTogether makes a Local channel run Dial() of phones that & joins, and waits until all
// are gone; data is what Dial() is given.
func (c *Call) dialTogether(phones, data string) {
	s := c.s
	c.Execute("Dial", data)
	var legs []*Call
	for phone := range strings.SplitSeq(phones, "&") {
		s.mu.Lock()
		script, registered := s.phone(phone), s.endpoints[phone] == "online"
		s.mu.Unlock()
		if script == nil || !registered {
			continue
		}
		leg := c.Dial(phone)
		s.mu.Lock()
		s.spawn(func() { script(leg) })
		s.mu.Unlock()
		legs = append(legs, leg)
	}
	for _, leg := range legs {
		select {
		case <-leg.Done():
		case <-c.Done():
			return
		}
	}
	if !c.Served() {
		c.Reject(486)
	}
}
