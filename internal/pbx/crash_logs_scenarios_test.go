package pbx_test

import (
	"slices"
	"time"
)

// What happens while nobody watches, and whom it makes a callback unnecessary for.
// Asterisk's logs are read in all of these.
func init() {
	for _, list := range [][]crashScenario{awayScenarios, onThePhoneScenarios(), logScenarios} {
		for _, s := range list {
			s.logs = true
			if s.account == nil {
				s.account = plain
			}
			if s.customer == nil {
				s.customer = usualCustomer
			}
			if s.agent == nil {
				s.agent = usualAgent
			}
			if s.want == "" {
				s.want = completed
			}
			s.also = append(slices.Clone(s.also), completed, wasCancelled)
			crashScenarios = append(crashScenarios, s)
		}
	}
}

// How long callbackd is dead: it starts while the rows of a call are being written.
// And how long its network is down: it has read the logs when it is connected again.
const (
	dead = 14 * time.Second
	away = 25 * time.Second
)

func whileDead(what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		r.dies(dead)
		r.wait(3 * time.Second)
		what(r)
	}
}

func inAGap(what func(*crashRun)) func(*crashRun) {
	return func(r *crashRun) {
		r.parts(away)
		r.wait(3 * time.Second)
		what(r)
	}
}

func helped(r *crashRun) { r.helps(customer) }

// helpedAndLost: helped first, so that another callback is due.
func helpedAndLost(r *crashRun) {
	r.helps(customer)
	r.wait(time.Second)
	r.loses(customer)
}

// acrossAnOutage plays a visit that begins two seconds before an outage.
func acrossAnOutage(outage func(*crashRun, time.Duration), v visit) func(*crashRun) {
	return func(r *crashRun) {
		r.acting.Go(func() {
			r.wait(2 * time.Second)
			outage(r, 12*time.Second)
		})
		r.visits(customer, v)
	}
}

var awayScenarios = []crashScenario{
	{name: "lost while callbackd is dead", quick: true, play: whileDead(lost), results: results{connected}},
	{name: "lost in a gap", play: inAGap(lost), results: results{connected}},
	{name: "two are lost in a gap, and a third after it",
		play: func(r *crashRun) {
			inAGap(lost)(r)
			r.loses(customerB)
			r.loses(stranger)
		}, results: results{connected, connected, connected}},
	{name: "lost in a gap that another one follows",
		play: func(r *crashRun) {
			inAGap(lost)(r)
			r.wait(away - 13*time.Second + 500*time.Millisecond)
			r.parts(time.Second)
		}, results: results{connected}},

	{name: "helped while callbackd is dead and the task waits",
		play: held(whileDead(helped)), results: results{superseded}, want: wasCancelled},
	{name: "helped in a gap, while the task waits", quick: true,
		play: held(inAGap(helped)), results: results{superseded}, want: wasCancelled},
	{name: "helped while callbackd is dead and the agent's phone was ringing",
		play: then(agentRings, whileDead(helped)), results: results{interrupted, superseded}, want: wasCancelled},
	{name: "helped in a gap, while the agent heard the prompt",
		play: then(agentHears, inAGap(helped)), results: results{interrupted}, want: wasCancelled},
	{name: "helped while callbackd is dead and the customer's phone was ringing",
		customer: []person{ignores}, play: then(customerRings, whileDead(helped)), results: results{noAnswer}, want: wasCancelled},
	{name: "helped in the moment in which callbackd starts", // its rows come a little later
		account: unprompted, agent: []person{answers(500*time.Millisecond, -1)},
		play: func(r *crashRun) {
			r.diary.late = 100 * time.Millisecond
			r.queued(+1)
			lost(r)
			r.wait(time.Second)
			r.dies(10*time.Second + 50*time.Millisecond)
			r.queued(-1)
			helped(r)
		}, results: results{superseded}, want: wasCancelled},
	{name: "lost, helped and lost again while callbackd is dead",
		play: func(r *crashRun) {
			lost(r)
			r.wait(agentRings)
			r.dies(25500 * time.Millisecond)
			r.wait(3 * time.Second)
			helpedAndLost(r)
		}, results: results{interrupted, superseded, connected}, first: wasCancelled},
	{name: "lost and helped in a gap", play: inAGap(func(r *crashRun) { lost(r); r.helps(customer) }), results: results{superseded}, want: wasCancelled},
	{name: "helped in a gap, and lost when it is over",
		play: func(r *crashRun) { held(inAGap(helped))(r); r.wait(away - 10*time.Second); lost(r) }, results: results{superseded, connected}, first: wasCancelled},

	{name: "answered in a gap, by a call that goes on", quick: true,
		play: func(r *crashRun) {
			lost(r)
			r.wait(time.Second)
			acrossAnOutage((*crashRun).parts, visit{4 * time.Second, 5 * time.Second, 15 * time.Second})(r)
		},
		results: results{superseded, superseded}, want: wasCancelled},
	{name: "answered while callbackd is dead, by a call that goes on", // the agent would be faster than the logs
		account: unprompted, agent: []person{answers(500*time.Millisecond, -1)},
		play: acrossAnOutage((*crashRun).dies, visit{4 * time.Second, 5 * time.Second, 15 * time.Second}), results: results{superseded}, want: wasCancelled},
	{name: "lost by a call that began before a gap",
		play: acrossAnOutage((*crashRun).parts, visit{wait: 25 * time.Second}), results: results{connected}},
	{name: "lost by a call that began before a gap and ended in it",
		play: acrossAnOutage((*crashRun).parts, visit{wait: 8 * time.Second}), results: results{connected}},
	{name: "a conversation that began before a gap and ended in it",
		play: func(r *crashRun) {
			r.queued(+1)
			lost(r)
			acrossAnOutage((*crashRun).parts, visit{wait: time.Second, talk: 7 * time.Second})(r)
			r.queued(-1)
		}, results: results{superseded}, want: wasCancelled},
	{name: "a conversation that began while callbackd was dead, and lasts",
		play:    held(func(r *crashRun) { acrossAnOutage((*crashRun).dies, visit{4 * time.Second, 40 * time.Second, 0})(r) }),
		results: results{superseded}, want: wasCancelled},
}

