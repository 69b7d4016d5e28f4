package callgen

import (
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// Peer is one of those whom a Dial or a Queue rings: a phone, or a piece of
// dialplan behind a Local channel.
type Peer struct {
	Phone string // "alice"; over a trunk: "+46709999999@pstn"
	Trunk string // "pstn", where the phone is beyond one
	Does  Reaction
	Local *Local
}

// Local is a piece of dialplan that is dialled.
type Local struct {
	Exten, Context string
	Stays          bool // "/n": it stays in the middle of a conversation
	Screened       bool // whoever answers behind it must still accept
	Steps          []Step
}

// Reaction is what somebody does when the phone rings.
type Reaction struct {
	Kind  ReactionKind
	After time.Duration // since the phone began to ring
	Then  Agenda        // of one who answers
	To    *Local        // of one whose phone sends the call on
}

// ReactionKind says what somebody does.
type ReactionKind string

// What people and phones do.
const (
	Ignores      ReactionKind = "ignores"
	Answers      ReactionKind = "answers"
	Busy         ReactionKind = "busy"         // 486
	Declines     ReactionKind = "declines"     // 603
	Disturbed    ReactionKind = "disturbed"    // 480
	Unregistered ReactionKind = "unregistered" // no channel, no event
	Forwards     ReactionKind = "forwards"     // 302
)

// leg is one of the channels that a thread has dialled.
type leg struct {
	ch      *channel
	owner   *thread // who dialled it, or talks with it now
	peer    Peer
	inner   *thread // what runs behind a Local
	queue   bool    // Queue rings it, not Dial
	ringing bool
	rang    bool
	told    bool // an event has said that it was answered
	dead    bool
}

// What happens to a leg, as its owner hears of it.
type (
	answered  struct{ leg *leg }
	refused   struct{ leg *leg }
	forwarded struct{ leg *leg }
	picked    struct {
		leg *leg
		by  string
	}
)

func (p Peer) endpoint() string {
	if p.Trunk != "" {
		return "PJSIP/" + p.Trunk
	}
	return "PJSIP/" + p.Phone
}

// dialString is how the dialplan names the peer.
func (p Peer) dialString() string {
	if p.Local == nil {
		return "PJSIP/" + p.Phone
	}
	s := "Local/" + p.Local.Exten + "@" + p.Local.Context
	if p.Local.Stays {
		s += "/n"
	}
	return s
}

// ring lets all peers ring who can be rung.
func (t *thread) ring(peers []Peer, queue bool) {
	t.rings = nil
	for _, p := range peers {
		if p.Local == nil && p.Does.Kind == Unregistered {
			continue
		}
		l := t.dial(p, queue)
		t.rings = append(t.rings, l)
		if queue {
			t.lag()
			t.begin(l)
		}
	}
	if !queue {
		t.lag()
		for _, l := range t.rings {
			t.begin(l)
		}
	}
}

// dial makes the channels of a leg.
func (t *thread) dial(p Peer, queue bool) *leg {
	l := &leg{owner: t, peer: p, queue: queue, ringing: true}
	app := "AppDial"
	if queue {
		app = "AppQueue"
	}
	if p.Local != nil {
		one, two := t.w.openLocal(p.Local.Exten, p.Local.Context)
		l.ch = one
		l.inner = &thread{ch: two, call: t.call, screened: t.screened || p.Local.Screened, leg: l, hand: t.hand}
		if !p.Local.Screened {
			t.w.runs(one, app, "(Outgoing Line)")
		}
		t.w.spawn(l.inner, func() { l.inner.live(p.Local.Steps, nil) })
		return l
	}
	context, number := "floor", p.Phone
	if p.Trunk != "" {
		context, number = "from-pstn", ""
	}
	l.ch = t.w.open(p.endpoint(), "Down", context, "s", number)
	if p.Trunk != "" && t.hand != nil {
		t.hand.ID = l.ch.id
	}
	if !queue {
		l.ch.exten = t.ch.exten
		t.w.runs(l.ch, app, "(Outgoing Line)")
	}
	return l
}

// begin tells that the leg is being rung, and lets its person react.
func (t *thread) begin(l *leg) {
	t.dialSeen(l, "", l.peer.dialString())
	if l.inner != nil {
		return
	}
	if l.queue {
		l.ch.state, l.ch.exten = "Ringing", t.ch.exten
		t.w.runs(l.ch, "AppQueue", "(Outgoing Line)")
	}
	t.w.after(t.w.moment(), func() { l.rings() })
	does := l.peer.Does
	t.w.after(does.After+2*time.Millisecond, func() {
		if l.dead || !l.ringing {
			return
		}
		switch does.Kind {
		case Answers:
			l.owner.post(answered{l})
		case Busy, Declines, Disturbed:
			l.owner.post(refused{l})
		case Forwards:
			l.owner.post(forwarded{l})
		}
	})
}

// rings tells that the phone rings, or the first of those behind a Local.
func (l *leg) rings() {
	if l.dead || !l.ringing || l.rang {
		return
	}
	l.rang = true
	w := l.owner.w
	l.ch.state = "Ringing"
	if l.queue && l.inner != nil {
		w.announce(l.ch)
	}
	l.owner.dialSeen(l, "RINGING", "")
	if half := l.owner.leg; half != nil && !l.queue { // who waits in a queue hears music
		half.rings()
	}
}

func (t *thread) dialSeen(l *leg, status, dialled string) {
	t.w.dialSeen(t.ch, l, status, dialled, false)
}

func (w *world) dialSeen(by *channel, l *leg, status, dialled string, forwarded bool) {
	caller := by.snapshot()
	if _, short, ok := strings.Cut(dialled, "/"); ok && !l.queue {
		dialled = short // Dial leaves out the technology, Queue doesn't
	}
	w.emit(callback.DialSeen{
		At: w.at(), Caller: &caller, Peer: l.ch.snapshot(), Status: status, Dialled: dialled, Forwarded: forwarded,
	}, by)
}

// cancel stops a leg that rings.
func (t *thread) cancel(legs []*leg, status string) {
	for _, l := range legs {
		if l.peer.Local == nil || !l.peer.Local.Screened { // FollowMe says nothing
			t.dialSeen(l, status, "")
		}
	}
	for _, l := range legs {
		if l.queue {
			t.dialSeen(l, "CANCEL", l.peer.dialString())
		}
	}
	for _, l := range legs {
		t.drop(l)
	}
}

// drop ends a leg; its channel is gone a moment later.
func (t *thread) drop(l *leg) {
	if l.dead {
		return
	}
	l.dead, l.ringing = true, false
	if l.inner != nil {
		l.inner.post(hangup{})
	}
	t.w.after(t.w.moment(), func() { t.w.destroy(l.ch) })
}

// await waits until one of the legs is answered: that one, or nil when nobody is left, the
// time is over, or the caller has gone. other is told of any other message, and says
// whether to stop.
func (t *thread) await(until time.Duration, other func(message any) bool) *leg {
	for len(t.rings) > 0 {
		switch m := t.receive(until).(type) {
		case nil:
			t.cancel(t.rings, "NOANSWER")
			t.rings = nil
		case hangup:
			t.hungUp()
			t.cancel(t.rings, "CANCEL")
			t.rings = nil
		case answered:
			if m.leg.dead {
				continue
			}
			return t.won(m.leg)
		case refused:
			if !m.leg.dead {
				t.lose(m.leg)
			}
		case forwarded:
			if !m.leg.dead {
				t.forward(m.leg)
			}
		case picked:
			if !m.leg.dead {
				return t.pickedUp(m.leg, m.by)
			}
		case left:
			t.gone, t.rings = true, nil
		default:
			if other(m) {
				t.cancel(t.rings, "CANCEL")
				t.rings = nil
			}
		}
	}
	return nil
}

// won ends the other legs of one that was answered.
func (t *thread) won(l *leg) *leg {
	l.ringing = false
	l.ch.state = "Up"
	losers := slices.DeleteFunc(t.rings, func(other *leg) bool { return other == l })
	t.rings = nil
	if l.queue {
		t.dialSeen(l, "ANSWER", l.peer.dialString())
	}
	t.cancel(losers, "CANCEL")
	return l
}

// lose ends a leg that refused the call.
func (t *thread) lose(l *leg) {
	status := "NOANSWER"
	if l.peer.Does.Kind == Busy && !l.queue {
		status = "BUSY"
	}
	if l.inner == nil {
		t.w.hangupRequested(l.ch)
	}
	t.dialSeen(l, status, "")
	t.rings = slices.DeleteFunc(t.rings, func(other *leg) bool { return other == l })
	t.drop(l)
}

// forward lets Asterisk dial where a phone has sent the call (302).
func (t *thread) forward(l *leg) {
	t.w.hangupRequested(l.ch)
	t.rings = slices.DeleteFunc(t.rings, func(other *leg) bool { return other == l })
	to := t.dial(Peer{Local: l.peer.Does.To}, l.queue)
	t.w.dialSeen(t.ch, l, "CANCEL", "", true)
	t.rings = append(t.rings, to)
	t.begin(to)
	t.drop(l)
}

// pickedUp lets a colleague take the place of a phone that rings.
func (t *thread) pickedUp(l *leg, by string) *leg {
	app, does := l.ch.app, l.peer.Does
	does.Then = Agenda{Talk: 5 * time.Second}
	colleague := t.w.open("PJSIP/"+by, "Ring", "floor", "*8", by)
	if !l.queue {
		t.w.runs(colleague, "PickupChan", l.peer.dialString()+",p")
	}
	t.lag()
	colleague.state, colleague.exten = "Up", t.ch.exten
	t.w.runs(colleague, app, "(Outgoing Line)")
	taken := &leg{ch: colleague, owner: t, peer: Peer{Phone: by, Does: does}, queue: l.queue, told: true}
	if !l.queue {
		t.dialSeen(taken, "ANSWER", "")
		t.w.hangupRequested(l.ch)
	}
	others := slices.DeleteFunc(t.rings, func(other *leg) bool { return other == l })
	t.rings = nil
	t.cancel(others, "CANCEL")
	t.drop(l)
	return taken
}
