package aritest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// phone is a far end: who answers at an endpoint, and how.
type phone struct {
	pattern string
	script  func(*Call)
}

// Phone says who is at the endpoints like pattern, in which a star stands for anything:
// "PJSIP/*@pstn", "Local/support@callbackd-agent/n". script runs in a goroutine of its own
// for each call; when it returns, the call stays as it is. The newest phone that matches is
// taken. An endpoint without one can't be originated (500), as with a phone that isn't
// registered; a Local without one is an extension that doesn't exist.
func (s *Server) Phone(pattern string, script func(*Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phones = append(s.phones, phone{pattern, script})
}

func (s *Server) phone(endpoint string) func(*Call) {
	for _, p := range slices.Backward(s.phones) {
		if glob(p.pattern, endpoint) {
			return p.script
		}
	}
	if script := s.waitsFor(endpoint); script != nil {
		return script
	}
	return s.dialsPhones(endpoint)
}

// Answers is a script: it rings, answers after a while, and hangs up after having talked.
// A negative talk never hangs up.
func Answers(after, talk time.Duration) func(*Call) {
	return func(c *Call) {
		c.Ring()
		if !c.Wait(after) {
			return
		}
		c.Answer()
		if talk >= 0 && c.Wait(talk) {
			c.Hangup()
		}
	}
}

// NeverAnswers is a script: it rings, and nobody comes.
func NeverAnswers(c *Call) { c.Ring() }

// Rejects is a script: it rings and after a while refuses with a SIP status.
func Rejects(after time.Duration, status int) func(*Call) {
	return func(c *Call) {
		c.Ring()
		if c.Wait(after) {
			c.Reject(status)
		}
	}
}

// Call is one call as its far end sees it. What comes too late, after the call's end or
// after the answer, does nothing.
type Call struct {
	s          *Server
	channel    *channel
	dialstring string
	parent     *Call // of a leg that a Local's dialplan dialled
	waits      bool  // it is a caller of somebody else's, whose own dialplan dials
}

// ChannelID is the id of the call's channel, for a Local that of its ;1.
func (c *Call) ChannelID() string { return c.channel.id }

// Endpoint is what was dialled.
func (c *Call) Endpoint() string { return c.channel.endpoint }

// CallerID is the name and number that the far end sees.
func (c *Call) CallerID() (name, number string) { return c.channel.callerName, c.channel.caller }

// Variable is a variable of the originate request.
func (c *Call) Variable(name string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.channel.variables[name]
}

// Done is closed when the call has ended.
func (c *Call) Done() <-chan struct{} { return c.channel.gone }

// Wait lets time pass; false says that the call ended before.
func (c *Call) Wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		select {
		case <-c.channel.gone:
			return false
		default:
			return true
		}
	case <-c.channel.gone:
		return false
	}
}

// Ring makes the phone ring (180 Ringing).
func (c *Call) Ring() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.ring()
}

func (c *Call) ring() {
	ch := c.channel
	if ch.ended || ch.state != "Down" {
		return
	}
	c.s.setState(ch, "Ringing")
	if c.parent != nil {
		c.parent.ring()
		c.s.emitDial(c.parent.second(), ch, "RINGING", c.legDialstring())
		return
	}
	c.s.emitDial(nil, ch, "RINGING", c.dialstring)
}

// Answer answers (200 OK). The leg of a Local's dialplan answers the Local with it, and
// the Local's other legs are cancelled.
func (c *Call) Answer() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.answer()
}

func (c *Call) answer() {
	s, ch := c.s, c.channel
	if ch.ended || ch.state == "Up" || c.parent != nil && c.parent.channel.state == "Up" {
		return
	}
	s.cancel(ch.ringing)
	if ch.half != nil {
		s.setState(ch.half, "Up")
	}
	s.setState(ch, "Up")
	if c.parent != nil {
		c.answerParent()
		return
	}
	s.emitDial(nil, ch, "ANSWER", c.dialstring)
	s.enterStasis(ch)
}

// answerParent bridges the leg with the Local's ;2, in a bridge of the dialplan.
func (c *Call) answerParent() {
	s, ch, second := c.s, c.channel, c.parent.second()
	s.emitDial(second, ch, "ANSWER", c.legDialstring())
	s.setState(second, "Up")
	for _, leg := range slices.Clone(second.legs) {
		if leg != c {
			s.cancelLeg(leg, 26)
		}
	}
	b := s.newBridge(fmt.Sprintf("%08x-dialplan", s.next()), "", "", "basic")
	s.enterBridge(b, ch)
	s.enterBridge(b, second)
	c.parent.answer()
}

