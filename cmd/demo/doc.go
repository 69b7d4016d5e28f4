// Command demo shows callbackd at work, from a call that nobody takes to the
// conversation that comes of it, on a real Asterisk:
//
//	bin/demo            # tells the story as it happens, half a minute
//	bin/demo --keep     # and leaves everything running, for a softphone of one's own
//
// It starts a private Asterisk on loopback (and installs it the first time),
// callbackd as a user would run it, and softphones, all by package lab. The
// softphones act the story (story.go) and listen to each other; what they heard
// is checked (checks.go). The exit status is 0 only if all of it really
// happened, in the right order; otherwise the demo says what it expected and
// what it saw instead.
//
// Everything of a run, its recording too, stays in a folder of its own. No
// process stays: Ctrl-C ends them all in order, and if the demo is killed the
// kernel ends them with it.
package main
