// Package aritest is an Asterisk inside the test's process: ARI over real HTTP and a real
// websocket, on an in-memory listener instead of a socket, so that it also works in the
// virtual time of testing/synctest.
//
//	srv := aritest.New(t)
//	srv.Phone("PJSIP/*@pstn", aritest.Answers(2*time.Second, 30*time.Second))
//	client, err := ari.New(srv.Options("callbackd"))
//
// It is a small simulation, and an honest one: what it does, it does in the order and the
// form in which Asterisk 22 does it. Originating answers before it dials; a StasisStart is
// the answer; an id in use is a 409; a Local channel has two halves that die with different
// causes; commands wait for the playback of their channel; a recording of a bridge into
// which nobody comes is over after 4 s; an application that isn't connected loses the
// channel on answer; channels and bridges outlive the websocket, and nothing is replayed; a
// websocket that comes less than 250 ms after an abrupt end is deaf. What it doesn't know is
// refused, never answered with a success. The orders of events were compared with Asterisk
// 22.10.1's; where it varies them, between a Local's halves for example, one of its orders
// is taken.
//
// The far ends are scripts, see Phone and Call; queues work, for callers and for our legs,
// see SetQueue and Caller, and the devices of agents and queues follow their calls, see
// AgentPhone. What the dialplan does with other people's calls is played in as recorded
// events, see Emit. Every request is kept, see Requests and WaitRequest, and can be made to
// fail, see Fault; the websocket can be dropped, silenced and frozen.
package aritest
