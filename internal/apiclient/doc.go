// Package apiclient is how callbackd's verbs talk to the running daemon: over
// the HTTP API that everybody else uses, with the documents of package httpapi.
//
// [Open] finds the daemon from its configuration file. Of that file it reads
// only what it needs, the address and the place of the database, beside which
// the admin's token lies: a verb is run in a shell that has neither the
// daemon's environment (${CALLBACKD_ARI_PASSWORD}) nor the right to read its
// password files.
//
// Every error is one line that a person at a terminal can act on: the daemon
// doesn't run, the token may not be read, the daemon refuses and says why.
package apiclient
