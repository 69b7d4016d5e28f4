// Package doctor examines a whole installation: is everything in place, so that no call is
// missed that nobody hears of? It is `callbackd doctor`.
//
//	report := doctor.Examine(ctx, doctor.Options{Config: cfg, AsteriskConfig: "/etc/asterisk"})
//
// It looks at what a daemon would stumble over, one day, when it is too late:
//
//	asked.go        each Asterisk is asked (package survey), also for `check --live`
//	logs.go         the logs of catch_up: there, readable, Asterisk's, this Asterisk's, alive
//	tail.go         what their ends hold, as package witness reads them
//	settings.go     what Asterisk's own configuration says about these logs
//	dialplan.go     whether it keeps withheld numbers out of them
//	own_contexts.go whether callbackd.conf stands there as it is shipped
//	queues.go       how many callers a queue lets ring agents, which ARI can't be asked
//	host.go         the folders in which Asterisk writes, on its own machine:
//	recordings.go   that of recordings
//	media_cache.go  that of sounds that it fetches, and how long it waits for one
//	reader.go       who callbackd runs as, and what that user may read
//	own_files.go    callbackd's own files, asked for that user
//	machine.go      room on the disk, and the year
//	daemon.go       what a running daemon says of itself
//
// Nothing is changed, nothing rings, and neither a daemon nor its database is needed. What is
// found is a Finding with what to do about it; what can't be found out is a note and no
// error. What is in order is said too: silence about a log might mean that nobody looked.
//
// # As whom
//
// Root may read everything, and callbackd, which mustn't be root, may not. So a doctor that
// runs as root asks the kernel on behalf of the user who owns callbackd's database, by
// starting test(1) as that user: permissions, groups, lists of access and the folders above
// are all in the answer. Only the exit status 1 is a no: what fails otherwise says nothing
// about the file, and is a note. Before callbackd's first start nobody knows who that will
// be, and the doctor answers for itself, with a note.
//
// # The ends of the logs
//
// The doctor has the witness read a copy of the last megabyte of each log, from a folder of
// its own that nobody else can read and that is removed afterwards. So it says what the
// daemon would, and no log is read from its beginning.
//
// # What it reads
//
// Paths come from people who mistype them, and /etc/asterisk may be written by others than
// root. Only regular files are read, and no more of them than a bound; whatever else is named
// is said. When the context is done the doctor stops after the question that it is at.
package doctor
