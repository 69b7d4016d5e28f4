// Package endtoend holds the tests of the whole program on a real Asterisk with
// real SIP phones: what agents and customers see and hear, what an edit of the
// rules or a switch does to calls under way, and what is left when callbackd or
// Asterisk dies. It has no code of its own.
//
// callbackd runs as a process of its own: this test binary, started again, so
// that it can be killed. It differs from `callbackd serve` in one thing: dialing
// intervals may be seconds, and what comes back uncounted comes after two. No
// file and no flag of callbackd allows that.
package endtoend
