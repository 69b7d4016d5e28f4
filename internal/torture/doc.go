// Package torture treats callbackd badly on a real Asterisk with real SIP
// phones, and counts what came of it: the connection between the two is cut,
// delayed and answered wrongly, and both are killed at random moments, while
// customers call, give up, and are called back. It has no code of its own, only
// tests:
//
//	TestCuts               the event stream is cut again and again under a stream of calls
//	TestAsteriskIsKilled   Asterisk dies in each phase of an attempt
//	TestKills              callbackd and Asterisk die by turns under a stream of calls
//	TestFaults             each request of an attempt is refused, lost, delayed, answered by halves
//	TestFaultsOfTheGate    the same for the requests of the gate
//	TestFaultsOfReconciliation  the same for the requests after a cut
//	TestJudgement          what must not happen is done on purpose, and has to be found
//
// `go test` runs quick forms; with the flag -torture the same tests go on for
// minutes, and count to hundreds. -seed repeats the choices of a run, though not
// the timing.
//
// All of it goes through a proxy on 127.0.0.1 between callbackd and Asterisk,
// which knows ARI well enough to tell the requests apart and whom they are for.
// So it knows, too, how often Asterisk was asked to ring a customer for each
// attempt, and what the phones saw is compared with that.
//
// What must hold, however badly callbackd is treated:
//   - Every lost call leaves a missed call and a task, also one that ended while
//     callbackd could see nothing: Asterisk's logs know it. Only calls that ended
//     with their Asterisk are in no log; those are counted apart.
//   - Nobody who was helped while callbackd could see nothing is called back.
//   - Every task comes to an end.
//   - No customer's phone rings twice for one attempt, and none for an attempt
//     that doesn't count.
//   - No agent sits in silence for longer than [silenceLimit].
//   - Who talks does so until the customer hangs up.
//   - When all is over Asterisk holds nothing of callbackd's, and ARI answers.
package torture
