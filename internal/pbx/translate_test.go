package pbx

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// UserEvent(CallbackdMissed,Missed: …) says who loses a call; what else a dialplan tells in
// such an event, or in another, is somebody else's.
func TestWhatAUserEventSays(t *testing.T) {
	for fields, want := range map[string]string{
		`"eventname":"CallbackdMissed","Missed":"group:sales"`:                      "group:sales",
		`"eventname":"CallbackdMissed","missed":"group:sales"`:                      "group:sales",
		`"eventname":"CallbackdMissed","MISSED":""`:                                 "",
		`"eventname":"CallbackdMissed","target":"agent:bob","Missed":"group:sales"`: "group:sales",
		`"eventname":"CallbackdMissed","target":"agent:bob"`:                        "nothing",
		`"eventname":"CallbackdMissed"`:                                             "nothing",
		`"eventname":"Statistics","Missed":"group:sales"`:                           "nothing",
	} {
		event := ari.Decode(fmt.Appendf(nil,
			`{"type":"ChannelUserevent","timestamp":"2026-11-20T12:00:00.000+0000","channel":{"id":"1795176000.1","name":"PJSIP/pstn-00000001"},"userevent":{%s},%s}`,
			fields, fields))
		require.IsType(t, &ari.ChannelUserevent{}, event, fields)
		said, says := translate(event).(callback.VariableSet)
		require.Equal(t, want != "nothing", says, fields)
		if says {
			require.Equal(t, want, said.Value, fields)
			require.Equal(t, callback.VariableMissed, said.Name)
			require.Equal(t, "1795176000.1", said.Channel.ID)
		}
	}
}
