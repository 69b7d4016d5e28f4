// Package ari is a client of the Asterisk REST Interface (ARI): requests with a context and
// typed errors, and one ordered stream of events that says itself when it has gaps. It knows
// nothing of what it is used for. It was made for, and tried on, Asterisk 22.
//
//	client, err := ari.New(ari.Options{
//		URL: "http://127.0.0.1:8088", Username: "app", Password: "…", Application: "app",
//		Subscriptions:    []string{"channel:", "bridge:"},
//		DisallowedEvents: []string{"ChannelVarset"},
//	})
//	…
//	err = client.Run(ctx, func(e ari.Event) {
//		switch e := e.(type) {
//		case *ari.Connected:    // compare what you know with Channels and Bridges
//		case *ari.Disconnected: // say that Asterisk is away, and why
//		case *ari.StasisStart:  // e.Channel is ours
//		}
//	})
//
// # The stream
//
// Run delivers everything in one order and from one goroutine: Asterisk's events, and
// between them the client's own.
//
//	Connected     from here on the stream is complete; before it, look and compare
//	Disconnected  the connection ended, or an attempt failed; the next one follows
//	Gap           events were lost to a slow handler; Disconnected and Connected follow
//	Unknown       an event of a type that isn't described here, as it came
//	Malformed     something that isn't what its type promises, as it came
//
// Nothing that Asterisk sends disappears, but for events of the types that its user named in
// Options.DisallowedEvents: those are recognised by their type alone, and dropped where they
// arrive, whether or not the rest of them is in order. The heartbeats that the client sends
// itself are kept from the handler too. (Those of another client of the same application
// aren't: they come as ChannelUserevent.)
//
// After a Gap, and after the Disconnected of a connection, no event of that connection
// follows. Events that come before Connected are kept until it is delivered, and are lost
// with an attempt that fails.
//
// The handler may take its time and may use the client. While it doesn't return, events
// wait, and the connection is kept; Run returns when it does. If it panics, the connection
// is closed in order and the panic goes on to Run's caller.
//
// # What an event costs
//
// Asterisk can send 30,000 events a second, and callers can make it do so. An event of a
// disallowed type costs the reading goroutine the way to its "type", less than a fiftieth of
// what encoding/json needs to make a map of it, and takes no room in the queue. The others
// wait as bytes, and are decoded in the handler's time, once and four times as fast as into
// a map: by a reader that knows JSON as Asterisk writes it and goes by the tags of the Go
// types. What it isn't sure of, it leaves to encoding/json: a name in Cyrillic, a member that
// comes twice, everything that is malformed. So encoding/json says what an event means, and
// tests hold the two together.
//
// # What the client sees to, and why
//
// Each of these was seen to go wrong on a running Asterisk 22.10.
//
//   - It never connects with subscribeAll, and refuses the subscription "deviceState:" of
//     all devices: the ordinary close of such a websocket under load deadlocks ARI for good
//     (issue 2170). It connects plainly and subscribes to "channel:", "bridge:" and so on
//     afterwards. "bridge:" is what makes bridges of the dialplan visible.
//   - Subscriptions and filter are lost with the connection, so both are set after every
//     connect, before Connected. The filter names what is disallowed: a list of what is
//     allowed would silence StasisStart as well.
//   - It waits at least 250 ms before it connects again. After an abrupt end, Asterisk's
//     cleanup of the old connection takes away the application of one that came at once: it
//     stays open and never gets an event. For the same reason it ends its connections with
//     the closing handshake where it can, and takes a 404 from subscription, filter or
//     heartbeat for a dead connection.
//   - Two heartbeats go out every few seconds: a websocket ping, and a user event that comes
//     back through the same queue as all events. The second one alone notices a connection
//     that is open and deaf. No pong is sent that wasn't asked for: that crashes some
//     versions (issue 2085).
//   - The reading goroutine only reads and enqueues. A reader that waits for its handler
//     becomes a zombie: after some megabytes Asterisk drops every event in silence, and
//     behind 500 waiting events PJSIP refuses calls. The queue is bounded, and its overflow
//     is a Gap. A connection is only made anew when half of the queue is worked off.
//   - A second program under the same application name takes the events away and leaves the
//     first connection open: that ends it, as ErrReplaced.
//   - Asterisk's web server closes idle connections after 15 s and refuses the 100th: ours
//     close after 10 s, and at most 16 are used for requests. Heartbeats and websocket have
//     connections of their own, so that requests that hang don't look like a dead Asterisk.
//     Dials and TLS handshakes end after RequestTimeout, because they would go on holding
//     one of the 16 when nobody waits for them any more.
//   - What Asterisk would read as something else is refused before it is sent (ErrInvalid):
//     an empty id, a comma in a list, a NUL behind which it would read no further, text that
//     isn't UTF-8. Everything else arrives exactly as given.
//   - A new start-up time means that no channel of before exists: Connected.Restarted.
//
// # What its user has to see to
//
//   - Choose the ids of channels, bridges and playbacks yourself, and write them down before
//     asking: the StasisStart of a channel can come before the reply to its Originate, and
//     the reply may never come. Ids of one fixed length: Asterisk compares them without case
//     and by their beginning.
//   - Originate only while Live. Asterisk rings a person for an application that isn't
//     connected, and drops them when they answer.
//   - A request whose time ran out may still take effect: commands on a channel wait for what
//     plays there, and aren't undone because nobody waits for their reply.
//   - After an error, NotSent tells "nothing can have happened" from "look before you repeat
//     it". An error with a Status is Asterisk's own answer, with its words in Message.
//   - Don't take a reply for the deed: wait for ChannelEnteredBridge, PlaybackFinished,
//     ChannelDestroyed, and have a timer beside each wait.
//   - ARI's user is as good as root of the PBX: keep it on loopback, or behind TLS.
//
// The package aritest beside this one is an Asterisk for tests. docs/ari.md says which test
// shows which of these behaviours.
package ari
