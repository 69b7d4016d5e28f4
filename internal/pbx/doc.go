// Package pbx joins one Asterisk to the domain: the only package that knows
// both ari and callback.
//
// An Exchange is one PBX. Its event stream is handled by one goroutine, in
// order: each event goes to the detector, whose verdicts are queued for intake,
// and to the attempt that it concerns. The way back, what attempts ask of the
// PBX, goes over REST from the attempts' own goroutines (Call).
//
// A Call holds facts about its legs, not a queue of events: each event makes a
// fact true (the agent answered, the customer's leg has ended), and each step
// of the attempt waits until the facts that it needs are true. So it doesn't
// matter in which order a reply and an event arrive.
//
// Connection, gap, reconnect. When the stream is complete the exchange lists
// what Asterisk holds, lets the detector take up the calls that are alive, lets
// the dialer reconcile its attempts, and removes whatever else carries a name
// of ours. Only then is it ready, for one lifetime: a context that ends with
// callback.ErrGap when the connection does. Everything that attempts do runs in
// it, so that nothing that began before a gap goes on after it unreconciled.
//
// Names. Channels and bridges of ours are called APPLICATION-KIND-KEY, where
// KIND is agent, customer, bridge or probe. Whatever has such a name and
// belongs to no attempt under way is hung up as soon as it is seen: a request
// that reached Asterisk although nobody heard the answer rings nobody for long.
//
// Facts, seen on Asterisk 22.10.1, that the code depends on:
//   - A recording of an empty bridge ends by itself after four seconds without
//     audio, and its file stays empty. So it is started after the prompt and
//     the ringing, right before the legs are added; not before the prompt.
//   - A leg originated with an originator and a caller ID without a name shows
//     the originator's name: the customer would see the agent's.
//   - A hang-up finishes a playback before it ends the channel: that a prompt
//     is over doesn't mean that it was heard.
package pbx
