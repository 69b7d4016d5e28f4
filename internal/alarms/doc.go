// Package alarms remembers what the log has said that wants a person.
//
// A line of the log with a field "alarm" is one (docs/operations.md, "Alarms"). The [Book]
// is a second reader of the log: it is handed every line as JSON, takes up those, and
// keeps them in memory. So whatever raises an alarm only writes its line, and
// nothing that is read here can differ from the log. What was said before callbackd
// started is in the log alone.
//
// The same alarm about the same thing, of the same account, is one entry that counts: the
// thing is what the field "about" says and the fields of [subjects] name. An alarm that
// callbackd itself sees to be over says so with a line of its own ("alarm is over"): whoever
// raises such a one has both lines written by a [Standing], so that they match, and it
// stays until then. Of the others nobody knows but whoever has mended it, so they go when a
// day has passed without another line.
//
// What an alarm means and what to do about it stands in one place, the table in the
// documentation, which the program carries with it and quotes ([Advice]).
//
// There is room for [most] entries; the one that was silent the longest gives way, first of
// those that don't stand.
package alarms
