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
// detector hears which channels there are, and what two lists lack is over; and a
// watchdog looks whether anything of ours is there that belongs to no attempt, and
// removes what is still there a minute later.
//
// Callers in the menu. A channel of the dialplan that comes into the application with the
// arguments of a menu (comesIn) gets a caller, on which callback.Reception runs its script
// in a goroutine of its own; any other goes back at once, with an alarm. Such a channel
// keeps Asterisk's own id, so neither stray legs nor the watchdog mean it. After a gap
// nobody talks with those who are in a menu: each connection begins by sending them back
// (handBackAll). Who waits in which queue for how long is remembered from the events
// (queueWaits), for the offer alone; the gate doesn't look at it.
//
// The gate (Admit). It asks Asterisk through a probe who waits and who is ready, and knows
// the legs of ours from the events (legs). A count is ahead of the events that explain it:
// so our own legs are taken off it only when nothing is heard of them for a moment. A leg
// that looks for a member of its queue, in whatever queue, is matched with one, each
// member counted once (served); a phone that is about to ring, or has hardly begun to,
// serves nobody else (settle). Where a queue says that fewer are ready than its members'
// devices do, some rest after a call, and nobody tells who: the worst is assumed. An agent
// or a group gets those of its phones that are free, and neither a member of a queue in
// which a live caller waits, nor one whom a queue might pick for a leg that looks. A live
// caller who joins has everything of ours hung up that may be in the way, also what was
// let in between the reading and the leg; from then on the queue is asked about, though no
// file lists it, until nobody waits there. An Asterisk that is silent keeps the callbacks
// of its PBX waiting; what it doesn't say of one target, that target's. Device states are
// subscribed by name and only wake (wakeups); the scheduler's polling is the net, and nothing else tells when a rest
// after a call ends.
//
// Names. Channels and bridges of ours are called APPLICATION-KIND-KEY, where KIND
// is agent, customer, bridge, probe, in or out (the snoops of a recording of each
// side). Whatever has such a name and belongs to no attempt under way is hung up as
// soon as it is seen: a request that reached Asterisk although nobody heard the
// answer rings nobody for long.
//
// Facts, seen on Asterisk 22.10.1, that the code depends on:
//   - Where the dialplan takes a caller back (TIMEOUT(absolute) and T), PlaybackFinished
//     says failed, and StasisEnd comes a moment later, as with a hang-up.
//   - A channel variable that is set over ARI keeps DB(), SHELL() and LOCK() from working
//     in the dialplan behind it: so the dialplan isn't told what came of a caller.
//   - digits:, number: and sound:digits/day-5 play in the channel's language, or in that of
//     lang=, with the core sounds that are installed.
//   - QUEUE_MEMBER_LIST gives the interfaces that a queue rings, paused ones too, and not
//     the devices by which it knows their state, where those are others. In one answer
//     there is room for 4 kB, some three hundred members.
//   - Between INVITE and 180 a phone's device isn't in use yet: while its network looks
//     for it, every function says that it is free.
//   - A recording of an empty bridge ends by itself after four seconds without
//     audio, and its file stays empty. So it is started after the prompt and
//     the ringing, right before the legs are added; not before the prompt.
//   - A snoop asked for under an id that is in use answers 500, and Asterisk doesn't end
//     in order any more. So what an earlier life may have begun is ended first, and
//     waited for.
//   - The file of a recording tells its length in Content-Length; its header says 0
//     until it is closed, for good where Asterisk is killed. RecordingFinished says done
//     on a full disk, too.
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
//   - Debian's ast_translate() keeps the number of the last packet that it translated, 0 for
//     those of a sound, and drops what is behind it by more than half of the numbers. The
//     sounds for an agent are translated behind our Local where the phone doesn't speak the
//     Local's format: the audio of customers whose RTP begins above 32768 is dropped then,
//     until its numbers come round, up to eleven minutes later. Seen in every such call
//     (phones with numbers from 40000 on), with any codec of the customer's, also with
//     snoops. No cure: to wait for the tone's end, to pause, to take the channel out of the
//     bridge and in again, several formats on the Local (with a format that sounds need no
//     translation to, calls are silent that weren't). A mixer's packets have no number:
//     never a loss in a bridge that mixes from the start (CreateMixer; fits). On the
//     customer's side the translators are made anew when the bridge is entered.
//   - Keys are heard on a customer's leg also while it is in the dialplan: in AMD() and
//     in WaitForSilence(). Keys on an agent's phone are heard on its own channel and on
//     the first half of our Local; only the latter is taken.
//   - Stasis() in the dialplan fails at once while callbackd isn't connected, and works
//     again as soon as it is. callbackd-amd tries for eight seconds, so a customer who is
//     listened to when callbackd dies is adopted by the next start.
//   - Dial() with the option c tells phones that aren't chosen, and those whose ringing
//     we end, that the call was completed elsewhere (Reason: SIP;cause=200): they list no
//     missed call.
//   - A blind transfer by the agent behind Dial() in a Local leaves our two channels and
//     the bridge as they are.
package pbx
