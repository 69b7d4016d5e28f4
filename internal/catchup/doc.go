// Package catchup finds the calls that nobody watched. It reads Asterisk's own
// logs, through the package witness, from where the last reading stopped, and
// has what it finds taken in: calls that were missed, customers who were helped,
// and customers whom agents called by hand, while callbackd or its connection was
// away.
//
//	the logs → witness.Read → compared with the live verdicts → Take, which commits
//	what they mean together with how far the logs are read
//
// A Reader belongs to one PBX and never stops reading: while the connection
// stands it is a second witness.
//
// # Before anything is dialled
//
// After every connect the exchange asks Until: it returns once every call that
// had ended when Asterisk was listed is judged and committed. Whoever was
// helped meanwhile isn't called back. Where the logs were read before, that takes
// witness.Settle at least, because rows of the last moment may still be on their
// way; up to half a minute where the logs contradict each other; and as long as
// the reading of what was written meanwhile. Logs that can't be read hold dialling
// up for a minute at most, then it goes on without them, and Trouble says so for as
// long as it lasts. A log that doesn't exist yet is no trouble.
//
// The very first reading begins at the ends of the logs and is committed before
// Until returns: what is in them was before our time, and what comes afterwards
// is found, also if callbackd dies in this moment. Whoever connects right after it
// waits for nothing more: what ended in between is found by the next reading.
//
// # The second witness
//
// The exchange tells what it finds from the event stream (Saw). The logs never
// overtake it: while Asterisk is being listed, and events wait for that, what the
// logs tell waits too (Connecting). When a log gives its verdict on a call that was seen whole, it isn't taken: the event stream
// knows more. The two are compared, and where one says answered and the other
// missed that is counted and logged. A verdict of which the stream saw only a
// part is a guess, and the log's is taken beside it. A call that the stream
// should have seen and didn't is counted, and taken.
//
// So it is with what agents call by hand. A log knows such a call by the agent's
// channel and the stream by the trunk's, so the trunk, the number and the time tell
// that it is the same. One whose beginning the stream told, and its answer if it
// had one, isn't taken.
//
// What is remembered for this is of the last quarter of an hour, and of this
// process. After a restart a log's verdict on a call that was taken in before is
// taken once more, which changes nothing unless it knows better.
//
// # If it dies
//
// Calls and position are one transaction. Whatever was found and not committed
// is found again, and taken once: a missed call is known by its id, and who has
// been helped once needs no more help of the same moment. When a commit fails
// the witness is thrown away, and another one goes on from the position that is
// stored.
//
// A call of which the event stream told, and that isn't committed yet (Took), ends
// the reading before it: were the logs left behind now, a crash would lose the call.
// What the logs tell of before it is taken, and what comes behind it waits.
package catchup
