// Package sounds is the sound library: what agents and customers are played.
//
// A sound has a name. It is NAME.wav in the operator's folder (the key `sounds`
// of callbackd.yaml), else the one of that name that is shipped in the binary.
// Asterisk plays files, so the shipped ones are written out when the library is
// opened. Every sound is a WAV file of 8 kHz, mono, 16-bit PCM, of at most a
// minute: what Asterisk plays to a telephone without converting, and as long as
// an attempt waits for it.
//
// Shipped: callback, which tells an agent that the call is a callback
// ("This is a callback. Please stay on the line while we call the customer.",
// spoken by espeak-ng, free to distribute).
package sounds
