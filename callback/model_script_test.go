package callback

import (
	"context"
	"errors"
)

var (
	modelContext = context.Background()
	errDisk      = errors.New("the disk is full")
	errReply     = errors.New("the reply is lost")
)

// silentExchange is asked for nothing but the beginning of names.
type silentExchange struct{ Exchange }

func (silentExchange) Prefix() string { return "callbackd" }

// playing is what the script of the attempt under way can do next.
func (d *design) playing(m *moves) {
	s := &m.from
	legs := d.legEnded(s)
	d.pressing(m)
	if d.severs(m) {
		return
	}
	switch now := d.step(s.script); now {
	case commitAnswer, commitSend, commitBridge:
		m.may("script: commits "+now, func(c *state) { d.commit(c, now) })
		m.may("script: can't commit "+now, func(c *state) {
			if now == commitBridge { // the conversation goes on
				d.advance(c)
				return
			}
			d.fail(c, errDisk)
		})
	case ringAgent:
		d.ringingAgent(m)
	case speak:
		m.may("script: the announcement is spoken, or isn't", d.advance)
	case prepare, tellAgent, ringTone:
		switch {
		case s.script.withdrawn:
			m.may("script: "+now+" gives way", func(c *state) { d.fail(c, ErrGaveWay) })
		case now != ringTone || s.agent == up:
			m.may("script: "+now, d.advance)
		}
		m.may("script: "+now+" fails", func(c *state) { d.fail(c, errReply) })
		if now == tellAgent {
			m.may("script: the agent doesn't press the key", func(c *state) { d.fail(c, &NotAccepted{Leg: LegAgent, Key: "1"}) })
		}
		if legs != nil {
			m.may("script: the agent is gone in "+now, func(c *state) { d.fail(c, legs) })
		}
	case ringCustomer, awaitCustomer:
		d.ringingCustomer(m)
	case listen, notice, tellCustomer:
		d.receiving(m)
	case connect:
		if s.agent == up && s.customer == up && !s.hear && d.connectable(s.script) {
			m.may("script: brings both into the bridge", func(c *state) { c.hear, c.talked = true, true })
		}
		if s.hear {
			m.may("script: sees both in the bridge", d.advance)
		} else {
			m.may("script: can't bring them together", func(c *state) { d.fail(c, errReply) })
		}
		if legs != nil {
			m.may("script: a leg is gone before the bridge", func(c *state) { d.fail(c, legs) })
		}
	case converse:
		if s.agent == gone && !s.script.deafAgent || s.customer == gone && !s.script.deafCustomer {
			m.may("script: sees the end of the conversation", func(c *state) {
				c.script.ending = modelEnding{result: ResultConnected}
				d.finish(c)
			})
		}
	case release:
		for _, fails := range []bool{false, true} {
			m.may(map[bool]string{false: "script: hangs up", true: "script: can't hang up yet"}[fails], func(c *state) {
				c.release(fails)
				d.advance(c)
			})
		}
	case commitEnd:
		if !d.concludable(s.script) {
			return
		}
		m.may("script: commits the outcome", func(c *state) {
			d.conclude(c, c.script)
			c.script = script{}
		})
		m.may("script: commits the outcome and doesn't hear so", func(c *state) { d.conclude(c, c.script) })
	}
}

func (d *design) ringingAgent(m *moves) {
	s := &m.from
	switch {
	case s.script.withdrawn:
		m.may("script: RingAgent gives way", func(c *state) { d.fail(c, ErrGaveWay) })
	case !s.script.sent:
		m.may("script: asks for the agent's leg", func(c *state) { c.script.sent, c.agent = true, asked })
		m.may("script: can't ask for the agent's leg", func(c *state) { d.fail(c, errReply) })
		return
	case s.agent == up:
		m.may("script: sees that the agent answered", d.advance)
	}
	m.may("script: no reply about the agent's leg", func(c *state) { d.fail(c, errReply) })
	m.may("script: the agent took too long", func(c *state) {
		d.fail(c, &LegEnded{Leg: LegAgent, End: LegEnd{TimedOut: true}})
	})
	m.may("script: gives way to a live caller", func(c *state) { d.fail(c, ErrGaveWay) })
	if s.agent == gone {
		for _, refused := range []bool{false, true} {
			m.may("script: sees that no agent answered", func(c *state) { d.fail(c, &LegEnded{Leg: LegAgent, Refused: refused}) })
		}
	}
}

