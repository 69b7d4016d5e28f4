package aritest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxID is the longest id that a request may choose (AST_MAX_PUBLIC_UNIQUEID).
const maxID = 149

// originate makes a channel and answers; dialling begins when the reply is out.
func (s *Server) originate(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.get("app") == "" {
		return fail(400, "Application or extension must be specified")
	}
	script := s.phone(c.get("endpoint"))
	if script == nil && !strings.HasPrefix(c.get("endpoint"), "Local/") && strings.Contains(c.get("endpoint"), "/") {
		return allocationFailed() // nobody is registered there
	}
	ch, refused := s.newOriginated(c)
	if ch == nil {
		return refused
	}
	s.execute(ch, "AppDial2", "(Outgoing Line)")
	answer := ok(ch.snapshot())
	s.setCallerID(ch, c.get("callerId"))
	timeout := 30 * time.Second
	if seconds, _ := strconv.Atoi(c.get("timeout")); seconds > 0 {
		timeout = time.Duration(seconds) * time.Second
	} else if seconds == -1 {
		timeout = 0
	}
	answer.then = func() { s.startDial(ch, script, timeout) }
	return answer
}

// createChannel makes a channel that enters the application at once and isn't dialled.
func (s *Server) createChannel(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.get("app") == "" {
		return fail(400, "Missing parameter app")
	}
	ch, refused := s.newOriginated(c)
	if ch == nil {
		return refused
	}
	answer := ok(ch.snapshot())
	answer.then = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !ch.ended {
			s.execute(ch, "Stasis", ch.stasisData())
			s.enterStasis(ch)
		}
	}
	return answer
}

// newOriginated checks the request and makes the channel, or both halves of a Local.
func (s *Server) newOriginated(c *call) (*channel, reply) {
	endpoint, id, other := c.get("endpoint"), c.get("channelId"), c.get("otherChannelId")
	technology, resource, _ := strings.Cut(endpoint, "/")
	switch {
	case len(id) > maxID || len(other) > maxID:
		return nil, fail(400, fmt.Sprintf("Uniqueid length exceeds maximum of %d", maxID))
	case endpoint == "":
		return nil, fail(400, "Endpoint must be specified")
	case c.get("originator") != "" && c.get("formats") != "":
		return nil, fail(400, "Originator and formats can't both be specified")
	case technology == "" || resource == "":
		return nil, fail(400, "Invalid endpoint specified")
	case c.get("originator") != "" && s.channels[c.get("originator")] == nil:
		return nil, fail(400, "Provided originator channel was not found")
	case s.inUse(id) || s.inUse(other):
		return nil, fail(409, "Channel with given unique ID already exists")
	}
	if id == "" {
		id = s.newID()
	}
	ch := s.newChannel(id, endpoint)
	ch.wanted, ch.args = c.get("app"), c.get("appArgs")
	for name, value := range c.variables() {
		ch.variables[name] = value
	}
	if technology == "Local" {
		if other == "" {
			other = id + ";2"
		}
		s.makeHalves(ch, other)
		s.channels[ch.half.id] = ch.half
	} else {
		ch.name = fmt.Sprintf("%s-%08x", s.channelName(endpoint), s.counter)
	}
	s.channels[ch.id] = ch
	for _, half := range []*channel{ch, ch.half} {
		if half == nil {
			continue
		}
		if app := s.apps[ch.wanted]; app != nil {
			app.channels[half.id] = true
		}
		s.emitChannel("ChannelCreated", half, nil)
	}
	if seconds, err := strconv.Atoi(ch.variables["TIMEOUT(absolute)"]); err == nil {
		s.setAbsolute(ch, time.Duration(seconds)*time.Second)
	}
	return ch, reply{}
}

