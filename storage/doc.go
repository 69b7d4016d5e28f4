// Package storage keeps callbackd's tasks, attempts, missed calls and their
// history in one SQLite file. Its DB is a callback.Store.
//
// # One file, one daemon
//
// [Open] takes an exclusive lock on PATH.lock, so that two daemons can't dial
// for the same database. The lock belongs to the process: it is gone when the
// process is, and the file that stays behind means nothing. A file that isn't
// callbackd's own is refused by its header, before SQLite has touched it. A new
// database is made whole beside its place and then renamed into it: what lies
// at PATH is never half a database.
//
// # One writer, several readers
//
// Update runs alone, on the only connection that can write; it is durable when
// it returns (write-ahead log, synchronous=FULL). View reads one snapshot and
// never waits for a writer. Because of that, and because fn runs inside the
// transaction:
//
//   - fn must not call Update of the same store: it would wait for itself;
//   - fn must be short, and must not wait for anything but the database;
//   - the context is honoured while Update and View wait for their turn; once fn
//     runs, it runs to its end;
//   - whatever happens in fn (an error, a panic, runtime.Goexit) without a
//     commit has not happened.
//
// # What the database refuses
//
// The schema knows what a task and an attempt may look like, and says no to the
// rest whoever asks, the sqlite3 shell included: CHECKs for what a row may hold,
// unique indexes for what may exist once (an open missed task per customer, a
// live attempt per number in any account, an open attempt per task, a missed
// call per PBX and call id, a channel's name), and triggers for what may become
// of a row. The triggers are made from callback.TaskTransitions,
// callback.AttemptTransitions and the lists of results and reasons each time the
// database is opened, so that code and database can't disagree.
//
// Final is final: nothing changes in a finished task or an ended attempt, and
// history and missed calls are only ever added to. Deleting what is too old or
// must be forgotten will need a migration that exempts it from these triggers.
//
// Tokens have no history either: a row says who made it and who revoked it, and stays,
// because its name stands in what was done with it. Users are kept likewise, and share no
// name with tokens; a session is a row until it is ended.
//
// Six tables say what is so now and are written anew: switches, what people
// have switched off (stop, freeze, deactivated rules), a row while it is off;
// do_not_call, whom each account doesn't call, a row for as long as that is so;
// kept_rules, the last good version of each account's rules file;
// bookings, which seats of which slots are taken by which open appointments;
// ask_keys, under which keys programs have asked for callbacks in the last day, and in which
// calls callers did in the last 60; and
// log_positions, how far each PBX's logs have been read, written together with the
// calls that were found up to there. They have no history, and no observer hears of
// them.
//
// Of recordings, whose files lie with Asterisk, the table recordings is the index: a
// row in the commit that ends the attempt, which goes from state to state as
// callback.RecordingSteps has it, each with a row of its task's history. Only one that
// nobody has seen yet may be removed, where it turns out that nothing was recorded.
//
// What no single statement can see is checked before each commit, for every task
// that the transaction touched: a scheduled or held task has its one scheduled
// attempt, a task being dialled its one live attempt, a finished task neither.
// So a promise can't be lost by an attempt that somebody forgot to plan, and the
// order of writes within an Update doesn't matter.
//
// A refusal is callback.ErrRefused, or callback.ErrExists where the row is there
// already; a failing disk is [ErrFull] or [ErrIO].
//
// # Due, wake and give_up
//
// Due is what the dialing intervals say. The scheduler goes by wake, which is
// due unless [callback.Tx.SetWaiting] has put it off to a known time: the hours
// open, a cap frees. So what sleeps through the night isn't read each round.
// Any other write to the task, and Rouse, brings wake back to due; the caller's
// Task.Wake is never written. Past give_up a task that isn't being dialled is
// listed by GiveUps; whoever reads that expires it.
//
// # Who hears of changes
//
// [DB.Observe] hands every committed change, in the order of the commits, to
// whoever shows or counts them. Observers run on a goroutine of their own, one
// at a time: a slow one delays the others, never a writer.
package storage