// Reject refuses the call with a SIP status: 486 busy, 603 declined, 404 no such number.
// For a Local it stands for a dialplan that ends with Busy() or Congestion(). A queue
// that dialled the refusing leg goes on.
func (c *Call) Reject(status int) {
	s, ch := c.s, c.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch.ended || ch.state == "Up" {
		return
	}
	cause := sipCause(status)
	outcome := dialStatus(cause)
	switch {
	case c.parent != nil:
		s.refuseLeg(c, cause, status)
	case ch.local():
		s.hangup(ch, ending{cause: 0, half: &cause, status: outcome})
	default:
		s.hangup(ch, ending{cause: cause, tech: status, requested: &cause, status: outcome})
	}
}

// Busy refuses with 486.
func (c *Call) Busy() { c.Reject(486) }

// Hangup ends the call from the far end.
func (c *Call) Hangup() {
	s, ch := c.s, c.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ch.ended:
	case c.parent != nil && ch.state == "Up":
		sixteen := 16
		s.hangup(ch, ending{cause: 16})
		for leg := c; leg.parent != nil; leg = leg.parent { // a Local's own leg is dialled by another one
			s.dropLeg(leg)
			s.hangup(leg.parent.channel, ending{cause: 16, requested: &sixteen})
		}
	case c.parent != nil:
		s.refuseLeg(c, 16, 0)
	default:
		s.hangup(ch, ending{cause: ch.upCause()})
	}
}

// Execute says which application the Local's dialplan runs: "Queue" with "support,rC".
func (c *Call) Execute(app, data string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if second := c.second(); second != nil && !second.ended {
		c.s.execute(second, app, data)
	}
}

// Dial makes the Local's dialplan dial somebody, as Queue() and Dial() do: PJSIP/alice.
// What happens to the leg is the caller's to say. Its answer is the Local's.
func (c *Call) Dial(endpoint string) *Call {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	leg := &Call{s: s, parent: c}
	ch := s.newChannel(fmt.Sprintf("%d.%d", time.Now().Unix(), s.counter+1), endpoint)
	ch.name = fmt.Sprintf("%s-%08x", s.channelName(endpoint), s.counter)
	if strings.HasPrefix(endpoint, "Local/") {
		s.makeHalves(ch, fmt.Sprintf("%d.%d", time.Now().Unix(), s.counter+1))
	}
	ch.connectedName, ch.connected = c.channel.callerName, c.channel.caller
	ch.dial, leg.channel = leg, ch
	second := c.second()
	if second == nil || second.ended {
		ch.end()
		return leg
	}
	second.legs = append(second.legs, leg)
	for _, half := range []*channel{ch, ch.half} {
		if half != nil {
			s.channels[half.id] = half
			s.emitChannel("ChannelCreated", half, nil)
		}
	}
	ch.app, ch.appData = "App"+second.app, "(Outgoing Line)"
	leg.dialstring = endpoint
	if second.app == "Dial" {
		_, leg.dialstring, _ = strings.Cut(endpoint, "/")
	}
	s.emitDial(second, ch, "", leg.dialstring)
	return leg
}

// second is the channel that runs a dialplan: the second half of a Local, a caller's own;
// nil for any other.
func (c *Call) second() *channel {
	if c.waits {
		return c.channel
	}
	return c.channel.half
}

// legDialstring is what Dial events of a leg show after the first: Queue repeats the
// dialstring, Dial doesn't.
func (c *Call) legDialstring() string {
	if c.parent.second().app == "Queue" {
		return c.dialstring
	}
	return ""
}

// dropLeg takes a leg from the list of those that its Local's dialplan dials.
func (s *Server) dropLeg(leg *Call) {
	second := leg.parent.second()
	second.legs = slices.DeleteFunc(second.legs, func(l *Call) bool { return l == leg })
}

// refuseLeg ends a leg whose phone said no.
func (s *Server) refuseLeg(leg *Call, cause, tech int) {
	s.dropLeg(leg)
	if leg.channel.local() { // no SIP there
		tech = 0
	}
	s.hangup(leg.channel, ending{cause: cause, tech: tech, requested: &cause, status: "NOANSWER"})
}

// cancelLeg ends a leg because its Local ended, or another leg answered (cause 26). With
// the option C of Queue, or c of Dial, its phone is told that the call was answered
// elsewhere, too.
func (s *Server) cancelLeg(leg *Call, cause int) {
	ch, second := leg.channel, leg.parent.second()
	s.dropLeg(leg)
	if ch.ended {
		return
	}
	if ch.state == "Up" {
		s.hangup(ch, ending{cause: 16, silent: true})
		return
	}
	_, options, _ := strings.Cut(second.appData, ",")
	queue := second.app == "Queue"
	elsewhere := cause == 26 || queue && strings.Contains(options, "C") || second.app == "Dial" && strings.HasSuffix(options, ",c")
	cause = 0
	if elsewhere {
		cause = 26
	}
	s.emitDial(second, ch, "CANCEL", "")
	if queue {
		s.emitDial(second, ch, "CANCEL", leg.dialstring)
	}
	s.hangup(ch, ending{cause: cause, silent: true})
}
