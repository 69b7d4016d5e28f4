package callgen

import (
	"fmt"
	"slices"

	"callbackd/callback"
)

// channel is a channel of the PBX.
type channel struct {
	id, name, state string
	caller          string
	context, exten  string
	app, data       string
	bridge          *bridge
	destroyed       bool
}

func (ch *channel) snapshot() callback.CallChannel {
	return callback.CallChannel{
		ID: ch.id, Name: ch.name, State: ch.state, Caller: ch.caller,
		Exten: ch.exten, Context: ch.context, App: ch.app, AppData: ch.data,
	}
}

// open makes a channel on an endpoint, "PJSIP/alice".
func (w *world) open(endpoint, state, context, exten, caller string) *channel {
	w.names++
	ch := &channel{
		id: w.uniqueID(), name: fmt.Sprintf("%s-%08x", endpoint, w.names), state: state,
		context: context, exten: exten, caller: caller,
	}
	w.created(ch)
	return ch
}

// openLocal makes the two halves of a Local channel.
func (w *world) openLocal(exten, context string) (one, two *channel) {
	name := fmt.Sprintf("Local/%s@%s-%08x", exten, context, w.locals)
	w.locals++
	one = &channel{id: w.uniqueID(), name: name + ";1", state: "Down", context: context, exten: exten}
	two = &channel{id: w.uniqueID(), name: name + ";2", state: "Ring", context: context, exten: exten}
	w.created(one)
	w.created(two)
	return one, two
}

func (w *world) created(ch *channel) {
	w.emit(callback.ChannelCreated{At: w.at(), Channel: ch.snapshot()}, ch)
}

// runs announces the application that the channel begins to run.
func (w *world) runs(ch *channel, app, data string) {
	ch.app, ch.data = app, data
	w.announce(ch)
}

// announce says what the channel runs, again or for the first time.
func (w *world) announce(ch *channel) {
	w.emit(callback.DialplanReached{At: w.at(), Channel: ch.snapshot(), App: ch.app, Data: ch.data}, ch)
}

// changes notes a change of the channel of which no event tells.
func (w *world) changes(ch *channel) {
	w.moments = append(w.moments, Moment{at: w.now, channel: ch.snapshot()})
}

func (w *world) hangupRequested(ch *channel) {
	w.emit(callback.HangupRequested{At: w.at(), Channel: ch.snapshot()}, ch)
}

func (w *world) destroy(ch *channel) {
	if ch.destroyed {
		return
	}
	if ch.bridge != nil {
		w.leave(ch)
	}
	ch.destroyed = true
	if ch.data != "(Outgoing Line)" {
		ch.app, ch.data = "", ""
	}
	w.moments = append(w.moments, Moment{
		Event: callback.ChannelDestroyed{At: w.at(), Channel: ch.snapshot()},
		at:    w.now, channel: ch.snapshot(), over: true,
	})
}

// bridge is who hears whom.
type bridge struct {
	id      string
	holding bool
	members []*channel
}

func (w *world) openBridge(holding bool) *bridge {
	w.bridges++
	return &bridge{id: fmt.Sprintf("%08x-5c1e-4f0a-9a51-%012x", w.random.Uint32(), w.bridges), holding: holding}
}

func (b *bridge) ids() []string {
	ids := make([]string, len(b.members))
	for i, ch := range b.members {
		ids[i] = ch.id
	}
	return ids
}

func (w *world) enter(b *bridge, ch *channel) {
	b.members = append(b.members, ch)
	ch.bridge = b
	w.bridged(callback.BridgeEntered{
		At: w.at(), Bridge: b.id, Holding: b.holding, Channel: ch.snapshot(), Members: b.ids(),
	}, b, ch)
}

func (w *world) leave(ch *channel) {
	b := ch.bridge
	if b == nil {
		return
	}
	b.members = slices.DeleteFunc(b.members, func(member *channel) bool { return member == ch })
	ch.bridge = nil
	w.bridged(callback.BridgeLeft{
		At: w.at(), Bridge: b.id, Holding: b.holding, Channel: ch.snapshot(), Members: b.ids(),
	}, b, ch)
}

func (w *world) bridged(e callback.CallEvent, b *bridge, ch *channel) {
	w.moments = append(w.moments, Moment{
		Event: e, at: w.now, channel: ch.snapshot(),
		bridge: &callback.LiveBridge{ID: b.id, Holding: b.holding, Channels: b.ids()},
	})
}
