package casebook

import "time"

// What happens in many cases, by name.

// givesUpRinging is a customer who hangs up when a phone rings.
func givesUpRinging(phone string) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		s.Rings(phone)
		c.HangsUp()
	}
}

// givesUpAfter is a customer who is answered by the dialplan and hangs up
// some time later.
func givesUpAfter(d time.Duration) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		c.IsAnswered()
		s.Waits(d)
		c.HangsUp()
	}
}

// staysOn is a customer who waits until the dialplan ends the call.
func staysOn(s *Scene) { s.Calls().Ends() }

// aliceRefuses is a phone that rings and refuses with a status of SIP; the
// customer waits until the dialplan ends the call.
func aliceRefuses(status int) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		s.Rings("alice").Refuses(status)
		c.Ends()
	}
}

// servedBy is an agent who answers, talks and hangs up.
func servedBy(agent string) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		a := s.Rings(agent).Answers()
		c.IsAnswered()
		s.Talk()
		a.HangsUp()
		c.Ends()
	}
}

// thanks is a customer who is answered by an agent, talks and hangs up.
func thanks(agent string) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		a := s.Rings(agent).Answers()
		c.IsAnswered()
		s.Talk()
		c.HangsUp()
		a.Ends()
	}
}
