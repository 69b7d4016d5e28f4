package pbx_test

import (
	"time"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// What customers hear and press between their answer and the conversation, and who
// answers for them. The customer answers eight seconds after the loss.

// announced is a conversation that is recorded, and the customer is told so.
var announced = with(recorded, noticed)

var bothAnnounced = with(recordedApart, noticed)

// askedToo asks the customer for a key: a second long, after all else.
var askedToo = accepts(nil, one("ask"))

// everything is asked of both: the agent presses a key, the customer is listened to,
// hears a notice and presses one, and another to be left alone.
var everything = with(bothAnnounced, hangUp, stopKey, accepts(one("ask"), one("ask")))

var leaving = with(recorded, leavesMessage)

// presses1 is a customer who presses 1 so long after the answer, and talks until half a
// minute is over.
func presses1(after ...time.Duration) person {
	var keys []stroke
	for _, d := range after {
		keys = append(keys, stroke{d, "1"})
	}
	return answers(2*time.Second, 30*time.Second, keys...)
}

const byMachine = callback.ResultVoicemail

// listening is while callbackd-amd listens to the customer.
const listening = 9 * time.Second

var receptionScenarios = []crashScenario{
	{name: "a notice",
		account: announced, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a notice, and each side recorded",
		account: bothAnnounced, customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a notice that can't be played", alarm: true,
		account: announced, customer: usualCustomer, agent: usualAgent, play: lost,
		prepare: (*crashRun).losesNotice, results: results{connected}, want: completed, also: both},
	{name: "a notice that can't be played any more, and each side recorded",
		account: bothAnnounced, customer: usualCustomer, agent: usualAgent, play: then(listening+time.Second/2, (*crashRun).losesNotice), results: results{connected}, want: completed, also: both},
	{name: "the customer hangs up in the notice",
		account: announced, customer: []person{answers(2*time.Second, time.Second), talks}, agent: usualAgent, play: lost, results: results{rejected, connected}, want: completed, also: both},
	{name: "the agent hangs up in the notice",
		account: with(announced, unprompted), customer: usualCustomer, agent: []person{answers(2*time.Second, 3*time.Second), stays}, play: lost, results: results{agentHungUp, connected}, want: completed, also: both},
	{name: "cancelled in the notice",
		account: announced, customer: usualCustomer, agent: usualAgent, play: then(listening, cancelled), results: results{connected}, want: completed, also: either},
	{name: "the network is down in the notice",
		account: announced, customer: usualCustomer, agent: usualAgent, play: then(listening, func(r *crashRun) { r.parts(3 * time.Second) }), results: results{connected}, want: completed, also: both},

	{name: "the customer presses the key when asked to",
		account: with(announced, askedToo), customer: []person{presses1(3500 * time.Millisecond)}, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "the customer presses the key in the notice",
		account: with(announced, askedToo), customer: []person{presses1(time.Second)}, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "the customer doesn't press the key",
		account: with(announced, askedToo, unprompted), customer: []person{answers(2*time.Second, -1)}, agent: usualAgent, play: lost, results: results{rejected, rejected, rejected}, want: exhausted},

	{name: "a person is listened to",
		account: with(recorded, hangUp), customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	// After a cut the machine isn't recognised: the agent is connected, and hears it.
	{name: "a machine",
		account: with(recorded, hangUp, unprompted), customer: []person{machine}, agent: usualAgent, play: lost, results: results{byMachine, byMachine, byMachine}, want: exhausted, also: both},
	{name: "a machine: again in five minutes, twice",
		account: with(hangUp, treated(byMachine, callback.Treatment{In: 5 * time.Minute, AtMost: 2})), customer: []person{machine}, agent: usualAgent, play: lost, results: results{byMachine, byMachine}, want: exhausted, also: both},
	{name: "a machine, and then a person",
		account: with(hangUp, stopKey), customer: []person{machine, talks}, agent: usualAgent, play: lost, results: results{byMachine, connected}, want: completed},
	{name: "the customer hangs up while listened to",
		account: with(recorded, hangUp), customer: []person{answers(2*time.Second, time.Second), talks}, agent: usualAgent, play: lost, results: results{rejected, connected}, want: completed, also: both},
	{name: "the agent hangs up while the customer is listened to",
		account: with(hangUp, unprompted), customer: usualCustomer, agent: []person{answers(2*time.Second, 3*time.Second), stays}, play: lost, results: results{agentHungUp, connected}, want: completed, also: both},
	{name: "the network is down while the customer is listened to",
		account: with(announced, hangUp), customer: usualCustomer, agent: usualAgent, play: then(listening, func(r *crashRun) { r.parts(3 * time.Second) }), results: results{connected}, want: completed, also: both},
	{name: "callbackd is dead while the customer is listened to",
		account: with(announced, hangUp), customer: usualCustomer, agent: usualAgent, play: then(listening, func(r *crashRun) { r.dies(3 * time.Second) }), results: results{connected}, want: completed, also: both},
	{name: "callbackd is dead for so long that the customer is hung up",
		account: with(announced, hangUp), customer: usualCustomer, agent: usualAgent, play: then(listening, func(r *crashRun) { r.dies(15 * time.Second) }), results: results{interrupted, connected}, want: completed, also: both},
	{name: "Asterisk restarts while the customer is listened to",
		account: with(announced, hangUp), customer: usualCustomer, agent: usualAgent, play: then(listening, (*crashRun).restarts), results: results{interrupted, connected}, want: completed, also: both},

	{name: "a message", quick: true,
		account: with(leaving, unprompted, treated(byMachine, callback.Treatment{Close: true})), customer: []person{machine}, agent: usualAgent, play: lost, results: results{byMachine}, want: exhausted, also: both},
	{name: "a message, and a person listens to it",
		account: with(leaving, treated(byMachine, callback.Treatment{Close: true})), customer: usualCustomer, agent: usualAgent, play: lost, results: results{connected}, want: completed, also: both},
	{name: "a machine that hangs up before the message",
		account: with(leaving, unprompted), customer: []person{curtMachine, talks}, agent: usualAgent, play: lost, results: results{byMachine, connected}, want: completed, also: both},

	{name: "everything is asked of both", quick: true,
		account: everything, customer: []person{presses1(5500*time.Millisecond, 9*time.Second, 12*time.Second)}, agent: []person{takes(5500 * time.Millisecond)},
		play: lost, results: results{connected}, want: completed, also: both},
	{name: "callbackd is dead while everything is asked of both",
		account: everything, customer: []person{presses1(5500*time.Millisecond, 9*time.Second, 12*time.Second)}, agent: []person{takes(5500 * time.Millisecond)},
		play: then(14*time.Second, func(r *crashRun) { r.dies(2 * time.Second) }), results: results{connected}, want: completed, also: both},
}

// curtMachine hangs up while callbackd waits for its silence.
func curtMachine(r *crashRun, c *aritest.Call) {
	r.note(c, func(g *ring) { g.machine = true })
	answers(2*time.Second, 4*time.Second)(r, c)
}

// briefly keeps recordings for two minutes.
func briefly(a *callback.Account) { a.Rules[0].Recording.Keep = 2 * time.Minute }

var recordingScenarios = []crashScenario{
	{name: "recordings whose time is over",
		account: with(recorded, briefly), customer: usualCustomer, agent: usualAgent, play: then(3*time.Minute, (*crashRun).anHourPasses), results: results{connected}, want: completed, also: both},
	{name: "recordings of each side whose time is over", quick: true,
		account: with(bothAnnounced, briefly), customer: usualCustomer, agent: usualAgent, play: then(3*time.Minute, (*crashRun).anHourPasses), results: results{connected}, want: completed, also: both},
}
