// Package softphone is SIP phones for the demonstration and for tests: phones
// that agents register at Asterisk, and the telephone network at the far end of
// a trunk. They talk and listen, so that a test can say who rang, in which
// order, and what each of them heard.
//
//	alice, err := softphone.Start(ctx, softphone.Options{
//		User: "alice", Password: "…", Registrar: "127.0.0.1:5060",
//		Says: softphone.Tone(440),
//	})
//	network, err := softphone.Start(ctx, softphone.Options{Says: softphone.Tone(620)})
//	defer …Close()
//
//	out := network.MustDial(t, "sip:+4685550000@127.0.0.1:5060", softphone.Caller{Number: "+46701234567"})
//	in := alice.MustRing(t) // in.From().Number == "+46701234567"
//	in.MustAnswer(t)
//	in.MustHear(t, 620)
//	out.MustHear(t, 440)
//	out.MustHangup(t)
//	in.MustEnd(t) // hung up by the other side
//
// # Calls
//
// A [Phone] without a Registrar takes calls to any number and places calls from
// any number. Incoming calls come from [Phone.Incoming] (or go to
// Options.Handler) when the INVITE is there; nothing rings until [Call.Ring],
// so a script may just as well refuse the call at once, or leave it without
// any answer. [Phone.Dial] returns at once. Each step can be waited for, and a
// call that ends meanwhile is an [*EndedError], with an [End] that says who
// ended it, how, and with which Reason headers. Methods that begin with Must
// end the test instead of returning an error.
//
// An agent's phone forwards ([Call.Redirect], 302), holds ([Call.Hold],
// [Call.Unhold]), and passes a call on: unseen ([Call.Transfer]), or to whom it
// talks on another call or is ringing there ([Call.TransferTo]).
//
// # Sound
//
// Audio is G.711 µ-law (PCMU) unless Options.Codecs say otherwise: A-law (PCMA), or
// G.722 of which only the lower band is used. It is 8000 samples a second, in RTP
// packets of 20 ms.
// What a call says is a [Sound]: a tone or a mixture, a recording, silence
// (packets that hold nothing audible), or no packets at all; [Call.Say] changes
// it during the call. It begins with the answer, or with SDP in a 183 (early
// media). Keys go as telephone-events (RFC 4733).
//
// What comes in is recognised as it arrives, in blocks of 50 ms, with
// Goertzel's algorithm: up to three steady tones between 200 and 2500 Hz,
// silence, other sounds, and stretches of more than 200 ms without packets.
// [Call.Heard] returns all of it as a [Timeline]; [Call.Hears] waits for tones;
// [Call.Received] counts packets and gaps, and [Call.Packets] has every single one
// where Options.Keeps says so: when it came, and what was in it. A tone is measured to a few Hz, so
// that 425 Hz (the ringing tone of tone zone se) and 440 Hz are different;
// tones that sound at once have to be 100 Hz apart. Sounds of less than 150 ms,
// and the exact ends of longer ones to within 50 ms, are not to be relied on.
//
// [Tones] says the same of a recording, and [DecodeWAV] and [EncodeWAV] read
// recordings and write prompts: mono, 16 bit, for Asterisk 8000 samples a
// second.
//
// # Limits
//
// UDP on loopback only, no TLS, no SRTP. One audio stream; an offer without a codec
// that the phone takes gets 488. It agrees to what the other side offers within a
// call, but doesn't repeat its 200 to a re-INVITE, nor its own re-INVITE after a 491.
// It passes calls on, and doesn't let itself be passed on: a REFER is refused.
// No PRACK and no session timers of its own. An INVITE without SDP is refused. RTP is
// taken from the address in the SDP only, and there is no RTCP. Packets that come
// late are dropped, not sorted.
//
// # What runs
//
// A phone has one goroutine that reads SIP and one that renews the
// registration; a call has one that waits for its SIP, one that reads RTP, and
// one that sends. [Phone.Close] ends them all. If a program dies without it,
// Asterisk keeps the registration until it expires, and the calls until it
// misses their RTP or a timeout of the dialplan.
package softphone
