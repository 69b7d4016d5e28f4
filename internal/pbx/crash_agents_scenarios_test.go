package pbx_test

import (
	"time"

	"callbackd/callback"
)

// Whom an agent leg rings, and what agents are told and press. Each scenario is cut
// like the others; much of it has the same effects, so what is tried comes by turns.
func init() {
	for _, list := range [][]crashScenario{targetScenarios, agentScenarios, receptionScenarios, stopKeyScenarios, recordingScenarios} {
		for _, s := range list {
			s.busy = true
			crashScenarios = append(crashScenarios, s)
		}
	}
}

// with makes one change of many.
func with(changes ...func(*callback.Account)) func(*callback.Account) {
	return func(a *callback.Account) {
		for _, change := range changes {
			change(a)
		}
	}
}

var (
	toAlice = forwardTo(callback.TargetAgent, "alice")
	toSales = forwardTo(callback.TargetGroup, "sales")
)

// inVain rings alice's and bob's phones, and nobody takes it, then both answer.
func inVain(p person) []person { return []person{p, stays} }

var targetScenarios = []crashScenario{
	{name: "an agent",
		account: toAlice, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "an agent who refuses at first",
		account: toAlice, customer: usualCustomer, agent: inVain(refuses(486)), play: lost, results: results{agentRejected, connected}, want: completed},
	{name: "an agent who refuses again and again", alarm: true,
		account: with(toAlice, unprompted), customer: usualCustomer, agent: []person{refuses(486), refuses(486), refuses(486), refuses(486), stays}, play: lost,
		results: results{agentRejected, agentRejected, agentRejected, agentRejected, connected}, want: completed},
	{name: "a group, whose second phone answers first",
		account: toSales, customer: usualCustomer, agent: []person{answers(5*time.Second, -1)}, bob: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a group, one of which refuses",
		account: toSales, customer: usualCustomer, agent: []person{refuses(486)}, bob: []person{answers(5*time.Second, -1)}, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a group, one of which leaves in the prompt", quick: true,
		account: toSales, customer: usualCustomer, agent: inVain(answers(time.Second, 2*time.Second)), bob: []person{answers(3*time.Second, -1)}, play: lost,
		results: results{agentHungUp, connected}, want: completed, also: both},
	{name: "a group, of which nobody answers",
		account: toSales, customer: usualCustomer, agent: inVain(ignores), bob: inVain(ignores), play: lost, results: results{agentNoAnswer, connected}, want: completed},
	{name: "a group, and two customers",
		account: toSales, customer: usualCustomer, agent: usualAgent, bob: []person{answers(3*time.Second, -1)},
		play: then(agentHears, func(r *crashRun) { r.loses(customerB) }), results: results{connected, connected}, want: completed},
	{name: "an agent whom a live caller of the queue gets",
		account: with(toAlice, unprompted), customer: usualCustomer, agent: []person{answers(8*time.Second, -1), stays},
		prepare: func(r *crashRun) { r.asterisk.SetFunction("QUEUE_MEMBER_LIST(support)", aliceAt) },
		play:    then(3*time.Second, func(r *crashRun) { r.queues(stranger, 5*time.Second) }), results: results{superseded, connected, connected}, want: completed},
}

// keyAsked asks the agent for a key, and tells whose call it is, after the prompt: in all
// for six seconds.
func keyAsked(a *callback.Account) {
	a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "number {number}"}
	a.Rules[0].AgentAccept = one("ask")
}

// takes is an agent who presses the key so long after having answered.
func takes(after time.Duration) person { return answers(2*time.Second, -1, stroke{after, "1"}) }

const afterAsking = 6500 * time.Millisecond

var agentScenarios = []crashScenario{
	{name: "the agent presses the key when asked to",
		account: keyAsked, customer: usualCustomer, agent: []person{takes(afterAsking)}, play: lost, results: results{connected}, want: completed, also: both},
	{name: "the agent presses the key in the prompt",
		account: keyAsked, customer: usualCustomer, agent: []person{takes(time.Second)}, play: lost, results: results{connected}, want: completed, also: both},
	{name: "the agent presses the key in the announcement",
		account: keyAsked, customer: usualCustomer, agent: []person{takes(4500 * time.Millisecond)}, play: lost, results: results{connected}, want: completed, also: both},
	{name: "the agent doesn't press the key",
		account: keyAsked, customer: usualCustomer, agent: []person{stays, takes(afterAsking)}, play: lost, results: results{agentRejected, connected}, want: completed, also: both},
	{name: "the agent presses another key, and goes",
		account: keyAsked, customer: usualCustomer, agent: []person{answers(2*time.Second, 9*time.Second, stroke{afterAsking, "2"}), takes(afterAsking)}, play: lost,
		results: results{agentHungUp, connected}, want: completed, also: both},
	{name: "cancelled while the agent is asked",
		account: keyAsked, customer: usualCustomer, agent: []person{takes(9 * time.Second)}, play: then(9*time.Second, cancelled), results: results{superseded}, want: wasCancelled, also: either},
	{name: "an announcement that isn't spoken in time", alarm: true,
		account: keyAsked, customer: usualCustomer, agent: []person{takes(afterAsking)}, play: lost,
		prepare: func(r *crashRun) { r.speaking = 5 * time.Second }, results: results{connected}, want: completed, also: both},
	{name: "a group, one of which doesn't press the key",
		account: with(toSales, keyAsked), customer: usualCustomer, agent: []person{stays, takes(afterAsking)}, bob: []person{answers(3*time.Second, -1, stroke{afterAsking, "1"})}, play: lost,
		results: results{agentRejected, connected}, want: completed, also: both},
}