func (d *design) ringingCustomer(m *moves) {
	s := &m.from
	ask := func(c *state) { c.script.sent, c.customer, c.asked = true, asked, true }
	if d.step(s.script) == ringCustomer && !s.script.sent {
		m.may("script: asks for the customer's leg", ask)
		for _, everyone := range []bool{false, true} {
			m.may("script: the customer's leg is refused", func(c *state) {
				c.trunkDown = everyone
				d.fail(c, &LegEnded{Leg: LegCustomer, End: LegEnd{NotSent: true}})
			})
		}
		return
	}
	if s.customer == up {
		m.may("script: sees that the customer answered", d.advance)
	}
	if legs := d.legEnded(s); legs != nil {
		m.may("script: sees the end of a leg", func(c *state) { d.fail(c, legs) })
	}
	if s.customer != up {
		m.may("script: the customer took too long", func(c *state) {
			d.fail(c, &LegEnded{Leg: LegCustomer, End: LegEnd{TimedOut: true}})
		})
		m.may("script: no reply about the customer's leg", func(c *state) { d.fail(c, errReply) })
	}
	if d.asksAgain && !s.customer.live() {
		m.may("script: no reply, asks for the customer's leg again", ask)
	}
}

// receiving is what happens between the customer's answer and the bridge.
func (d *design) receiving(m *moves) {
	s := &m.from
	now := d.step(s.script)
	m.may("script: "+now, d.advance)
	m.may("script: "+now+" fails", func(c *state) { d.fail(c, errReply) })
	if legs := d.legEnded(s); legs != nil {
		m.may("script: a leg is gone in "+now, func(c *state) { d.fail(c, legs) })
	}
	switch now {
	case listen:
		m.may("script: a machine has answered", func(c *state) { d.fail(c, &machineAnswered{}) })
	case tellCustomer:
		m.may("script: the customer doesn't press the key", func(c *state) { d.fail(c, &NotAccepted{Leg: LegCustomer, Key: "1"}) })
	}
}

// legEnded is the end of a leg as events tell it, the customer's first.
func (d *design) legEnded(s *state) error {
	switch {
	case s.customer == gone && !s.script.deafCustomer:
		return &LegEnded{Leg: LegCustomer, End: s.customerEnd}
	case s.agent == gone && !s.script.deafAgent:
		return &LegEnded{Leg: LegAgent}
	}
	return nil
}

// commit is the real commit of a step.
func (d *design) commit(c *state, in string) {
	c.blind = !d.looksForCancel
	x := d.execution(c, c.script)
	err := x.commit(modelContext, AttemptInput(in), func(*Attempt) {})
	c.blind = false
	if err != nil {
		d.fail(c, err)
		return
	}
	c.script.stage = x.attempt.State
	c.script.withdrawn = c.script.withdrawn && !c.script.stage.CustomerSent()
	d.advance(c)
}

// conclude is the real end of an attempt.
func (d *design) conclude(c *state, s script) {
	err := c.Update(modelContext, func(tx Tx) error {
		_, err := conclude(tx, d.book, s.attempt, s.ending.whole(), Pace{}, modelTime)
		return err
	})
	if err != nil {
		c.wrong("an outcome can't be stored")
	}
}

// release ends the legs of the attempt, or leaves the customer's to the sweeper.
func (s *state) release(fails bool) {
	if s.hear && s.agent == up && s.customer == up {
		s.wrong("a conversation is cut")
	}
	if s.customer == asked || s.customer.live() && fails {
		s.strand()
		s.stray.swept = s.stray.leg != asked
	}
	s.agent, s.customer, s.customerEnd, s.hear = noLeg, noLeg, LegEnd{}, false
}

// strand leaves the customer's leg to no attempt.
func (s *state) strand() {
	if s.customer == asked || s.customer.live() {
		s.stray = stray{leg: s.customer, hear: s.hear && s.agent == up, rings: s.rings}
	}
	s.agent, s.customer, s.customerEnd, s.hear = noLeg, noLeg, LegEnd{}, false
}

// leaves reports whether a script whose lifetime is over still does something:
// its commit may be under way, and the end of an attempt doesn't stop half-way.
func (d *design) leaves(s script) bool {
	switch d.step(s) {
	case commitAnswer, commitSend, commitBridge, release, commitEnd:
		return true
	}
	return false
}

// leaving is what such a script does.
func (d *design) leaving(m *moves) {
	if m.from.leaver.unstored {
		m.may("old script: stores the stop key", func(c *state) {
			d.stopCalling(c, c.leaver)
			c.leaver.unstored = false
		})
		return
	}
	switch now := d.step(m.from.leaver); now {
	case commitAnswer, commitSend, commitBridge:
		m.may("old script: its commit of "+now+" lands", func(c *state) {
			x := d.execution(c, c.leaver)
			_ = x.commit(modelContext, AttemptInput(now), func(*Attempt) {})
			c.about = c.about || d.programs[c.leaver.way][c.leaver.pc+1] == ringCustomer
			c.leaver = script{}
		})
	case release:
		m.may("old script: hangs up", func(c *state) {
			c.release(false)
			c.leaver.pc++
		})
		return
	case commitEnd:
		m.may("old script: commits the outcome", func(c *state) {
			d.conclude(c, c.leaver)
			c.leaver = script{}
		})
	}
	m.may("old script: leaves", func(c *state) { c.leaver = script{} })
}
