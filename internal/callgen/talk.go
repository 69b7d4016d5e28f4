package callgen

import "time"

// Agenda is what somebody who has answered does next, after having talked.
type Agenda struct {
	Talk time.Duration
	Act  Act // nil: hang up
}

// Act is how an agent ends a conversation, other than by hanging up.
type Act interface{ act(t *thread, l *leg) }

type (
	// acts says that the person at the leg has talked enough.
	acts struct{ leg *leg }
	// ended says that the dialplan behind a Local is at its end.
	ended struct{ leg *leg }
	// away says that a Local's half isn't needed any more.
	away struct{}
)

// talk brings the channel and the leg together, until one of the two ends it.
func (t *thread) talk(l *leg) {
	b := t.w.openBridge(false)
	t.w.enter(b, l.ch)
	t.lag()
	t.w.enter(b, t.ch)
	t.bridge = b
	t.begun(l)
	t.converse()
}

// begun notes a conversation that has begun.
func (t *thread) begun(l *leg) {
	t.with, l.owner = l, t
	if l.inner == nil {
		if !t.screened {
			t.call.meets(t.w.now)
		}
		t.w.after(l.peer.Does.Then.Talk, func() {
			if !l.dead {
				l.owner.post(acts{l})
			}
		})
	} else if l.peer.Local.Screened {
		t.call.meets(t.w.now)
	}
	t.w.after(20*time.Millisecond, func() { t.optimise() })
	if t.leg != nil {
		t.w.after(20*time.Millisecond, func() { t.leg.owner.optimise() })
	}
}

// parted notes that nobody talks with the caller any more.
func (t *thread) parted() {
	l := t.with
	t.with = nil
	if l.inner == nil && !t.screened || l.inner != nil && l.peer.Local.Screened {
		t.call.parts(t.w.now)
	}
}

// converse lasts as long as the conversation.
func (t *thread) converse() {
	for t.with != nil {
		switch m := t.receive(forever).(type) {
		case hangup:
			t.hungUp()
			t.part(t.ch, t.with.ch)
		case ended:
			if m.leg == t.with {
				t.w.hangupRequested(m.leg.ch)
				t.part(m.leg.ch, t.ch)
			}
		case acts:
			if m.leg != t.with {
				continue
			}
			if act := m.leg.peer.Does.Then.Act; act != nil {
				m.leg.peer.Does.Then.Act = nil
				act.act(t, m.leg)
				continue
			}
			t.w.hangupRequested(m.leg.ch)
			t.part(m.leg.ch, t.ch)
		case completes:
			if m.leg == t.with {
				t.complete(m)
			}
		case away:
			t.with = nil
			t.gone = true
		}
	}
}

// part ends the conversation: first leaves first.
func (t *thread) part(first, second *channel) {
	l := t.with
	t.parted()
	t.w.leave(first)
	t.w.leave(second)
	t.drop(l)
}

// optimise takes a Local out of the middle: the phone behind it comes into the caller's
// bridge, and the two halves go.
func (t *thread) optimise() {
	l := t.with
	if l == nil || l.inner == nil || l.peer.Local.Stays || l.inner.with == nil || l.inner.gone || t.gone {
		return
	}
	inner, phone := l.inner, l.inner.with
	if phone.inner != nil || phone.dead || l.dead || phone.ch.bridge == nil || l.ch.bridge == nil {
		return
	}
	t.w.leave(phone.ch)
	t.w.leave(l.ch)
	t.w.enter(t.ch.bridge, phone.ch)
	t.w.leave(inner.ch)
	phone.owner, l.dead = t, true
	t.screened = t.screened || inner.screened && !l.peer.Local.Screened
	t.with = phone
	inner.with, inner.gone = nil, true
	inner.post(away{})
	t.w.hangupRequested(inner.ch)
	t.w.after(0, func() { t.w.destroy(l.ch) })
}
