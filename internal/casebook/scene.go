package casebook

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"callbackd/internal/softphone"
)

// Customer is the number of the customer who calls.
const Customer = "+46701234567"

// step is how long one thing may take that people wait for.
const step = 15 * time.Second

// Scene is what a case's people can do. Its methods wait for what must happen
// and end the play where it doesn't.
type Scene struct {
	ctx    context.Context
	world  *World
	desk   *desk
	number string // that the customer dials

	mu     sync.Mutex
	failed error
}

// play runs a case's play to its end, or to the first thing that goes wrong.
func (s *Scene) play(play func(*Scene)) error {
	over := make(chan struct{})
	go func() {
		defer close(over)
		play(s)
	}()
	<-over
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// fail ends the play.
func (s *Scene) fail(format string, args ...any) {
	s.mu.Lock()
	s.failed = fmt.Errorf(format, args...)
	s.mu.Unlock()
	runtime.Goexit()
}

func (s *Scene) must(what string, err error) {
	if err != nil {
		s.fail("%s: %w", what, err)
	}
}

// Line is one person's side of a call.
type Line struct {
	scene *Scene
	who   string
	call  *softphone.Call
}

// Calls has the customer dial the case's number.
func (s *Scene) Calls() *Line { return s.CallsAs(softphone.Caller{Number: Customer}) }

// CallsAs has a customer dial the case's number who shows as caller.
func (s *Scene) CallsAs(caller softphone.Caller) *Line { return s.CallsOver(Trunk, caller) }

// CallsOver is CallsAs on a certain trunk.
func (s *Scene) CallsOver(trunk string, caller softphone.Caller) *Line {
	call, err := s.desk.phones[trunk].Dial(s.ctx, s.desk.uri(s.number), caller)
	s.must("the customer calls", err)
	return &Line{scene: s, who: "the customer", call: call}
}

// Dials has an agent dial from the own phone.
func (s *Scene) Dials(agent, number string) *Line {
	call, err := s.desk.phones[agent].Dial(s.ctx, s.desk.uri(s.desk.office.Local(number)), softphone.Caller{})
	s.must(agent+" dials "+number, err)
	return &Line{scene: s, who: agent, call: call}
}

// moment is what people take to do something about a phone that rings.
const moment = 250 * time.Millisecond

// Rings waits until a phone rings, an agent's or a customer's on a trunk, and a
// moment longer.
func (s *Scene) Rings(phone string) *Line {
	ctx, stop := context.WithTimeout(s.ctx, step)
	defer stop()
	select {
	case call := <-s.desk.ringing[phone]:
		s.Waits(moment)
		return &Line{scene: s, who: phone, call: call}
	case <-ctx.Done():
		s.fail("the phone of %s doesn't ring: %w", phone, ctx.Err())
		return nil
	}
}

// RingsFor is Rings for a call by a certain caller; other calls go on ringing.
func (s *Scene) RingsFor(phone, caller string) *Line {
	for {
		if l := s.Rings(phone); l.call.From().Number == caller {
			return l
		}
	}
}

// Always says what a phone does with every call from now on, instead of
// ringing until somebody picks up.
func (s *Scene) Always(phone string, do func(*softphone.Call)) { s.desk.habits.set(phone, do) }

// Refuses is a habit: the phone refuses with a status of SIP, 486 for busy.
func Refuses(status int) func(*softphone.Call) {
	return func(c *softphone.Call) { _ = c.Reject(status) } // a caller who gave up first is as well
}

// AtOnce lets people do two things at the same moment.
func (s *Scene) AtOnce(one, other func()) {
	var both sync.WaitGroup
	both.Go(one)
	both.Go(other)
	both.Wait()
}

// Waits lets time pass in which nobody does anything.
func (s *Scene) Waits(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
		s.fail("wait %s: %w", d, s.ctx.Err())
	}
}

// Speech is what somebody says who leaves a message.
var Speech = softphone.Tone(500)

// Talk is how long people talk: longer than the shortest conversation that counts.
const Talk = 1300 * time.Millisecond

// Talk lets people talk to each other.
func (s *Scene) Talk() { s.Waits(Talk) }
