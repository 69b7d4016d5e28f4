package callback_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
)

func TestWhatARulePlays(t *testing.T) {
	say := func(text string) *callback.Speech { return &callback.Speech{Language: "sv", Text: text} }
	rule := callback.Rule{
		AgentPrompt:       "callback",
		AgentAnnouncement: say("En kund väntar"),
		AgentAccept:       &callback.Accept{Key: "1", Ask: callback.Sound{Play: "agent-accept"}},
		CustomerAccept:    &callback.Accept{Key: "1"}, // nothing asks for it
		Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry-we-missed-you"}},
		StopKey:           "9",
		Recording:         &callback.RecordingSettings{Notice: callback.Sound{Say: say("Samtalet spelas in")}},
	}
	assert.Equal(t, []callback.Played{
		{Key: "agent_prompt", Sound: callback.Sound{Play: "callback"}},
		{Key: "agent_announcement", Sound: callback.Sound{Say: say("En kund väntar")}},
		{Key: "agent_accept.ask", Sound: callback.Sound{Play: "agent-accept"}},
		{Key: "recording.notice", Sound: callback.Sound{Say: say("Samtalet spelas in")}},
		{Key: "voicemail.leave", Sound: callback.Sound{Play: "sorry-we-missed-you"}},
		{Key: "stop_key", Sound: callback.Sound{Play: "do-not-call"}},
	}, rule.Plays())

	rule.AgentAnnouncement = say("{number} från {queue}")
	for _, p := range rule.Plays() {
		assert.NotEqual(t, "agent_announcement", p.Key, "it is another text for each customer")
	}
	rule.Voicemail.Action = callback.VoicemailHangUp
	for _, p := range rule.Plays() {
		assert.NotEqual(t, "voicemail.leave", p.Key, "nothing is left")
	}
	assert.Empty(t, callback.Rule{}.Plays())
}
