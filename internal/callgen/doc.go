// Package callgen makes up calls for tests: a small model of a PBX in virtual time, with
// customers who call, dialplans, agents and colleagues, which says what Asterisk's events
// would be and knows what really happened.
//
// The truth comes from the story, not from the events: whom the dialplan meant to reach,
// and when a person and the customer talked, is noted where the model lets it happen. So
// the detector of package callback can be held against it, and shares nothing with it.
//
//	story    what a customer's call will be, drawn from a seed (script.go, script_people.go)
//	step     one thing that a dialplan does (steps.go, dial.go, queue.go, parking.go, rooms.go)
//	thread   a channel that runs a dialplan (world.go); others post messages to it
//	leg      a channel that a thread has dialled, and what its person does (ring.go)
//	moment   one event, or a change of which no event tells (truth.go)
//
// The office (office.go) is who there is, and what the account's file says of them.
//
// That the model does what Asterisk does is held against the recordings in testdata/ari:
// recorded_test.go plays each of some fifty kinds of call, and compares the life of every
// channel with the recorded one. A new construct belongs there first.
//
// Between channels Asterisk keeps no order, and here and there it has a choice (which half
// of a Local is hung up first); the model always takes the same. Two things take longer
// than with Asterisk, see noticed.
package callgen
