package callgen

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// author writes the stories of calls.
type author struct{ *rand.Rand }

func (a author) chance(percent int) bool { return a.IntN(100) < percent }

// between draws a time, to the millisecond.
func (a author) between(from, to time.Duration) time.Duration {
	return from + time.Duration(a.Int64N(int64(to-from)/int64(time.Millisecond)+1))*time.Millisecond
}

func pick[T any](a author, list []T) T { return list[a.IntN(len(list))] }

// story is one customer's call, before it happens.
type story struct {
	trunk, number, dialled string
	patience               time.Duration // after which the customer hangs up, unless in a conversation
	steps, afterwards      []Step
}

func (a author) story(serial int) story {
	s := story{
		trunk:    pick(a, Trunks),
		number:   fmt.Sprintf("+46701%06d", serial),
		dialled:  "+46855500" + fmt.Sprint(10+a.IntN(90)),
		patience: a.between(30*time.Second, 3*time.Minute),
	}
	if a.chance(30) {
		s.patience = a.between(50*time.Millisecond, 12*time.Second)
	}
	s.steps = a.program()
	if a.chance(12) {
		s.afterwards = a.afterwards()
	}
	return s
}

// program is what the dialplan does with a call.
func (a author) program() []Step {
	var steps []Step
	if a.chance(40) {
		steps = append(steps, pick(a, []Step{
			Answer{}, Sound{"Ringing", "", 0}, Sound{"Progress", "", 0},
			Sound{"Set", "CHANNEL(language)=sv", 0}, Sound{"NoOp", "Queue(support)", 0},
		}))
	}
	if a.chance(15) {
		steps = append(steps, a.said())
	}
	if a.chance(35) {
		return append(steps, a.menu(2))
	}
	return append(steps, a.attempts()...)
}

// menu lets the caller choose, or lose the way.
func (a author) menu(depth int) Goto {
	g := Goto{How: pick(a, []string{"Goto", "Goto", "Gosub"}), Context: pick(a, []string{"main-menu", "ivr-orders", "ivr-hours", "unlisted"}), Exten: "s"}
	g.Steps = []Step{Answer{}, Sound{"BackGround", "vm-options", a.between(0, 6*time.Second)}}
	switch choice := a.IntN(10); {
	case choice == 0: // an invalid key, with an i extension
		g.Steps = append(g.Steps, Sound{"WaitExten", "2", a.between(0, 2*time.Second)},
			Goto{Context: g.Context, Exten: "i", Steps: []Step{Sound{"Playback", "pbx-invalid", time.Second}, Hangup{}}})
	case choice == 1: // no t extension: the call falls off the dialplan
		g.Steps = append(g.Steps, Sound{"WaitExten", "4", 4 * time.Second})
	case choice < 4 && depth > 0:
		g.Steps = append(g.Steps, Sound{"WaitExten", "10", a.between(0, 3*time.Second)}, a.menu(depth-1))
	default:
		g.Steps = append(g.Steps, Sound{"WaitExten", "10", a.between(0, 3*time.Second)})
		g.Steps = append(g.Steps, a.attempts()...)
	}
	return g
}

// attempts are the ways in which the dialplan tries to reach somebody, and the end.
func (a author) attempts() []Step {
	var steps []Step
	var last string
	for range 1 + a.IntN(3) {
		step, party := a.attempt(last)
		steps, last = append(steps, step), party
		if a.chance(8) {
			steps = append(steps, a.said())
		}
	}
	switch a.IntN(5) {
	case 0:
		steps = append(steps, Voicemail{For: a.between(time.Second, 20*time.Second), Leaves: a.chance(60)}, Hangup{})
	case 1:
		steps = append(steps, Sound{"Playback", "vm-goodbye", a.between(time.Second, 3*time.Second)}, Hangup{})
	case 2: // falls off the end
	case 3:
		steps = append(steps, Goto{How: "Goto", Context: pick(a, []string{"goodbye", "closed", "nowhere"}), Exten: "s",
			Steps: []Step{Sound{"Playback", "beep", time.Second}, Hangup{}}})
	default:
		steps = append(steps, Hangup{})
	}
	return steps
}

// attempt is one way to reach somebody, and whom it means; not the one before, whom one
// more Dial would be a part of.
func (a author) attempt(last string) (Step, string) {
	switch a.IntN(20) {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		return a.queue(Itself), ""
	case 8:
		return a.queue(pick(a, []By{ExecIf, AGI})), ""
	case 9:
		return a.followMe(a.party(last))
	case 10:
		c := Conference{For: a.between(2*time.Second, 20*time.Second)}
		if a.chance(50) {
			c.Agent = a.fetched()
		}
		return c, ""
	case 11:
		p := Park{Timeout: a.between(4*time.Second, 15*time.Second), Return: Goto{Context: "lot-return", Exten: "s", Steps: []Step{
			Sound{"Wait", "1", time.Second}, Hangup{}}}}
		if a.chance(50) {
			p.Fetched = a.fetched()
		}
		return p, ""
	case 12, 13:
		return a.throughALocal(), ""
	case 14:
		o := OtherApp{For: a.between(time.Second, 10*time.Second)}
		if a.chance(50) {
			o.Agent = a.fetched()
		}
		return o, ""
	default:
		party := a.party(last)
		return a.dial(party), party
	}
}

func (a author) party(last string) string {
	for {
		if party := pick(a, partyNames); party != last {
			return party
		}
	}
}

// said is CALLBACKD_MISSED in one of its forms.
func (a author) said() Said {
	return Said{
		How:   pick(a, []string{"Set", "Set", "MSet", "ExecIf", "UserEvent"}),
		Name:  pick(a, []string{"CALLBACKD_MISSED", "_CALLBACKD_MISSED", "__CALLBACKD_MISSED"}),
		Value: pick(a, []string{"group:sales", "queue:night", "agent:erin", "scenario:hours", "ignore", "ignore", "", "the sales people"}),
	}
}

// afterwards is what an h extension does: it reaches nobody.
func (a author) afterwards() []Step {
	return []Step{pick(a, []Step{
		Sound{"Queue", "statistics", 0},
		Said{How: "Set", Name: "CALLBACKD_MISSED", Value: "queue:night"},
		Dial{Peers: []Peer{a.phone("frank", Reaction{Kind: Ignores})}, Timeout: time.Second, Party: "group:evening"},
		Goto{Context: "handler", Exten: "s"},
	}), Sound{"NoOp", "after the call", 0}}
}

func (a author) fetched() *Fetched {
	return &Fetched{By: pick(a, []string{"bob", "erin", "grace"}), After: a.between(time.Second, 12*time.Second), Talk: a.between(2*time.Second, 20*time.Second)}
}

// tell is the story in words, for whoever reads a failure.
func (s story) tell() string {
	text := fmt.Sprintf("%s calls %s on %s, patience %s: %s", s.number, s.dialled, s.trunk, s.patience, program(s.steps))
	if len(s.afterwards) > 0 {
		text += "; then h: " + program(s.afterwards)
	}
	return text
}
