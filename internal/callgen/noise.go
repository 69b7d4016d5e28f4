package callgen

import (
	"fmt"
	"time"
)

// noise is one thing that is no customer's call.
func (w *world) noise(a author, serial int) {
	switch a.IntN(7) {
	case 6:
		w.parkedColleague(a)
	case 0:
		w.colleague(a)
	case 1:
		w.ours(a, serial)
	case 2:
		w.strangers(a, serial)
	default:
		w.byHand(a, serial)
	}
}

// colleague is an agent who calls another, or a queue.
func (w *world) colleague(a author) {
	steps := []Step{a.ringOne("bob", false), Hangup{}}
	if a.chance(40) {
		steps = []Step{a.plainQueue(), Hangup{}}
	}
	t := &thread{ch: w.open("PJSIP/erin", "Ring", "floor", "1002", "1005")}
	w.spawn(t, func() { t.live(steps, nil) })
	w.after(a.between(time.Second, 40*time.Second), func() { t.post(hangup{}) })
}

// parkedColleague is an agent in the parking lot, with customers who hear nothing of it.
func (w *world) parkedColleague(a author) {
	ch := w.open("PJSIP/carol", "Ring", "floor", "700", "1003")
	w.runs(ch, "Park", "lot")
	ch.state = "Up"
	w.enter(w.parkingLot(), ch)
	w.after(a.between(5*time.Second, 90*time.Second), func() {
		w.hangupRequested(ch)
		w.destroy(ch)
	})
}

// plainQueue is a queue that leads nowhere else.
func (a author) plainQueue() Queue {
	q := a.queue(Itself)
	q.Key, q.Exit = 0, nil
	return q
}

// byHand is an agent who dials a customer.
func (w *world) byHand(a author, serial int) {
	number := fmt.Sprintf("+46702%06d", serial)
	peer := Peer{Phone: pick(a, []string{number + "@pstn", "pstn/sip:" + number + "@192.0.2.1"}), Trunk: "pstn", Does: a.reaction(true)}
	if peer.Does.Kind == Unregistered {
		peer.Does.Kind = Busy
	}
	if a.chance(30) {
		peer.Does.Then = Agenda{Talk: a.between(2*time.Second, 9*time.Second), Act: PassesOn{Goto{
			Context: "floor", Exten: "1099", Steps: []Step{pick(a, []Step{a.ringOne("bob", true), a.plainQueue()}), Hangup{}}}}}
	}
	d := Dial{Peers: []Peer{peer}, Timeout: 20 * time.Second}
	exten := number
	if a.chance(40) {
		exten = "9"
		d = Dial{Timeout: 25 * time.Second, Peers: []Peer{{Local: &Local{Exten: number, Context: "floor", Stays: a.chance(50), Steps: []Step{d, Hangup{}}}}}}
	}
	agent := pick(a, []string{"alice", "erin", "frank"})
	call := &Outbound{Number: number, Agent: "PJSIP/" + agent}
	w.out = append(w.out, call)
	t := &thread{ch: w.open("PJSIP/"+agent, "Ring", "floor", exten, extensions[agent]), hand: call}
	w.spawn(t, func() { t.live([]Step{d, Hangup{}}, nil) })
	w.after(a.between(time.Second, 60*time.Second), func() { t.post(hangup{}) })
}

// ours is a callback: callbackd has dialled an agent and then the customer, and brought
// them together.
func (w *world) ours(a author, serial int) {
	agent := w.ourLeg("callbackd-agent-", "PJSIP/alice", serial)
	w.after(5*time.Second, func() {
		agent.state = "Up"
		w.runs(agent, "Stasis", "callbackd")
		b := w.openBridge(false)
		w.enter(b, agent)
		customer := w.ourLeg("callbackd-customer-", "PJSIP/pstn", serial)
		w.after(a.between(2*time.Second, 9*time.Second), func() {
			customer.state = "Up"
			w.enter(b, customer)
		})
		w.after(a.between(10*time.Second, 20*time.Second), func() {
			w.hangupRequested(customer)
			w.destroy(customer)
			w.destroy(agent)
		})
	})
}

// ourLeg is a channel that callbackd has asked for: nobody in Asterisk dials it.
func (w *world) ourLeg(prefix, endpoint string, serial int) *channel {
	w.names++
	ch := &channel{id: fmt.Sprintf("%s%d", prefix, serial), name: fmt.Sprintf("%s-%08x", endpoint, w.names), state: "Down", context: "default", exten: "s"}
	w.created(ch)
	w.originate(ch)
	return ch
}

// strangers are channels that aren't people: a snoop and an announcer in a bridge, and a
// door phone that somebody's application plays with.
func (w *world) strangers(a author, serial int) {
	b := w.openBridge(false)
	door := w.open("PJSIP/door", "Ring", "from-door", "s", "door")
	w.runs(door, "Stasis", "doors")
	snoop := &channel{id: fmt.Sprintf("snoop-%d", serial), name: fmt.Sprintf("Snoop/%s-%08x", door.id, serial), state: "Up", context: "default"}
	announcer := &channel{id: fmt.Sprintf("announcer-%d", serial), name: fmt.Sprintf("Announcer/ARI-%08x;1", serial), state: "Up", context: "default"}
	w.created(snoop)
	w.created(announcer)
	for _, ch := range []*channel{door, snoop, announcer} {
		w.enter(b, ch)
	}
	w.after(a.between(time.Second, 9*time.Second), func() {
		for _, ch := range []*channel{announcer, snoop, door} {
			w.destroy(ch)
		}
	})
}
