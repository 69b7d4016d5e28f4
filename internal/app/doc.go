// Package app puts callbackd together: it reads the configuration, opens what
// the parts need, and lets them run until they are told to stop.
//
// The parts and their one way, from left to right:
//
//	ari → pbx (detector) → callback.Intake → storage
//	Asterisk's logs → catchup (witness) → callback.Intake → storage
//	pbx → callback.Presence → the scheduler, the dialer: who is on the phone now
//	storage → callback.Scheduler → callback.Dialer → pbx → ari
//	storage, after each commit → the log, the scheduler, the dialer
//	storage → httpapi
//	storage, each hour and when a PBX is back → recordings → pbx → ari
//	rules, sounds → repertoire → the programs that speak, and Asterisks on other hosts,
//	which soundserver gives the sounds
//
// Start: everything that can be wrong with what the operator wrote is found
// before anything is changed: configuration, rules, the address to listen on,
// username and password at Asterisk, the database. An Asterisk that doesn't
// answer is waited for.
//
// Stop: nothing new begins, attempts whose customer isn't called yet give way,
// and those whose customer's phone rings are waited for. Conversations go on
// without callbackd; the next start adopts them.
package app
