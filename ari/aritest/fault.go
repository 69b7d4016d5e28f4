package aritest

import (
	"net"
	"net/http"
	"time"
)

// Fault is what befalls requests. Its parts happen in this order, those that are zero
// don't.
type Fault struct {
	// On is which requests, such as "POST /channels" or "* /bridges/*".
	On string
	// Times is for how many of them; 0 means until Repair.
	Times int

	// Before is called before the request takes effect.
	Before func(Request)
	// Delay passes before it takes effect.
	Delay time.Duration
	// Hang: it takes no effect and is never answered.
	Hang bool
	// LoseRequest: it takes no effect, the connection is cut off.
	LoseRequest bool
	// Status and Message are answered instead, nothing takes effect.
	Status  int
	Message string

	// After is called once it took effect.
	After func(Request)
	// ReplyDelay passes before the reply. What the request led to goes on meanwhile.
	ReplyDelay time.Duration
	// LoseReply: it took effect, the connection is cut off.
	LoseReply bool
	// Reply is answered with status 200 instead of the right body.
	Reply string
}

type fault struct {
	Fault
	s    *Server
	left int
}

// Fault makes requests fail from now on. Of several that match the oldest is taken. The
// function it gives ends it.
func (s *Server) Fault(f Fault) (repair func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := &fault{Fault: f, s: s, left: f.Times}
	s.faults = append(s.faults, added)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, present := range s.faults {
			if present == added {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
				return
			}
		}
	}
}

// before does what comes before the effect; true ends the request there.
func (f *fault) before(r *http.Request, request Request, conn net.Conn) (over bool) {
	if f.Before != nil {
		f.Before(request)
	}
	if f.Delay > 0 && !f.wait(r, f.Delay) {
		return true
	}
	if f.Hang {
		f.wait(r, -1)
		conn.Close()
		return true
	}
	if f.LoseRequest {
		conn.Close()
		return true
	}
	return false
}

// after does what comes between effect and reply; true means that no reply follows.
func (f *fault) after(r *http.Request, request Request, conn net.Conn, answer reply) (over bool) {
	if f.After != nil {
		f.After(request)
	}
	if f.held() && answer.then != nil {
		answer.then()
	}
	if f.ReplyDelay > 0 && !f.wait(r, f.ReplyDelay) {
		return true
	}
	if f.LoseReply {
		conn.Close()
		return true
	}
	return false
}

// held says that the reply comes late or never, so that what follows the request doesn't
// wait for it.
func (f *fault) held() bool { return f.ReplyDelay > 0 || f.LoseReply }

// wait lets time pass (for ever if negative); false if the client or the server is gone.
func (f *fault) wait(r *http.Request, d time.Duration) bool {
	var over <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-r.Context().Done():
		return false
	case <-f.s.stopped:
		return false
	}
}
