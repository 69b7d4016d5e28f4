package pbx

import (
	"strings"

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
	case *ari.StasisStart:
		return offeredFrom(e.Timestamp.Time, e.Channel, e.Args)
	case *ari.Dial:
		seen := callback.DialSeen{At: e.Timestamp.Time, Peer: channel(e.Peer), Status: e.Status, Dialled: e.Dialstring, Forwarded: e.Forward != ""}
		if e.Caller != nil {
			caller := channel(*e.Caller)
			seen.Caller = &caller
		}
		return seen
	case *ari.ChannelVarset:
		return variable(e)
	case *ari.ChannelUserevent:
		return said(e)
	case *ari.ChannelHangupRequest:
		return callback.HangupRequested{At: e.Timestamp.Time, Channel: channel(e.Channel)}
	case *ari.ChannelEnteredBridge:
		return callback.BridgeEntered{
			At: e.Timestamp.Time, Bridge: e.Bridge.ID, Holding: holding(e.Bridge),
			Channel: channel(e.Channel), Members: e.Bridge.Channels,
		}
	case *ari.ChannelLeftBridge:
		return callback.BridgeLeft{
			At: e.Timestamp.Time, Bridge: e.Bridge.ID, Holding: holding(e.Bridge),
			Channel: channel(e.Channel), Members: e.Bridge.Channels,
		}
	case *ari.ChannelDestroyed:
		return callback.ChannelDestroyed{At: e.Timestamp.Time, Channel: channel(e.Channel)}
	}
	return nil
}

// variable translates the few variables that the detector reads.
func variable(e *ari.ChannelVarset) callback.CallEvent {
	switch strings.TrimLeft(e.Variable, "_") {
	case callback.VariableMissed, callback.VariableMessageFile, callback.VariableVoicemail:
		if e.Channel != nil {
			return callback.VariableSet{At: e.Timestamp.Time, Channel: channel(*e.Channel), Name: e.Variable, Value: e.Value}
		}
	}
	return nil
}

// said translates UserEvent(CallbackdMissed,Missed: group:sales), which is to say
// Set(CALLBACKD_MISSED=group:sales).
func said(e *ari.ChannelUserevent) callback.CallEvent {
	if e.Channel == nil || e.EventName != "CallbackdMissed" {
		return nil
	}
	for field, value := range e.UserEvent {
		if value, ok := value.(string); ok && strings.EqualFold(field, "Missed") {
			return callback.VariableSet{At: e.Timestamp.Time, Channel: channel(*e.Channel), Name: callback.VariableMissed, Value: value}
		}
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

// disallowedEvents are those that neither translate nor route looks at; an
// exchange doesn't want Asterisk to send them: two thirds of all bytes. Never an
// allowed list: that would silence StasisStart and PlaybackFinished too.
var disallowedEvents = []string{
	"ChannelVarset", "ChannelStateChange", "ChannelConnectedLine", "ChannelCallerId", "ChannelHold", "ChannelUnhold",
	"ChannelTalkingStarted", "ChannelTalkingFinished", "ChannelToneDetected", "ChannelTransfer",
	"BridgeDestroyed", "BridgeMerged", "BridgeVideoSourceChanged", "BridgeBlindTransfer", "BridgeAttendedTransfer",
	"PlaybackStarted", "PlaybackContinuing", "RecordingStarted",
}
