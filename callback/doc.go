// Package callback is the domain of callbackd: which calls were missed, what the
// rules say about them, the promise to call a customer back, the attempts to
// keep it, and how they end. It knows no SQL, no HTTP and no ARI.
//
// The way is one-way. The half that notices:
//
//	CallEvent → Detector → Finding → Intake (decide) → Store
//	queue_log and CDR → Finding → Intake.CatchUp (decide) → Store
//
// The half that dials:
//
//	Store → Scheduler (claim) → Dialer → script → Exchange, Call
//	      → conclude (classify, follow) → Store
//
// The two meet only in the store, so either can die at any moment. One thing goes
// past it, because it is only ever true now: Presence, who is on the phone with us.
// Such a customer isn't called, and an attempt that hasn't called yet gives way.
//
// A missed call leaves one row with one decision, and of a closed list one reason why
// it isn't called back (Reason.Meaning). A callback ends before it is made when the
// customer has talked to somebody (helped.go), when what promised it is gone
// (upkeep_void.go), or when a person says so. Calls of one ring from neighbouring
// numbers are called back by nobody until a person has looked (one_ring.go).
//
// Callbacks that somebody asks for come in by the Desk (desk.go), in one transaction
// each, and are tasks like any other from then on: their settings are those of the
// section requests, found by the same lookup as a rule's (Account.ruleBy), for which
// they bear a name that no rule can have. What several tasks of one customer do to each
// other is in help (helped.go): whatever is to be done as soon as possible is needless
// once somebody has talked to the customer; what is for a time stays.
//
// Appointments are booked there, too (desk_book.go): AppointmentBook makes slots of an
// office's hours by the office's clock, and a task takes one of a slot's seats in the
// transaction that stores or moves it. The store lets no two have one seat, and takes it
// back with the end of the task, whoever ends it. Customers with a link come by the
// HolderDesk; a link's secret is made of the task and a key (links.go), and stored nowhere.
//
// Callers ask for themselves in a menu, to which the dialplan hands them over: Reception
// (reception.go) runs a straight-line script over a Caller (offer_script.go,
// appointment_script.go) and goes by the Desk. What a caller asks for is stored under the
// key of the call (CallKey) before it is confirmed, so that one call leads to one promise,
// whatever dies when; everything else that happens to a caller leads back to the dialplan.
//
// Beside them stand Control, for what people switch off and on by hand, and
// Upkeep, which ends tasks whose promise is void. Neither dials. What forbids a
// call (switches, the file, hours, caps) is read in the transactions that decide:
// the claim's, and the one that commits the customer's leg. So whatever changes
// it has only to wake whoever waits, and a crash in between loses nothing. Two more
// of these are the account's do-not-call list (do_not_call.go), and the pause of a
// trunk that fails (trunk.go), which is no state but a reading of the attempts.
//
// What is durable is two transition tables, TaskTransitions and
// AttemptTransitions; docs/states.md is printed from them and the database
// refuses everything else. What is short-lived is one straight-line script, in
// script.go: read it to know what an attempt does. Decisions are pure functions
// (decide, follow, ClassifyCustomer, orphaned): what does I/O decides nothing.
//
// When a customer may be called is a matter of its own: see package hours.
//
// Who asks for any of this from outside has a Token with a Role (token.go), or is a User
// (user.go) who has signed in with a password (signing_in.go) and has a Session; what each
// role may do is decided where requests come in, by internal/httpapi.
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
// What recordings of a real Asterisk (testdata/ari) showed of the Detector's fold: a
// call that comes back from a parking lot runs the very Dial that it ran before, so a
// phone that is rung anew tells it from Asterisk's repeating an old application. The
// Dial behind a Local channel may be told before the one that leads there. VoiceMail()
// names its file and its status after the caller has hung up, and an h extension may
// still say who loses the call; whom it dials counts for nothing. A customer whom an
// agent dialled and then transferred looks, in a listing, like one who has called. An
// event that names an unknown channel, or a bridge's leaver who was never seen to
// enter, makes up for a lost one.
//
// Words are those of the design: a task is one promise, an attempt one try to
// keep it, a leg one side of an attempt, a gap a time in which events may have
// been missed.
package callback
