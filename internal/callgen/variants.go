package callgen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"callbackd/callback"
)

// Doubled is the stream with every event twice.
func Doubled(events []callback.CallEvent) []callback.CallEvent {
	twice := make([]callback.CallEvent, 0, 2*len(events))
	for _, e := range events {
		twice = append(twice, e, e)
	}
	return twice
}

// Jittered is the stream with every channel's events late by up to most. Those of one
// channel, and of one bridge, stay in their order, as Asterisk keeps them.
func Jittered(events []callback.CallEvent, most time.Duration, seed uint64) []callback.CallEvent {
	random := rand.New(rand.NewPCG(seed, 0x11773))
	type delayed struct {
		event callback.CallEvent
		at    time.Time
	}
	list := make([]delayed, len(events))
	last := map[string]time.Time{}
	for i, e := range events {
		at := e.When().Add(time.Duration(random.Int64N(int64(most))))
		about := ChannelsOf(e)
		for _, id := range about {
			if at.Before(last[id]) {
				at = last[id]
			}
		}
		for _, id := range about {
			last[id] = at
		}
		list[i] = delayed{e, at}
	}
	slices.SortStableFunc(list, func(a, b delayed) int { return a.at.Compare(b.at) })
	late := make([]callback.CallEvent, len(list))
	for i, d := range list {
		late[i] = d.event
	}
	return late
}

// ChannelsOf names the channels and the bridge that an event is about.
func ChannelsOf(e callback.CallEvent) []string {
	switch e := e.(type) {
	case callback.ChannelCreated:
		if stem, _, local := strings.Cut(e.Channel.Name, ";"); local {
			return []string{e.Channel.ID, stem} // the two halves are made by one hand
		}
		return []string{e.Channel.ID}
	case callback.DialplanReached:
		return []string{e.Channel.ID}
	case callback.DialSeen:
		if e.Caller == nil {
			return []string{e.Peer.ID}
		}
		return []string{e.Caller.ID, e.Peer.ID}
	case callback.VariableSet:
		return []string{e.Channel.ID}
	case callback.HangupRequested:
		return []string{e.Channel.ID}
	case callback.BridgeEntered:
		return []string{e.Channel.ID, e.Bridge}
	case callback.BridgeLeft:
		return []string{e.Channel.ID, e.Bridge}
	case callback.ChannelDestroyed:
		return []string{e.Channel.ID}
	}
	panic(fmt.Sprintf("no event of a call: %T", e))
}

// Tell lists the events of a call and of all channels that it led to, a line each.
func (r *Recording) Tell(callID string) string {
	events := r.Events()
	about := map[string]bool{callID: true}
	for range 4 { // Locals in Locals come after those that dialled them
		names := map[string]bool{}
		for _, e := range events {
			ids := ChannelsOf(e)
			if slices.ContainsFunc(ids, func(id string) bool { return about[id] }) {
				for _, id := range ids {
					about[id] = true
				}
			}
			if created, is := e.(callback.ChannelCreated); is {
				stem, _, local := strings.Cut(created.Channel.Name, ";")
				if local && (about[created.Channel.ID] || names[stem]) {
					names[stem], about[created.Channel.ID] = true, true
				}
			}
		}
	}
	var b strings.Builder
	for _, e := range events {
		if slices.ContainsFunc(ChannelsOf(e), func(id string) bool { return about[id] }) {
			fmt.Fprintf(&b, "  %s %T %+v\n", e.When().Format("05.000"), e, e)
		}
	}
	return strings.ReplaceAll(b.String(), "callback.", "")
}
