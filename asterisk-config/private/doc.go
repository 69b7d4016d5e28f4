// Package private runs an Asterisk of the project's own, for the tests and the
// demonstration: on loopback, without root, from a folder of its own, beside
// whatever else runs on the machine, and gone when it isn't needed any more.
//
//	a, err := private.Start(ctx, private.Config{
//		Trunk:   phoneNetwork.Addr(), // 127.0.0.1:PORT
//		Agents:  []private.Agent{{Name: "alice", Password: "a-secret"}},
//		Queues:  []private.Queue{{Name: "support", Members: []string{"alice"}}},
//		Numbers: []private.Number{{Number: "+4685550000", Queue: "support"}},
//	})
//	…
//	defer a.Stop(ctx)
//
// It has two halves. Install finds an Asterisk or fetches one: Debian stable
// has no package, but that of a later release, forky, runs from a folder with
// the C library that comes with it (installation.go). Start configures one
// (config.go, render.go, and the commented templates in etc/) and runs it.
//
// The configuration is what a user of callbackd would have: callbackd.conf is
// included, ARI has a user for callbackd, the CDR and queue_log are written as
// callbackd wants them. Two things are peculiar to it. All telephones are on
// this machine: agents are told by their name and password, and what comes
// from 127.0.0.1 otherwise is the telephone network. And only the modules that
// are needed are loaded, so that it boots in a fraction of a second.
//
// Who starts whom, and what if it dies: Asterisk is a child of the program
// that called Start, and the kernel kills it with that program (package child).
// What a killed program leaves behind is a folder callbackd-asterisk-… in the
// folder for temporary files, with the logs.
package private
