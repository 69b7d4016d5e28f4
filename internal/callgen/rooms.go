package callgen

import (
	"strings"
	"time"

	"callbackd/callback"
)

// Conference is a room; an agent may come in.
type Conference struct {
	Agent *Fetched
	For   time.Duration // how long the dialplan lets the caller stay
}

func (c Conference) run(t *thread) {
	t.begins(Itself, "ConfBridge", "room1")
	t.answer()
	room := t.w.openBridge(false)
	t.w.enter(room, t.ch)
	if c.Agent == nil {
		t.wait(c.For)
		t.w.leave(t.ch)
		return
	}
	if !t.wait(c.Agent.After) {
		t.w.leave(t.ch)
		return
	}
	agent := t.w.open("PJSIP/"+c.Agent.By, "Ring", "floor", "800", c.Agent.By)
	t.w.runs(agent, "ConfBridge", "room1")
	agent.state = "Up"
	t.w.enter(room, agent)
	t.call.meets(t.w.now)
	t.wait(c.Agent.Talk)
	t.call.parts(t.w.now)
	t.w.hangupRequested(agent)
	t.w.leave(agent)
	t.w.destroy(agent)
	if !t.gone {
		t.wait(time.Second)
	}
	t.w.leave(t.ch)
}

// OtherApp is another application on ARI, which calls an agent and brings the two together.
type OtherApp struct {
	Agent *Fetched      // nil: it lets the caller wait
	For   time.Duration // how long the caller stays with it otherwise
}

// asks is what the dialplan wants of the application.
func (o OtherApp) asks() string {
	if o.Agent == nil {
		return "keep"
	}
	return "bridge,PJSIP/" + o.Agent.By
}

func (o OtherApp) run(t *thread) {
	t.begins(Itself, "Stasis", "elsewhere,"+o.asks())
	if o.Agent == nil || !t.wait(o.Agent.After) {
		t.wait(o.For)
		return
	}
	agent := t.w.open("PJSIP/"+o.Agent.By, "Down", "floor", "s", o.Agent.By)
	t.w.originate(agent)
	answers := t.wait(500 * time.Millisecond)
	if answers {
		agent.state = "Up"
		t.w.dialAlone(agent, "ANSWER")
		answers = t.wait(500 * time.Millisecond)
	}
	if answers {
		b := t.w.openBridge(false)
		t.w.enter(b, t.ch)
		agent.app, agent.data = "Stasis", "elsewhere,"+o.asks()
		t.w.enter(b, agent)
		t.call.meets(t.w.now)
		t.wait(o.Agent.Talk)
		t.call.parts(t.w.now)
		t.w.hangupRequested(agent)
		t.w.leave(agent)
		agent.app, agent.data = "AppDial2", "(Outgoing Line)"
	}
	t.w.destroy(agent)
	t.wait(o.For)
	if t.ch.bridge != nil {
		t.w.leave(t.ch)
	}
}

// originate is what Asterisk tells of a channel that an application has asked for: nobody
// dials it.
func (w *world) originate(ch *channel) {
	w.runs(ch, "AppDial2", "(Outgoing Line)")
	w.dialAlone(ch, "")
	ch.state = "Ringing"
	w.dialAlone(ch, "RINGING")
}

func (w *world) dialAlone(ch *channel, status string) {
	_, dialled, _ := strings.Cut(callback.EndpointOf(ch.name), "/")
	w.emit(callback.DialSeen{At: w.at(), Peer: ch.snapshot(), Status: status, Dialled: dialled}, ch)
}

// FollowMe rings numbers one after the other, and asks whoever answers.
type FollowMe struct {
	Party   string
	Numbers []Local // each Screened
	Ring    time.Duration
	Asks    time.Duration
	Accepts bool
}

func (f FollowMe) run(t *thread) {
	t.begins(Itself, "FollowMe", strings.ReplaceAll(f.Party, ":", "-")+",")
	if !t.wait(3200 * time.Millisecond) { // asks for the caller's name; nobody has been tried
		return
	}
	t.call.tries(f.Party, t.gone)
	for i := range f.Numbers {
		t.ring([]Peer{{Local: &f.Numbers[i]}}, false)
		l := t.await(t.w.now+f.Ring, ignored)
		switch {
		case t.gone:
			return
		case l == nil:
			continue
		}
		t.dialSeen(l, "ANSWER", "")
		if !t.wait(f.Asks) || !f.Accepts {
			t.drop(l)
			continue
		}
		t.lag()
		t.talk(l)
		t.over = true
		return
	}
}
