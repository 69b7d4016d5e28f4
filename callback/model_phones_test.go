package callback

// phones is what Asterisk and the people at both ends can do. A request is on
// its way for as long as it likes: its effect may come after the reply was given
// up, after the attempt, after a crash.
func phones(m *moves) {
	s := &m.from
	switch s.agent {
	case asked:
		m.may("the agent's phone rings", func(c *state) { c.agent = trying })
		m.may("the request for the agent's leg is lost", func(c *state) { c.agent = noLeg })
	case trying:
		m.may("the agent answers", func(c *state) { c.agent = answered(c) })
		m.may("the agent declines", func(c *state) { c.agent = gone })
	case up:
		m.may("the agent hangs up", func(c *state) { c.agent, c.hear = gone, false })
	}
	switch s.customer {
	case asked:
		m.may("the customer's leg exists", func(c *state) { c.appear(&c.customer) })
		m.may("the request for the customer's leg is lost", func(c *state) { c.customer = noLeg })
	case trying:
		m.may("the customer's phone rings", func(c *state) {
			c.customer = ringing
			c.ring()
		})
		for _, everyone := range []bool{false, true} {
			m.may("the trunk fails", func(c *state) {
				c.trunkDown = everyone
				c.customerGoes(LegEnd{SIP: 503, Cause: 34})
			})
		}
		m.may("the number doesn't exist", func(c *state) { c.customerGoes(LegEnd{SIP: 404, Cause: 1}) })
	case ringing:
		m.may("the customer answers", func(c *state) {
			if c.customer = answered(c); c.customer == gone {
				c.customerEnd = LegEnd{Cause: 16}
			}
		})
		m.may("the customer is busy", func(c *state) { c.customerGoes(LegEnd{Cause: 17}) })
	case up:
		m.may("the customer hangs up", func(c *state) { c.customerGoes(LegEnd{Answered: true}) })
	}
	switch s.stray.leg {
	case asked:
		m.may("a late request for the customer's leg takes effect", func(c *state) { c.appear(&c.stray.leg) })
		m.may("a late request for the customer's leg is lost", func(c *state) { c.stray = stray{} })
	case trying:
		m.may("a stray leg rings", func(c *state) {
			c.stray.leg = ringing
			if c.stray.rings++; c.stray.rings > 1 {
				c.wrong("the customer's phone rings twice for one attempt")
			}
		})
		m.may("a stray leg ends", func(c *state) { c.stray = stray{} })
	case ringing, up:
		m.may("a stray leg ends", func(c *state) { c.stray = stray{} })
	}
}

// answered is a leg that is picked up: without an application that takes it,
// Asterisk drops it.
func answered(c *state) leg {
	if c.daemon == away {
		return gone
	}
	return up
}

func (s *state) customerGoes(how LegEnd) { s.customer, s.customerEnd, s.hear = gone, how, false }
