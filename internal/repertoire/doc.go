// Package repertoire keeps every sound that the rules play ready, so that no call waits for a
// program or for the network: texts are spoken, and an Asterisk on another host has fetched
// all that it may be told to play.
//
//	r := repertoire.New(repertoire.Options{Rules: rules, Library: library, PBXs: pbxs, …})
//	go r.Run(ctx)
//	r.Changed()                              // the rules, or the library, are others now
//	r.Ready("pbx1")                          // it may have forgotten what it had
//	media, err := r.On("pbx1").Media(…)      // during a call: answers at once, or fails
//
// # What is done when
//
//	start, rules or library changed   speak what isn't spoken; then fetch what isn't fetched
//	a PBX is connected                fetch all of its sounds anew
//	an hour before addresses change   fetch all by their next addresses
//	every night                       speak all again, which notes that they are wanted, and
//	                                  remove texts that nobody has wanted for two days
//	something failed                  again after a while, and at each of the above
//
// All of it is in the background: rules are in force, and calls are made, whether it has come
// to an end or not. What isn't spoken, or couldn't be fetched, is not heard, and whoever plays
// it says so; what hasn't been tried yet, Asterisk fetches in the call.
//
// An announcement that is another text for each customer is spoken, and fetched, when the
// attempt asks for it (Speak), before any phone rings.
//
// What the rules play says callback.Rule.Plays. Attempts that were planned by earlier rules
// may play other texts: these aren't removed as long as the tasks are open (Options.Planned).
//
// # What if it dies here
//
// What is spoken is kept by its content, and addresses are the same after a restart: the next
// start finds what was done, and does the rest.
package repertoire
