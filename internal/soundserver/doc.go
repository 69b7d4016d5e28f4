// Package soundserver gives sounds to Asterisks on other hosts, which can't play files of
// this one: over HTTP, by addresses that nobody can guess.
//
//	server := soundserver.New(secret)
//	address, err := server.Address("http://callbackd.example:8080", "/…/callback.wav", time.Now())
//	// Asterisk: play sound:ADDRESS
//	mux.Handle(soundserver.Folder, server)
//
// # An address
//
//	http://HOST:PORT/sounds/PERIOD/CONTENT/SIGNATURE.wav
//
// Asterisk sends no token, so the address itself is the permission: the signature (HMAC of
// SHA-256, with a secret that only callbackd has) covers the period and the hash of the
// content. It is the same whenever it is made within a period, a week, also after a restart:
// to Asterisk another address is another sound, which it fetches anew. It is good for that
// period and the next, so that one that was handed out at the last moment is still fetched.
// Another content has another address, so nobody hears what was replaced.
//
// Nothing of a request's path reaches the file system. It is taken apart by one pattern, its
// signature is compared in constant time, and then it is only a key: what is served is a file
// that Address was given in this life of the program, and only if it still has that content.
// After a restart an address is therefore unknown until somebody makes it again, as whoever
// plays a sound does before.
//
// # What was found on Asterisk 22.10.1 (res_http_media_cache)
//
//   - A URL must be longer than the path of the file in Asterisk's cache, CACHEDIR/bucket-XXXXXX,
//     which it copies into a buffer sized for the URL; else the sound is downloaded, and then
//     "does not exist in any format". The paths here alone have more than 140 characters.
//   - Content-Type audio/wav or audio/x-wav, or a path ending in .wav.
//   - Nothing is ever removed from the cache. A file that was deleted by hand is fetched anew.
//   - With max-age there is no request until then; without, one for every playback, during the
//     call. Query strings are part of the address.
//   - A server that stalls freezes the channel that plays, for twice timeout_secs of
//     res_http_media_cache.conf, 180 s by default. So sounds are fetched ahead of calls.
package soundserver
