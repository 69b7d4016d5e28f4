package pbx

import (
	"maps"
	"slices"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// listing is what GET /channels and GET /bridges answer at one moment of a recording.
type listing struct {
	channels map[string]callback.CallChannel
	created  map[string]time.Time
	bridges  map[string]callback.LiveBridge
}

// listings are those before each event of stream, and after the last.
func listings(stream []ari.Event) []listing {
	all := []listing{{map[string]callback.CallChannel{}, map[string]time.Time{}, map[string]callback.LiveBridge{}}}
	for _, e := range stream {
		before := all[len(all)-1]
		next := listing{maps.Clone(before.channels), maps.Clone(before.created), maps.Clone(before.bridges)}
		next.observe(e)
		all = append(all, next)
	}
	return all
}

func (l listing) observe(e ari.Event) {
	switch e := e.(type) {
	case *ari.ChannelCreated:
		l.channels[e.Channel.ID], l.created[e.Channel.ID] = channel(e.Channel), e.Timestamp.Time
	case *ari.ChannelDialplan:
		l.channels[e.Channel.ID] = channel(e.Channel)
	case *ari.Dial:
		l.channels[e.Peer.ID] = channel(e.Peer)
		if e.Caller != nil {
			l.channels[e.Caller.ID] = channel(*e.Caller)
		}
	case *ari.ChannelHangupRequest:
		l.channels[e.Channel.ID] = channel(e.Channel)
	case *ari.ChannelDestroyed:
		delete(l.channels, e.Channel.ID)
	case *ari.ChannelEnteredBridge:
		l.bridges[e.Bridge.ID] = callback.LiveBridge{ID: e.Bridge.ID, Holding: holding(e.Bridge), Channels: e.Bridge.Channels}
	case *ari.ChannelLeftBridge:
		l.bridges[e.Bridge.ID] = callback.LiveBridge{ID: e.Bridge.ID, Holding: holding(e.Bridge), Channels: e.Bridge.Channels}
	}
}

// resume gives the listing to the detector, in an order that is always the same.
func (l listing) resume(d *callback.Detector) []callback.Finding {
	channels := slices.SortedFunc(maps.Values(l.channels), func(a, b callback.CallChannel) int { return strings.Compare(a.ID, b.ID) })
	bridges := slices.SortedFunc(maps.Values(l.bridges), func(a, b callback.LiveBridge) int { return strings.Compare(a.ID, b.ID) })
	return d.Resume(channels, l.created, bridges)
}
