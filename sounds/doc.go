// Package sounds is the sound library: what agents, customers and callers are played. It
// finds sounds by name, takes uploads, and has texts spoken.
//
//	library, err := sounds.Open(folder, written)
//	sound, err := library.Find(sounds.Key{Account: "acme", Language: "sv", Name: "hello"})
//	// Asterisk: play sound:PATH, with lang=sv
//
// # Where sounds lie
//
// In the operator's folder (the key `sounds` of callbackd.yaml), and behind it in the
// binary; the first of these is heard:
//
//	ACCOUNT/LANGUAGE/NAME.wav   the account's own, in the language
//	ACCOUNT/NAME.wav            the account's own
//	LANGUAGE/NAME.wav           shared by all accounts, in the language
//	NAME.wav                    shared by all accounts
//	the one shipped in the binary, in English
//
// For en_GB the folder en_GB comes first, then en. Beside NAME.wav there may be NAME.wav16,
// the same for wideband calls. Put writes both where the original has as much; people may
// put files there by hand. A file that is there and can't be played hides what lies behind
// it, and says why: else another sound would be heard, and nobody would know. Links are
// followed inside the folder; one that leads out of it, and every one with an absolute
// path, is refused (os.Root).
//
// A language is two letters and perhaps a country, sv or en_GB. An account of two letters
// would share a folder with a language, so its own is called hp.account.
//
// Asterisk plays files, so what is shipped is written out when the library is opened, into
// a folder of callbackd's own. What is spoken goes there too, into spoken/, under the hash
// of everything that decides how it sounds. All of that can be made again.
//
// # Who writes, and what if it dies here
//
// A sound is written beside its place, and renamed into it when it is whole and on the
// disk. Whoever looks meanwhile finds the old one or the new one; a call that plays the old
// one goes on playing it. The wideband version goes first and comes last, so that nobody
// hears another text in wideband. A program that dies while writing leaves a file .new-…,
// which the next Put into that folder removes when it is an hour old.
//
// Uploads are strangers' bytes. Their headers are read here first, down to each frame of an
// MP3 file; what isn't a sound, or has the wrong length or size, is refused before any
// other program sees it. sox gets the rest through a pipe, and has a minute; two at once, the
// others wait. What is kept is samples with a header of ours, and nothing else of the file.
// What people put into the folder by hand has the same limits.
//
// Texts are spoken by a program that the operator chooses (SpeechCommand; espeak-ng unless
// they say otherwise), one at a time, and never during a call: whoever reads the rules calls
// Say for each text in them, and a call asks Ready. No shell reads text or voice, and
// neither can be an option; espeak-ng gets the text on its standard input, where nobody
// else on the host sees it. Calling Say again each day
// keeps a text; Sweep removes those that nobody called it for.
//
// # Shipped
//
// The shipped sounds are callbackd's own texts (shipped/texts.txt), spoken by espeak-ng,
// free to distribute; `go generate ./sounds` makes them anew. They are small because they
// are of 8 kHz and without pauses at their ends.
//
// # What was found on Asterisk 22.10.1
//
//   - `sound:/lib/g` without extension plays. With language sv_SE, that of the channel or
//     lang= in the request, it is /lib/sv_SE/g, else /lib/sv/g, else /lib/g, else /lib/en/g.
//     The folders above are named so that this rule, where it reaches, gives the sound that
//     Find gives: play with the lang= that Find was asked for. Without lang= the channel's
//     language counts, en by default: /lib/en/g is played before /lib/g. "sv-SE" is no
//     language to Asterisk, and falls back to /lib/g.
//   - A .wav must be 8 kHz, mono, 16-bit PCM, and a .wav16 16 kHz; else the playback is
//     `failed` at once. Of both, a call of ulaw plays the .wav and one of 16 kHz the .wav16;
//     alone, either plays on both. A .wav16 of 8 kHz fails on wideband calls only.
//   - PCM written as WAVE_FORMAT_EXTENSIBLE fails.
//   - A LIST chunk before the samples is skipped; one of odd length isn't, though it is
//     padded as it should be, and the playback fails. Chunks behind the samples aren't heard.
//     A length noted by a program that wrote into a pipe (0x7ffff000) does no harm.
//   - A file that is replaced by renaming while it plays goes on playing as it was; the next
//     playback has the new one.
//
// MP3 was tried with LAME's files of constant and varying bit rate, and sox with
// libsox-fmt-mp3 reading them from a pipe.
package sounds
