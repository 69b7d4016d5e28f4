package callgen

import "time"

// reaction is what somebody does whose phone rings. plain people only talk and hang up:
// those behind a Local.
func (a author) reaction(plain bool) Reaction {
	r := Reaction{After: a.between(100*time.Millisecond, 15*time.Second)}
	switch a.IntN(20) {
	case 0, 1:
		r.Kind = Busy
	case 2, 3:
		r.Kind = Declines
	case 4:
		r.Kind = Disturbed
	case 5:
		r.Kind = Unregistered
	case 6, 7, 8, 9:
		r.Kind, r.Then = Answers, a.agenda(plain)
	default:
		r.Kind = Ignores
	}
	if r.Kind == Busy || r.Kind == Declines {
		r.After = a.between(50*time.Millisecond, 2*time.Second)
	}
	return r
}

// willing is somebody who answers.
func (a author) willing(after, talk time.Duration) Reaction {
	return Reaction{Kind: Answers, After: after, Then: Agenda{Talk: talk}}
}

// agenda is what somebody does who has answered.
func (a author) agenda(plain bool) Agenda {
	if a.chance(6) {
		return Agenda{Talk: 400 * time.Millisecond}
	}
	d := Agenda{Talk: a.between(2*time.Second, 20*time.Second)}
	if plain {
		return d
	}
	switch a.IntN(12) {
	case 0:
		d.Act = Blind{To: a.place()}
	case 1:
		d.Act = a.attended()
	case 2:
		parks := Parks{Timeout: a.between(4*time.Second, 10*time.Second)}
		parks.Back = a.ringOne(pick(a, []string{"alice", "dave", "erin"}), true)
		if a.chance(40) {
			parks.Fetched = a.fetched()
			parks.Fetched.After += 3 * time.Second
		}
		d.Act = parks
	}
	return d
}

// place is where an agent sends a caller: a colleague, or a queue.
func (a author) place() Goto {
	if a.chance(40) {
		q := a.queue(Itself)
		q.Refuses, q.Exit, q.Key = false, nil, 0
		q.Rounds = [][]Peer{{a.phone("carol", pick(a, []Reaction{{Kind: Ignores}, a.willing(2*time.Second, 5*time.Second)}))}}
		return Goto{Context: "floor", Exten: "1099", Steps: []Step{q, Hangup{}}}
	}
	colleague := pick(a, Groups["back"])
	return Goto{Context: "floor", Exten: extensions[colleague], Steps: []Step{a.ringOne(colleague, true), Hangup{}}}
}

// ringOne is a Dial of one agent.
func (a author) ringOne(agent string, registered bool) Dial {
	r := a.reaction(true)
	if registered && r.Kind == Unregistered {
		r.Kind = Ignores
	}
	return Dial{Peers: []Peer{a.phone(agent, r)}, Timeout: a.between(3*time.Second, 8*time.Second).Truncate(time.Second), Party: partyOf(agent)}
}

// attended is a transfer that an agent makes after having called a colleague.
func (a author) attended() Attended {
	colleague := pick(a, Groups["back"])
	d := Dial{Timeout: 8 * time.Second, Party: partyOf(colleague)}
	t := Attended{Exten: extensions[colleague], After: a.between(time.Second, 4*time.Second)}
	r := Reaction{Kind: Ignores}
	switch a.IntN(3) {
	case 0: // put through before the colleague answers
		r = a.willing(t.After+a.between(time.Second, 3*time.Second), a.between(2*time.Second, 9*time.Second))
	case 1: // after
		t.After += 2 * time.Second
		r = a.willing(time.Second, t.After+a.between(3*time.Second, 9*time.Second))
	}
	d.Peers = []Peer{a.phone(colleague, r)}
	t.Dial = d
	return t
}

func (a author) phone(agent string, does Reaction) Peer {
	p := Peer{Phone: agent, Does: does}
	if agent == "mobile" {
		p.Phone, p.Trunk = mobile, "pstn"
	}
	return p
}

// local is the piece of dialplan that rings one agent.
func (a author) local(agent string, stays bool) Peer {
	r := a.reaction(true)
	return Peer{Phone: agent, Local: &Local{
		Exten: extensions[agent], Context: "desk", Stays: stays,
		Steps: []Step{Dial{Peers: []Peer{a.phone(agent, r)}, Timeout: 8 * time.Second}, Hangup{}},
	}}
}

// rung reports whether anybody's phone can ring.
func rung(peers []Peer) bool {
	for _, p := range peers {
		if p.Local != nil || p.Does.Kind != Unregistered {
			return true
		}
	}
	return false
}

