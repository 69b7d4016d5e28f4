package callgen

import "time"

type (
	// Blind is a blind transfer.
	Blind struct{ To Goto }
	// Attended is a transfer to a colleague whom the agent has called first. It is
	// done After a time, whether the colleague has answered by then or not.
	Attended struct {
		Exten string
		Dial  Dial
		After time.Duration
	}
	// Parks puts the caller into a parking lot. After Timeout the agent is rung again.
	Parks struct {
		Timeout time.Duration
		Back    Dial
		Fetched *Fetched
	}
	// Fetched is a colleague who takes a call out of the parking lot.
	Fetched struct {
		By    string
		After time.Duration
		Talk  time.Duration
	}
)

func (a Blind) act(t *thread, l *leg) {
	t.parted()
	t.w.leave(l.ch)
	t.async(a.To)
	t.w.leave(t.ch)
	t.drop(l)
}

// PassesOn is a blind transfer by an agent who has called the customer: the customer's
// channel, which was dialled, gets a dialplan of its own.
type PassesOn struct{ To Goto }

func (a PassesOn) act(t *thread, l *leg) {
	t.parted()
	t.w.leave(t.ch)
	customer := &thread{w: t.w, ch: l.ch}
	l.dead, t.over = true, true
	customer.async(a.To)
	customer.redirect = nil
	t.w.leave(l.ch)
	t.w.spawn(customer, func() { customer.live(a.To.Steps, nil) })
}

// async sends the channel to another place. Asterisk announces the place with the
// application that the channel has run so far, and not the first one there.
func (t *thread) async(to Goto) {
	t.goes(&to)
	t.w.announce(t.ch)
	t.quiet = true
}

func (a Attended) act(t *thread, l *leg) {
	second := &thread{ch: t.w.open("PJSIP/"+l.peer.Phone, "Ring", "floor", a.Exten, l.peer.Phone)}
	t.w.spawn(second, func() { second.live([]Step{a.Dial}, nil) })
	t.w.after(a.After, func() {
		if !l.dead && l.owner != nil {
			l.owner.post(completes{l, second, a})
		}
	})
	t.w.after(a.After+4*time.Second, func() {
		if !l.dead {
			l.owner.post(acts{l}) // the transfer came to nothing
		}
	})
}

// completes says that an agent puts the caller through to a colleague.
type completes struct {
	leg    *leg
	second *thread // the agent's call to the colleague
	how    Attended
}

// complete puts the caller through.
func (t *thread) complete(m completes) {
	switch {
	case m.second.with != nil:
		t.join(m)
	case len(m.second.rings) > 0:
		t.inherit(m)
	}
}

// join brings the caller into the bridge of agent and colleague.
func (t *thread) join(m completes) {
	colleague, b := m.second.with, m.second.ch.bridge
	if b == nil || colleague.ch.bridge != b {
		return
	}
	agent := t.with
	t.parted()
	t.w.leave(t.ch)
	t.w.leave(m.second.ch)
	t.w.enter(b, t.ch)
	t.w.leave(agent.ch)
	t.drop(agent)
	t.w.hangupRequested(m.second.ch)
	m.second.with, m.second.gone = nil, true
	m.second.post(away{})
	t.begun(colleague)
}

// inherit gives the caller the phone that the agent lets ring.
func (t *thread) inherit(m completes) {
	agent, rings := t.with, m.second.rings
	place := *t.ch
	t.parted()
	t.w.leave(t.ch)
	t.w.leave(agent.ch)
	t.drop(agent)
	t.goes(&Goto{Context: "floor", Exten: m.how.Exten, Steps: []Step{inherited{m.how.Dial, rings}, Hangup{}}})
	t.w.runs(t.ch, "Dial", m.how.Dial.data())
	m.second.ch.context, m.second.ch.exten = place.context, place.exten
	t.w.runs(m.second.ch, place.app, place.data)
	m.second.rings = nil
	for _, l := range rings {
		l.owner = t
	}
	m.second.post(left{})
}

// left says that a thread's dialled phones aren't its own any more.
type left struct{}

// inherited is a Dial whose phones ring already.
type inherited struct {
	Dial
	legs []*leg
}

func (d inherited) run(t *thread) {
	t.call.tries(d.Party, t.gone)
	t.rings = d.legs
	if l := t.await(t.w.now+d.Timeout, ignored); l != nil {
		d.connect(t, l)
	}
	t.rings = nil
}
