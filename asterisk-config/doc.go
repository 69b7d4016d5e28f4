// Package asteriskconfig holds what goes into a PBX for callbackd to work with
// it: the dialplan file callbackd.conf, and examples for ari.conf and
// http.conf that an admin copies and edits.
//
// The dialplan is embedded, so that the program can print it, compare it with
// what a PBX has loaded, and give it to the private Asterisk of the tests and
// the demonstration (package private) byte for byte as a user includes it.
package asteriskconfig

import _ "embed"

// Dialplan is callbackd.conf, the file that a user includes in
// extensions.conf. Its contexts are described there: the agent legs of queues, and of agents
// and groups, and what listens to customers' legs and waits until a machine is silent.
//
//go:embed callbackd.conf
var Dialplan string