// onThePhoneScenarios: the customer calls in, or is called by an agent, at each moment
// of an attempt.
func onThePhoneScenarios() (list []crashScenario) {
	for _, moment := range []struct {
		name                string
		play                func(func(*crashRun)) func(*crashRun)
		customer            []person
		lost, helped, dials results
	}{
		{"while the task waits", held, usualCustomer, results{connected}, results{superseded}, results{superseded}},
		{"while the agent's phone rings", at(agentRings), usualCustomer, results{superseded, connected}, results{superseded, superseded}, results{superseded}},
		{"while the agent hears the prompt", at(agentHears), usualCustomer, results{superseded, connected}, results{superseded, superseded}, results{superseded}},
		{"while the customer's phone rings", at(customerRings), []person{ignores, talks}, results{noAnswer, connected}, results{noAnswer}, results{noAnswer}},
	} {
		again := func(r *crashRun) { r.visits(customer, visit{wait: 6 * time.Second}) }
		reaches := func(r *crashRun) { r.reaches(customer, 6*time.Second, 4*time.Second) }
		dials := func(r *crashRun) { r.dialsByHand(customer, 3*time.Second, 20*time.Second) }
		list = append(list,
			crashScenario{name: "the customer calls " + moment.name + ", and is lost again",
				customer: moment.customer, play: moment.play(again), results: moment.lost},
			crashScenario{name: "the customer calls " + moment.name + ", and is helped",
				customer: moment.customer, play: moment.play(helped), results: moment.helped, want: wasCancelled},
			crashScenario{name: "the customer calls a colleague " + moment.name,
				customer: moment.customer, play: moment.play(reaches), results: moment.helped, want: wasCancelled},
			crashScenario{name: "an agent dials " + moment.name,
				customer: moment.customer, play: moment.play(dials), results: moment.dials, want: wasCancelled})
	}
	return list
}

func at(moment time.Duration) func(func(*crashRun)) func(*crashRun) {
	return func(what func(*crashRun)) func(*crashRun) { return then(moment, what) }
}

var logScenarios = []crashScenario{
	{name: "no log was ever written", prepare: nothing, play: whileDead(lost), results: results{connected}},
	{name: "the logs are rotated while callbackd is dead",
		play: func(r *crashRun) {
			lost(r)
			r.wait(time.Minute)
			r.dies(away)
			r.loses(customerB)
			r.rotates()
			r.loses(stranger)
		}, results: results{connected, connected, connected}},
	{name: "the logs are rotated twice while they are read",
		play: func(r *crashRun) {
			inAGap(lost)(r)
			r.rotates()
			r.loses(customerB)
			r.wait(time.Second)
			r.rotates()
			r.loses(stranger)
		}, results: results{connected, connected, connected}},
	{name: "the logs can't be read for half a minute after a gap", alarm: true,
		play: func(r *crashRun) {
			r.queued(+1)
			lost(r)
			r.hides(50 * time.Second)
			inAGap(helped)(r)
			r.queued(-1)
		}, results: results{superseded}, want: wasCancelled},
	{name: "the logs can't be read for minutes", alarm: true,
		play: func(r *crashRun) {
			r.hides(3 * time.Minute)
			whileDead(lost)(r)
			r.loses(customerB)
		}, results: results{connected, connected}},
	{name: "helped before the newest loss, as is read after it", alarm: true,
		play: func(r *crashRun) {
			r.queued(+1)
			lost(r)
			r.hides(50 * time.Second)
			inAGap(helped)(r)
			r.wait(away - 10*time.Second)
			lost(r)
			r.queued(-1)
		}, results: results{connected}},
	{name: "whether the number may be shown isn't answered",
		play: func(r *crashRun) { r.stalls(); r.visits(customer, visit{wait: time.Second}) }, results: results{connected}},
}