// dial rings a party in one of the ways in which dialplans do.
func (a author) dial(party string) Step {
	members := parties[party]
	d := Dial{Timeout: a.between(3*time.Second, 20*time.Second).Truncate(time.Second), Party: party, Continue: a.chance(10)}
	way := a.IntN(10)
	for _, agent := range members {
		if way < 3 {
			d.Peers = append(d.Peers, a.local(agent, way < 2))
		} else {
			d.Peers = append(d.Peers, a.phone(agent, a.reaction(false)))
		}
	}
	switch {
	case way == 3 && len(members) > 1: // one after the other
		return a.hunt(d)
	case way == 4 && rung(d.Peers):
		d.By = pick(a, []By{ExecIf, AGI})
	case way == 5:
		d.Announce = a.between(time.Second, 5*time.Second)
	case way == 6:
		d.Confirm, d.Accepts = a.between(time.Second, 4*time.Second), a.chance(50)
	case way == 7:
		d.Peers[0].Does = Reaction{Kind: Forwards, After: 300 * time.Millisecond}
		d.Peers[0].Does.To = a.local("dave", true).Local
		d.Peers[0].Does.To.Stays = a.chance(50)
	case way == 8:
		d.Pickup = &Pickup{By: pick(a, []string{"bob", "erin"}), After: a.between(500*time.Millisecond, 6*time.Second)}
	}
	return d
}

// hunt dials the members of a group one after the other.
func (a author) hunt(d Dial) Step {
	g := Goto{How: "Gosub", Context: "hunt", Exten: "s"}
	for _, p := range d.Peers {
		one := d
		one.Peers, one.Timeout = []Peer{p}, a.between(2*time.Second, 5*time.Second).Truncate(time.Second)
		g.Steps = append(g.Steps, one)
	}
	g.Steps = append(g.Steps, Hangup{})
	return g
}

// queue is a queue with a few members.
func (a author) queue(by By) Queue {
	q := Queue{
		By: by, Name: pick(a, Queues), Options: pick(a, []string{"", "", "", "c"}),
		Timeout: a.between(3*time.Second, 60*time.Second).Truncate(time.Second),
		Ring:    a.between(3*time.Second, 15*time.Second), Retry: a.between(time.Second, 5*time.Second),
	}
	members := []string{"alice", "bob", "carol", "dave", "erin"}[:1+a.IntN(5)]
	locals := a.chance(25)
	ringAll := a.chance(60)
	for range 1 + a.IntN(5) {
		var round []Peer
		for _, agent := range members {
			if locals {
				round = append(round, a.local(agent, a.chance(50)))
			} else {
				round = append(round, a.phone(agent, a.reaction(false)))
			}
		}
		if !ringAll {
			round = []Peer{pick(a, round)}
		}
		q.Rounds = append(q.Rounds, round)
	}
	switch a.IntN(12) {
	case 0:
		q.Refuses = by == Itself
	case 1:
		q.Leaves = a.between(time.Second, 20*time.Second)
	case 2:
		q.Key, q.Exit = a.between(time.Second, 20*time.Second), &Goto{Context: "ivr-orders", Exten: "2", Steps: a.attempts()}
	case 3:
		if !locals {
			q.Announce = a.between(time.Second, 5*time.Second)
		}
	case 4:
		if !locals {
			q.Pickup = &Pickup{By: "ivan", After: a.between(500*time.Millisecond, 3*time.Second)}
		}
	}
	if by != Itself && !rung(q.Rounds[0]) {
		q.By = Itself
	}
	return q
}

// followMe rings the phones of a party one after the other, and asks whoever answers.
func (a author) followMe(party string) (Step, string) {
	f := FollowMe{Party: party, Ring: a.between(4*time.Second, 8*time.Second), Asks: a.between(time.Second, 5*time.Second), Accepts: a.chance(50)}
	for _, agent := range parties[party] {
		local := *a.local(agent, false).Local
		local.Screened = true
		d := local.Steps[0].(Dial)
		d.Peers[0].Does.Then.Talk += f.Asks // nobody hangs up while being asked
		f.Numbers = append(f.Numbers, local)
	}
	return f, party
}

// throughALocal is dialplan that dials dialplan that rings a party or leads into a queue.
func (a author) throughALocal() Step {
	local := &Local{Exten: "q", Context: "middle", Stays: a.chance(60)}
	if a.chance(50) {
		q := a.queue(Itself)
		local.Exten += "-" + q.Name
		q.Exit, q.Key, q.Rounds = nil, 0, [][]Peer{{a.phone("carol", a.reaction(true)), a.phone("heidi", a.reaction(true))}}
		local.Steps = []Step{q, Hangup{}}
		if a.chance(50) {
			local.Steps = append([]Step{Answer{}}, local.Steps...)
		}
	} else {
		party := pick(a, partyNames)
		d := Dial{Timeout: 10 * time.Second, Party: party}
		for _, agent := range parties[party] {
			d.Peers = append(d.Peers, a.phone(agent, a.reaction(true)))
		}
		deep := &Local{Exten: "d", Context: "middle", Stays: true, Steps: []Step{d, Hangup{}}}
		local.Exten, local.Stays = "deep-"+party[6:], true
		local.Steps = []Step{Dial{Peers: []Peer{{Local: deep}}, Timeout: 15 * time.Second}, Hangup{}}
		if a.chance(20) {
			local.Steps = append([]Step{a.said()}, local.Steps...)
		}
	}
	return Dial{Peers: []Peer{{Local: local}}, Timeout: 30 * time.Second}
}
