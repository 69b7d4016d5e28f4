// Package callback is the domain of callbackd: which calls were missed, what the
// rules say about them, the promise to call a customer back, the attempts to
// keep it, and how they end. It knows no SQL, no HTTP and no ARI.
//
// The way is one-way. The half that notices:
//
//	CallEvent → Detector → Verdict → Intake (decide) → Store
//
// The half that dials:
//
//	Store → Scheduler (claim) → Dialer → script → Exchange, Call
//	      → conclude (classify, follow) → Store
//
// The two meet only in the store, so either can die at any moment.
//
// Beside them stand Control, for what people switch off and on by hand, and
// Upkeep, which ends tasks whose promise is void. Neither dials. What forbids a
// call (switches, the file, hours, caps) is read in the transactions that decide:
// the claim's, and the one that commits the customer's leg. So whatever changes
// it has only to wake whoever waits, and a crash in between loses nothing.
//
// What is durable is two transition tables, TaskTransitions and
// AttemptTransitions; docs/states.md is printed from them and the database
// refuses everything else. What is short-lived is one straight-line script, in
// script.go: read it to know what an attempt does. Decisions are pure functions
// (decide, follow, ClassifyCustomer, orphaned): what does I/O decides nothing.
//
// When a customer may be called is a matter of its own: see package hours.
//
// Ports, implemented elsewhere: Store by package storage, Exchange and Call by
// internal/pbx.
//
// The order that everything rests on: first the commit, then the request to
// Asterisk. An attempt's names exist in the database before its first channel
// exists, and its state says customer before the customer's phone can ring. So
// whatever a crash or a gap leaves behind, Reconcile knows whose it is, and the
// counting rule (counts) knows how to end it: an attempt counts once the
// customer's phone may have rung, and is never repeated then.
//
// Words are those of the design: a task is one promise, an attempt one try to
// keep it, a leg one side of an attempt, a gap a time in which events may have
// been missed.
package callback
