// Package witness finds the calls that nobody watched: it reads the logs that Asterisk
// keeps by itself, the CDR (Master.csv of cdr_csv) and queue_log, and says of every
// customer's call that is over what the detector would have said, had it been connected,
// and which customers were called by hand.
//
//	w := witness.New(witness.Logs{PBX: "pbx1", CDR: …, QueueLog: …, Trunk: …, Own: …}, stored)
//	for {
//		reading, err := w.Read(time.Now())
//		// in one transaction: take reading.Calls, store reading.Position
//		// at once again if reading.More, else after witness.Settle or when it suits
//	}
//
// At start and after every gap that is how calls missed, and calls helped, meanwhile are
// found; left running it is a second witness beside the live verdict. The package catchup
// does both.
//
// # From bytes to calls
//
//	follower     a file read on and on: rotated, truncated, replaced, not there yet (follower.go,
//	             resume.go, siblings.go, identity.go)
//	lines.go     whole lines and rows out of it, past broken ones
//	row.go       a row of the CDR; queue_event.go a line of queue_log
//	call.go      the rows of one call; queues.go a call's stay in queues; recent.go what is
//	             remembered of both, bounded
//	judge.go     who talked; loss.go who lost it; dialled.go whom an agent called;
//	             verdict.go all together
//	witness.go   the order in which all that happens; position.go how far it has come
//
// # What the logs are like
//
// One call makes a row for each channel that its dialplan dialled and for each application,
// all written together when the customer's channel is gone. So the file is in the order in
// which calls ended, and its end is where the next call will be. The row says ANSWERED for an
// IVR too: a person was reached only if the other channel is one's phone; and for an agent
// who was up, but never joined, with no time of answer. A Local channel isn't a phone; its
// second half has rows of its own, somewhere near, or far before if it ended long before the
// call. Queue answers as soon as the agent picks up, who may then hear an announcement while
// the caller leaves: queue_log knows better (CONNECT, and how long they talked). It has the
// unique id of the channel that ran Queue, which behind a Local is the Local's second half.
//
// The date columns are of an unknown time zone. When a call began its unique id says; the
// columns only tell how long it took.
//
// An agent's call to a customer is the row of a phone's channel whose other channel is on a
// trunk, or the row of a Local's second half that a phone's channel leads to. Nobody's call
// by hand is reached otherwise: a customer who is sent on, callbackd, and a queue have
// channels of their own at the beginning. The row doesn't have the unique id of the trunk's
// channel, by which the detector knows such a call.
//
// The CDR has no direction. A trunk's channel whose making falls into the life of a row that
// dialled a channel of that name was dialled; one that a program had made nobody's row
// dialled, and its own says AppDial2 only until it runs another application.
//
// # Waiting
//
// Rows and lines of one moment are written one by one, in no certain order. So a call is
// judged when its newest row was read Settle ago, or both logs have been quiet for as long,
// or the call ended long ago and what was written right behind it is read. One that lacks
// something (Doubt) waits half a minute, then is judged as the dialplan most often means
// it, and says what was lacking. Calls are judged in the order of the file, so what comes
// after waits too: a customer who was missed and then helped isn't seen helped first.
//
// Who is tried before a person talks has lost nothing. Whom a call tried afterwards, when a
// person had passed it on, the logs tell too vaguely to say that it was lost then: only the
// live verdict does.
//
// # Position
//
// Everything before Position.CDR.Next has been judged; nothing behind has. A crash at any
// point therefore loses nothing and judges nothing twice, if calls and position are stored
// together. What is remembered for calls still alive isn't stored but read again, from
// Keep: at most 16 MB of each log, a fraction of a second.
//
// A rotation changes nothing: the old file is read to its end, also if it was rotated
// several times while nobody looked, as long as it lies beside the log uncompressed and
// was written in the order of its modification times. A file is known by its first bytes.
// Where it is gone, the reading begins with the log that is there (ErrReplaced), and leaves
// out calls that ended before the last one that was judged.
//
// # What the logs can't tell
//
// docs/logs.md lists the kinds of call in which they differ from the live verdict, made by
// this package's tests from recorded calls of every kind.
package witness