// makeHalves makes a channel the first half of a Local one, whose second half has an id.
func (s *Server) makeHalves(first *channel, id string) {
	second := s.newChannel(id, first.endpoint)
	second.second, second.state, second.half, first.half = true, "Ring", first, second
	second.variables = first.variables
	place, _, _ := strings.Cut(strings.TrimPrefix(first.endpoint, "Local/"), "/")
	exten, context, _ := strings.Cut(place, "@")
	for half, c := range []*channel{first, second} {
		c.name = fmt.Sprintf("Local/%s-%08x;%d", place, s.counter, half+1)
		c.exten, c.context = exten, context
	}
}

// inUse is Asterisk's comparison of ids: without case, and a beginning is enough.
func (s *Server) inUse(id string) bool {
	if id == "" {
		return false
	}
	for existing := range s.channels {
		if len(existing) >= len(id) && strings.EqualFold(existing[:len(id)], id) {
			return true
		}
	}
	return false
}

func (s *Server) newChannel(id, endpoint string) *channel {
	s.counter++
	return &channel{
		sequence: s.next(), id: id, endpoint: endpoint, state: "Down", exten: "s",
		created: now(), variables: map[string]string{}, gone: make(chan struct{}),
	}
}

// channelName makes PJSIP/alice of PJSIP/alice, and PJSIP/pstn of PJSIP/+46…@pstn.
func (s *Server) channelName(endpoint string) string {
	technology, resource, _ := strings.Cut(endpoint, "/")
	if _, trunk, is := strings.Cut(resource, "@"); is {
		resource = trunk
	}
	return technology + "/" + resource
}

// setCallerID sets what the far end is shown; behind a Local it is shown to the dialplan.
func (s *Server) setCallerID(ch *channel, callerID string) {
	if callerID == "" {
		return
	}
	name, number := parseCallerID(callerID)
	shown := ch
	if ch.half != nil {
		shown = ch.half
	}
	shown.connectedName, shown.connected = name, number
	for _, c := range []*channel{ch, ch.half} {
		if c != nil {
			c.callerName, c.caller = name, number
			s.emitChannel("ChannelCallerId", c, object{
				"caller_presentation": 0, "caller_presentation_txt": "Presentation Allowed, Not Screened",
			})
		}
	}
}

// startDial rings the far end.
func (s *Server) startDial(ch *channel, script func(*Call), timeout time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch.ended {
		return
	}
	if script == nil { // a Local channel to an extension that doesn't exist
		s.hangup(ch, ending{cause: 0, silent: true})
		return
	}
	_, dialstring, _ := strings.Cut(ch.endpoint, "/")
	s.emitDial(nil, ch, "", dialstring)
	if timeout > 0 {
		ch.ringing = s.after(timeout, func() { s.hangup(ch, ch.unanswered()) })
	}
	ch.dial = &Call{s: s, channel: ch, dialstring: dialstring}
	s.spawn(func() { script(ch.dial) })
}

// unanswered is how a channel ends that rang for too long.
func (c *channel) unanswered() ending {
	if c.local() {
		return ending{cause: 19, silent: true}
	}
	return ending{cause: 19, tech: 480, silent: true}
}

// setAbsolute sets TIMEOUT(absolute), the fuse; zero takes it out.
func (s *Server) setAbsolute(c *channel, d time.Duration) {
	s.cancel(c.absolute)
	c.absolute = nil
	if d <= 0 {
		return
	}
	c.absoluteAt = time.Now().Add(d)
	c.absolute = s.after(d, func() {
		switch {
		case c.state != "Up" && c.dial != nil:
			s.hangup(c, c.unanswered())
		case c.bridge != nil:
			s.hangup(c, ending{cause: 16, silent: true})
		default:
			s.hangup(c, ending{cause: 0, silent: true})
		}
	})
}

// parseCallerID reads `"name" <number>`.
func parseCallerID(text string) (name, number string) {
	before, rest, bracketed := strings.Cut(text, "<")
	if !bracketed {
		return "", strings.TrimSpace(text)
	}
	number, _, _ = strings.Cut(rest, ">")
	return strings.Trim(strings.TrimSpace(before), `"`), number
}
