// Package endtoend holds the tests of the whole program on a real Asterisk with
// real SIP phones: what agents and customers see and hear, what an edit of the
// rules or a switch does to calls under way, what is left when callbackd or
// Asterisk dies, who is said to have lost a call, and who isn't called back because
// it has become unnecessary, whether callbackd watched or was away. It has no code of
// its own.
//
// Audio is measured by the phones, packet by packet: in every combination of codecs it
// flows both ways within 50 ms of the answer and until the end. What a busy machine adds
// is taken from the same packets (stall); BenchmarkAnswer measures without a bound.
//
// callbackd runs as a process of its own: this test binary, started again, so
// that it can be killed. It differs from `callbackd serve` in one thing: dialing
// intervals may be seconds, and what comes back uncounted comes after two. No
// file and no flag of callbackd allows that. For what takes hours it is stopped, and its
// database is made older (world.sleeps).
//
// Tests run side by side, and so do the stories of one test that share a lab: each has
// agents and customers of its own. Ten customers of one lab with neighbouring numbers
// look like one-ring fraud, and are held.
package endtoend
