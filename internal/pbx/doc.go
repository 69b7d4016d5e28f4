// Package pbx joins one Asterisk to the domain: the only package that knows
// both ari and callback.
//
// An Exchange is one PBX. Its event stream is handled by one goroutine, in
// order: each event goes to the detector, whose findings are queued for intake,
// and to the attempt that it concerns. The way back, what attempts ask of the
// PBX, goes over REST from the attempts' own goroutines (Call).
//
// Who is on the phone. Presence hears of a call in the moment in which it begins,
// before the next event. It hears of the end only when what became of the call is
// taken in: whoever was helped isn't called back in between. So who was on the phone
// before a gap, and isn't any more, stays so until the logs are read, or for ten minutes
// if nobody comes back (absence). About each call that comes in Asterisk is asked whether
// its number may be used, and asked again, a few times, where it can't tell
// (presentations); the verdict waits for an answer that is on its way, the event stream
// doesn't.
//
// A Call holds facts about its legs, not a queue of events: each event makes a
// fact true (the agent answered, the customer's leg has ended), and each step
// of the attempt waits until the facts that it needs are true. So it doesn't
// matter in which order a reply and an event arrive.
//
// Connection, gap, reconnect. When the stream is complete the exchange lists
// what Asterisk holds, lets the detector take up the calls that are alive, lets
// the dialer reconcile its attempts, and removes whatever else carries a name
// of ours. All that runs in one lifetime: a context that ends with callback.ErrGap
// when the connection does, so that nothing that began before a gap goes on after
// it unreconciled. The exchange is ready, and new attempts are made, only when the
// logs are read up to that list (Logs): what ended before it no event tells.
//
// Events that Asterisk itself dropped make no gap. So every quarter of an hour the
// detector hears which channels there are, and what two lists lack is over.
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
//   - CALLERID(num-pres), read on the channel in the moment in which it is created, is
//     prohib_not_screened where the trunk delivers a P-Asserted-Identity with Privacy id,
//     header;id or user (and trust_id_inbound=yes): ARI then shows the asserted number
//     as if it were any. Everything else is allowed_not_screened: also Privacy: id
//     without a P-Asserted-Identity, which Asterisk doesn't look at (the number of From
//     is shown and can't be told from one that may be used), and From: anonymous with a
//     P-Asserted-Identity but no Privacy, whose asserted number is shown. The answer
//     takes 0.1 to 0.9 ms, and half a millisecond if the channel is gone (404).
//   - A hang-up finishes a playback before it ends the channel: that a prompt
//     is over doesn't mean that it was heard.
package pbx
