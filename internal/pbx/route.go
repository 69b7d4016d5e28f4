package pbx

import (
	"context"
	"slices"
	"strings"

	"callbackd/ari"
	"callbackd/callback"
)

// route hands an event to the attempts that it concerns, and to the callers in a menu.
func (x *Exchange) route(event ari.Event) {
	x.routeCaller(event)
	switch e := event.(type) {
	case *ari.ChannelCreated:
		x.refuseStray(e.Channel.ID)
	case *ari.StasisStart:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.answered(e.Channel.ID, e.Args)
			return
		}
		x.refuseStray(e.Channel.ID)
		x.comesIn(e)
	case *ari.ChannelHangupRequest:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.leaving(e.Channel.ID)
		}
	case *ari.StasisEnd:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.left(e.Channel.ID)
		}
	case *ari.ChannelDestroyed:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.destroyed(e.Channel.ID, callback.LegEnd{Cause: e.Cause, SIP: e.TechCause})
		}
	case *ari.Dial:
		if e.Caller != nil {
			if c := x.callOf(strings.TrimSuffix(e.Caller.ID, otherHalf)); c != nil && strings.HasSuffix(e.Caller.ID, otherHalf) {
				x.follow(e.Peer.ID, c)
				c.rang(e.Peer.ID, callback.EndpointOf(e.Peer.Name), e.Status)
			}
		}
	case *ari.BridgeCreated:
		x.refuseStrayBridge(e.Bridge.ID)
	case *ari.ChannelEnteredBridge:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.entered(e.Bridge.ID, e.Channel.ID)
		}
	case *ari.PlaybackFinished:
		if c := x.callOf(strings.TrimPrefix(e.Playback.TargetURI, "channel:")); c != nil {
			c.played(e.Playback.ID, e.Playback.State)
		}
	case *ari.ChannelDtmfReceived:
		if c := x.callOf(e.Channel.ID); c != nil {
			c.pressed(e.Channel.ID, e.Digit)
		}
	case *ari.RecordingFinished:
		if c := x.callOf(e.Recording.Name); c != nil {
			c.recordingOver(e.Recording.Name)
		}
	case *ari.RecordingFailed:
		if c := x.callOf(e.Recording.Name); c != nil {
			c.recordingFailed(e.Recording)
		}
	}
}

// routeCaller hands an event to the caller in a menu whom it concerns.
func (x *Exchange) routeCaller(event ari.Event) {
	switch e := event.(type) {
	case *ari.StasisEnd:
		x.callers.tell(e.Channel.ID, (*caller).left)
	case *ari.ChannelDestroyed:
		x.callers.tell(e.Channel.ID, (*caller).left)
	case *ari.ChannelDtmfReceived:
		x.callers.tell(e.Channel.ID, func(c *caller) { c.pressed(e.Digit) })
	case *ari.PlaybackFinished:
		x.callers.tell(strings.TrimPrefix(e.Playback.TargetURI, "channel:"), func(c *caller) { c.played(e.Playback.ID, e.Playback.State) })
	}
}

func (x *Exchange) callOf(id string) *call {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.calls[id]
}

// follow gives c the events of one more channel.
func (x *Exchange) follow(id string, c *call) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls[id] = c
}

// release ends the events of c, but for those of the ids that it keeps: a leg
// that appears from now on is stray.
func (x *Exchange) release(c *call, keep ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id, owner := range x.calls {
		if owner == c && !slices.Contains(keep, id) {
			delete(x.calls, id)
		}
	}
}

// refuseStray hangs up a leg of ours that belongs to no attempt under way: its
// request took effect although the answer was lost, or after the attempt was
// over.
func (x *Exchange) refuseStray(id string) {
	if !x.names.leg(id) || x.callOf(id) != nil {
		return
	}
	x.o.Log.Warn().Str("channel", id).Msg("a leg of no attempt is hung up")
	x.sweepChannel(id)
}

// refuseStrayBridge deletes a bridge of ours that belongs to no attempt under
// way: nobody would ever delete it before the next start.
func (x *Exchange) refuseStrayBridge(id string) {
	if !x.names.own(id) || x.callOf(id) != nil {
		return
	}
	if lifetime := x.currentLifetime(); lifetime != nil {
		x.sweeper.bridge(lifetime, id)
	}
}

// sweepChannel hangs a channel up in the present lifetime, if there is one.
func (x *Exchange) sweepChannel(id string) {
	if lifetime := x.currentLifetime(); lifetime != nil {
		x.sweeper.channel(lifetime, id)
	}
}

// currentLifetime is nil between two connections.
func (x *Exchange) currentLifetime() context.Context {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.lifetime
}
