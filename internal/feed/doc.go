// Package feed hands events on to whoever follows them, and lets none of them hold up
// whoever publishes.
//
//	f := feed.New[Event](4096)
//	f.Publish(event)                     // never waits
//	follower, err := f.Follow("alice", lastID)
//	news, err := follower.Next(ctx)      // waits for some
//
// There is one ring of the newest events, in memory, and each follower is but a place in
// it: so what a slow one costs is its place. One that falls behind the ring, or names a
// place that this feed never gave (a callbackd that ran before gave it, or the ring has
// gone over it), is told so, once, and goes on at the newest: it has to read everything
// anew. So nothing is lost that isn't told. A follower without a place is told the same:
// what happened between its last reading and its coming nobody knows.
//
// How many may follow is bounded, in all and for each who asks. Close ends them all.
package feed
