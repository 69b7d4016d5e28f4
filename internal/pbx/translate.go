package pbx

import (
	"callbackd/ari"
	"callbackd/callback"
)

// translate makes the domain's event of Asterisk's; nil for those that the
// detector doesn't need.
func translate(event ari.Event) callback.CallEvent {
	switch e := event.(type) {
	case *ari.ChannelCreated:
		return callback.ChannelCreated{At: e.Timestamp.Time, Channel: channel(e.Channel)}
	case *ari.ChannelDialplan:
		return callback.DialplanReached{At: e.Timestamp.Time, Channel: channel(e.Channel), App: e.App, Data: e.AppData}
	case *ari.Dial:
		seen := callback.DialSeen{At: e.Timestamp.Time, Peer: channel(e.Peer), Status: e.Status, Forwarded: e.Forward != ""}
		if e.Caller != nil {
			caller := channel(*e.Caller)
			seen.Caller = &caller
		}
		return seen
	case *ari.ChannelHangupRequest:
		return callback.HangupRequested{At: e.Timestamp.Time, Channel: channel(e.Channel)}
	case *ari.ChannelEnteredBridge:
		return callback.BridgeEntered{
			At: e.Timestamp.Time, Bridge: e.Bridge.ID, Holding: holding(e.Bridge),
			Channel: channel(e.Channel), Members: e.Bridge.Channels,
		}
	case *ari.ChannelLeftBridge:
		return callback.BridgeLeft{At: e.Timestamp.Time, Bridge: e.Bridge.ID, Channel: channel(e.Channel)}
	case *ari.ChannelDestroyed:
		return callback.ChannelDestroyed{At: e.Timestamp.Time, Channel: channel(e.Channel)}
	}
	return nil
}

func channel(c ari.Channel) callback.CallChannel {
	return callback.CallChannel{
		ID: c.ID, Name: c.Name, State: string(c.State),
		Caller: c.Caller.Number, Exten: c.Dialplan.Exten,
		Context: c.Dialplan.Context, App: c.Dialplan.AppName, AppData: c.Dialplan.AppData,
	}
}

// holding reports whether nobody in the bridge hears anybody: parking lots and
// waiting rooms.
func holding(b ari.Bridge) bool { return b.Type == "holding" || b.Technology == "holding_bridge" }

// subscriptions are the event sources that an exchange needs.
var subscriptions = []string{"channel:", "bridge:"}

// disallowedEvents are those that an exchange doesn't want Asterisk to send:
// two thirds of all bytes. Never an allowed list: that would silence
// StasisStart and PlaybackFinished too.
var disallowedEvents = []string{
	"ChannelVarset", "ChannelStateChange", "ChannelConnectedLine", "ChannelCallerId", "ChannelHold", "ChannelUnhold",
	"BridgeDestroyed", "BridgeMerged", "BridgeVideoSourceChanged",
}
