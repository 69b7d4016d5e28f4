package callgen

import (
	"fmt"
	"strings"
	"time"
)

// Dial rings peers, all at once.
type Dial struct {
	By       By
	Peers    []Peer
	Timeout  time.Duration
	Party    string        // whose call it is, in the words of the account's file; "": whoever's the Locals ring
	Announce time.Duration // A(): the agent hears a sound before the caller
	Confirm  time.Duration // U(): the agent must accept within this time
	Accepts  bool          // the agent does
	Continue bool          // g: go on when the agent has hung up
	Pickup   *Pickup
}

// Pickup is a colleague who takes a call that rings elsewhere.
type Pickup struct {
	By    string
	After time.Duration
}

// noticed is how long a dialplan takes to find that nobody can be rung, or to say a word.
// Asterisk is quicker, but what a Local does then would be over before a stream with jitter
// tells of it.
const noticed = 50 * time.Millisecond

func (d Dial) run(t *thread) {
	t.begins(d.By, "Dial", d.data())
	t.call.tries(d.Party, t.gone)
	t.lag()
	t.ring(d.Peers, false)
	if len(t.rings) == 0 {
		t.sleep(noticed)
	}
	t.pickup(d.Pickup)
	if l := t.await(t.w.now+d.Timeout, ignored); l != nil {
		d.connect(t, l)
	}
	t.rings = nil
}

// data is the application's argument.
func (d Dial) data() string {
	var names []string
	for _, p := range d.Peers {
		names = append(names, p.dialString())
	}
	data := fmt.Sprintf("%s,%d", strings.Join(names, "&"), d.Timeout/time.Second)
	switch {
	case d.Announce > 0:
		data += ",A(vm-intro)"
	case d.Confirm > 0:
		data += ",U(confirm)"
	case d.Continue:
		data += ",g"
	}
	return data
}

// connect is what happens from the answer on.
func (d Dial) connect(t *thread, l *leg) {
	heard := true
	switch {
	case d.Announce > 0:
		heard = t.wait(d.Announce)
	case d.Confirm > 0:
		heard = d.confirm(t, l)
	}
	if !heard {
		t.w.runs(l.ch, "AppDial", "(Outgoing Line)")
		t.drop(l)
		return
	}
	if !l.told {
		l.ch.exten = ""
		t.dialSeen(l, "ANSWER", "")
	}
	if t.hand != nil && l.peer.Trunk != "" {
		t.hand.Answered = true
	}
	t.answer()
	t.lag()
	t.w.runs(l.ch, "AppDial", "(Outgoing Line)")
	t.talk(l)
	t.over = !d.Continue && t.redirect == nil
}

// confirm lets the agent say whether to take the call; it reports whether agent and
// caller come together.
func (d Dial) confirm(t *thread, l *leg) bool {
	place, exten := l.ch.context, l.ch.exten
	l.ch.context, l.ch.exten = "confirm", "s"
	until := t.w.now + d.Confirm
	t.w.runs(l.ch, "Read", "OK,beep,1,,1,3")
	t.wait(d.Confirm)
	if t.w.now < until {
		t.sleep(until - t.w.now)
	}
	accepts := d.Accepts && !t.gone
	if accepts {
		t.w.runs(l.ch, "GotoIf", "1?accepted")
	} else {
		t.w.runs(l.ch, "GotoIf", "0?accepted")
		t.w.runs(l.ch, "Set", "GOSUB_RESULT=CONTINUE")
	}
	t.w.runs(l.ch, "Return", "")
	l.ch.context, l.ch.exten = place, exten
	if !accepts {
		l.ch.exten = ""
		t.dialSeen(l, "CONTINUE", "")
	}
	return accepts
}

// ignored is for messages that don't concern who waits.
func ignored(any) bool { return false }

// pickup lets a colleague take the first of the phones that ring.
func (t *thread) pickup(p *Pickup) {
	if p == nil || len(t.rings) == 0 || t.rings[0].inner != nil {
		return
	}
	l := t.rings[0]
	t.w.after(p.After, func() {
		if !l.dead && l.ringing && l.rang {
			t.post(picked{l, p.By})
		}
	})
}
