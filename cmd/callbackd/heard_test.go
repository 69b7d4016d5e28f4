package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// allHeard is every setting of what people hear and press.
func allHeard() httpapi.Heard {
	return httpapi.Heard{
		Language: "sv", AgentPrompt: "callback", MaxCall: "2h",
		AgentAnnouncement: &httpapi.Speech{Language: "en", Text: "Call to {number}"},
		AgentAccept:       &httpapi.Accept{Key: "1", Within: "10s", Ask: &httpapi.PlayOrSay{Play: "agent-accept"}},
		CustomerAccept:    &httpapi.Accept{Key: "star", Within: "5s"},
		Voicemail:         &httpapi.Voicemail{Action: callback.VoicemailLeave, Message: &httpapi.PlayOrSay{Say: &httpapi.Speech{Language: "sv", Voice: "mb-sw1", Text: "Vi ringer igen."}}},
		StopKey:           "9",
		Recording:         &httpapi.RecordingSettings{Keep: "90d", Channels: 2, Notice: &httpapi.PlayOrSay{Play: "call-recorded"}},
	}
}

// Whoever reads of an attempt sees all that both sides hear and may press, in the
// order in which it happens.
func TestWhatPeopleHear(t *testing.T) {
	const (
		agent    = `the agent hears callback, then "Call to {number}" in en; the agent takes the callback with key 1 within 10s, asked by agent-accept`
		customer = `a machine that answers is left "Vi ringer igen." in sv by voice mb-sw1; the customer hears call-recorded; ` +
			`the customer takes the call with key star within 5s; key 9 forbids further calls; ` +
			`the conversation is recorded, each side apart, and kept for 90d; it ends after 2h; the language is sv`
	)
	assert.Equal(t, agent, wording.AgentHears(allHeard()))
	assert.Equal(t, customer, wording.CustomerHears(allHeard()))
	assert.Empty(t, wording.AgentHears(httpapi.Heard{MaxCall: "4h"})+wording.CustomerHears(httpapi.Heard{MaxCall: "4h"}), "nothing but to be connected")
	assert.Equal(t, "a machine that answers is hung up on", wording.CustomerHears(httpapi.Heard{Voicemail: &httpapi.Voicemail{Action: callback.VoicemailHangUp}}))

	var out bytes.Buffer
	x := explained("Europe/Stockholm")
	x.Attempts[0].Heard = allHeard()
	require.NoError(t, printExplanation(&out, x, stockholm))
	assert.Contains(t, out.String(), "     "+agent+"\n")
	assert.Contains(t, out.String(), "     "+customer+"\n")
	assert.Contains(t, out.String(), "     the agent hears callback\n", "the second attempt, which is another")

	out.Reset()
	s := httpapi.TaskStory{TaskHead: head(callback.TaskScheduled), Attempts: attempts()}
	s.Attempts[0].Settings.Heard = allHeard()
	require.NoError(t, printStory(&out, s, stockholm))
	assert.Contains(t, out.String(), "\n  "+agent+"\n  "+customer+"\n")
}
