package pbx_test

import (
	"time"

	"callbackd/ari/aritest"
)

// stopDigit is the stop key of the scenarios that have one.
const stopDigit = "9"

// stops is a customer who presses the stop key so long after the answer.
func stops(after time.Duration) []person {
	return []person{answers(2*time.Second, 30*time.Second, stroke{after, stopDigit})}
}

// received is all that comes before the conversation: two seconds of listening, two of
// notice, and a question.
var received = with(announced, hangUp, stopKey, askedToo, unprompted)

var stopKeyScenarios = []crashScenario{
	{name: "the stop key while listened to",
		account: received, customer: stops(time.Second), agent: usualAgent, play: lost, results: results{rejected}, want: wasCancelled, also: either},
	{name: "the stop key in the notice",
		account: received, customer: stops(3 * time.Second), agent: usualAgent, play: lost, results: results{rejected}, want: wasCancelled, also: either},
	{name: "the stop key when asked for the other",
		account: received, customer: stops(4500 * time.Millisecond), agent: usualAgent, play: lost, results: results{rejected}, want: wasCancelled, also: either},
	{name: "the stop key a while after that",
		account: received, customer: stops(8 * time.Second), agent: usualAgent, play: lost, results: results{rejected}, want: wasCancelled, also: either},
	{name: "the stop key in the conversation", quick: true,
		account: with(announced, stopKey), customer: stops(10 * time.Second), agent: usualAgent, play: lost, results: results{connected}, want: completed, also: either},
	{name: "the stop key, and lost again",
		account: with(stopKey, recorded), customer: stops(10 * time.Second), agent: usualAgent, play: then(time.Minute, lost), results: results{connected}, want: completed, also: either},
	{name: "the stop key to a machine's message",
		account: with(leaving, stopKey, unprompted), customer: []person{stubbornMachine}, agent: usualAgent, play: lost, results: results{rejected}, want: wasCancelled, also: either},
}

// stubbornMachine is a person who talked for long, and then hears a message: she presses
// the stop key.
func stubbornMachine(r *crashRun, c *aritest.Call) {
	r.note(c, func(g *ring) { g.machine = true })
	answers(2*time.Second, time.Minute, stroke{9 * time.Second, stopDigit})(r, c)
}
