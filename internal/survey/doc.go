// Package survey asks each Asterisk whether what the rules files refer to exists: queues,
// phones, trunks, contexts, tone zones, codecs, prompts, and whatever callbackd itself
// needs of it. It is `callbackd check --live`, and the part of `callbackd doctor` that asks
// Asterisk (package doctor): that one is Thorough, and also asks for the time, and whether a
// call arrives somewhere whatever number was dialled.
//
//	findings := survey.Run(ctx, survey.Options{PBXs: pbxs, Accounts: accounts, SoundPath: path})
//
// It goes in two steps. What an account refers to, on which PBX, and whether a rule stands
// or falls with it, is worked out of the account alone (references.go). Then every PBX is
// visited, all at once: it is asked what it has (visit.go and those beside it), and what
// is missing becomes a Finding. A PBX that can't be asked is one finding; the others are
// asked all the same. What can't be asked is said (Note), not guessed.
//
// Fetch is something else that is asked in the same way: it has Asterisk load sounds from
// callbackd's own server, by playing them to nobody, so that no call waits for them.
//
// # How Asterisk is asked
//
// As a client of ARI with a name of its own, the application's followed by "-check-" and
// something random: a daemon that runs isn't disturbed, and neither is another survey.
// Functions of the dialplan are read on a channel, so there is one, half a Local channel
// that is never dialled (the probe), and one that snoops on it, to play to. Nothing rings.
// The probe is hung up also where a question fails or the survey is interrupted, and the
// other ends with it. A survey that is killed leaves the probe to its TIMEOUT(absolute).
//
//	queue              QUEUE_EXISTS(NAME)
//	callbackd.conf     DIALPLAN_EXISTS(CONTEXT) of what a rule in force needs of it, and which
//	                   file it is: DIALPLAN_EXISTS(callbackd-version,VERSION,1)
//	agent leg          DIALPLAN_EXISTS(callbackd-agent,QUEUE,1)
//	ringing            what queues.conf says (PBX.Queue), and QUEUE_MEMBER(NAME,count)
//	context            DIALPLAN_EXISTS(CONTEXT)
//	PJSIP endpoint     PJSIP_ENDPOINT(NAME,allow), then its state in /endpoints
//	other endpoint     its channel driver among the modules, /endpoints where it is listed
//	Local/N@CONTEXT    both of DIALPLAN_EXISTS; a customer's number is an example of the
//	                   account's country, so that nothing but a warning comes of it
//	tone zone          set CHANNEL(tonezone) and read it again
//	sound              played to nobody, from behind its end
//	codec              the module, and what the endpoints of the trunk, of agents and of the
//	                   members of QUEUE_MEMBER_LIST(QUEUE) allow
//	version, modules   /asterisk/info, /asterisk/modules
//	clock              EPOCH
//	any number         PJSIP_ENDPOINT(TRUNK,context), then DIALPLAN_EXISTS of a number like the
//	                   account's own that nobody has, in each notation; where it is missing
//	                   in one, of the account's own: the trunk's notation is one that they have
//	trust_id_inbound   PJSIP_ENDPOINT(TRUNK,trust_id_inbound)
//
// # What was found on Asterisk 22.10.1
//
//   - STAT(), which would tell whether a file can be read, is refused over ARI ("Dangerous
//     function STAT read blocked") unless asterisk.conf says live_dangerously. So sounds are
//     played. A channel that is Down can't be played to (412), and can't be answered over
//     ARI either if nobody dialled it; a channel that snoops on it is up at once. With an
//     offset behind the end the playback is `done` after 20 ms, or `failed` at once if the
//     file is missing, can't be read, isn't of its format or holds no audio.
//   - A channel made for an application that isn't connected is a 200, and gone. One that
//     snoops takes no command before its StasisStart (409), and has no ChannelDestroyed, only
//     a StasisEnd. An application that is left before its channels have ended may stay in
//     `ari show apps` until another one comes or goes.
//   - An unknown tone zone plays like a known one, in the zone of the channel. Setting
//     CHANNEL(tonezone) to it is a 204, and changes nothing: reading it afterwards tells.
//     Before anything is set, reading it is a 500.
//   - DIALPLAN_EXISTS(CONTEXT) knows contexts without an extension too, and with regard to
//     case; QUEUE_EXISTS is without. Contexts can't be listed, so a pattern can't be asked.
//   - PJSIP_DIAL_CONTACTS is empty for a phone that isn't registered and for one that
//     doesn't answer its OPTIONS, and a 500 for an endpoint that is unknown or has no AOR.
//     The endpoint's state says the same (offline), and no more.
//   - A function whose module isn't loaded, and one that finds nothing, are the same 500.
//   - The module list holds those that run; one that declined to load is missing in it. ARI's
//     channels and bridges decline without res_stasis_playback and res_stasis_recording.
//   - Without bridge_softmix, or any res_timing module, a recorded bridge vanishes as soon as
//     both legs are in it, and both requests were successes. Without app_stasis an originate
//     is a 200 too, and the phone that answers is hung up on.
//   - A call to a number without an extension is a 404 before there is a channel: no event, no
//     CDR. `_X!` matches no number with a plus, `_+X!` no other.
//   - TIMEOUT(absolute) in the request ends also a channel that is never dialled.
//
// A survey of a small account takes 50 ms, of which 20 are one sound.
package survey
