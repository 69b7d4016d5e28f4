package wording

import (
	"fmt"
	"strconv"
	"strings"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// AgentHears is what the agent hears and presses before the customer is called;
// "" is nothing.
func AgentHears(h httpapi.Heard) string {
	var heard, parts []string
	if h.AgentPrompt != "" {
		heard = append(heard, h.AgentPrompt)
	}
	if h.AgentAnnouncement != nil {
		heard = append(heard, soundIn(httpapi.PlayOrSay{Say: h.AgentAnnouncement}))
	}
	if heard != nil {
		parts = append(parts, "the agent hears "+strings.Join(heard, ", then "))
	}
	if h.AgentAccept != nil {
		parts = append(parts, "the agent takes the callback"+keyIn(*h.AgentAccept))
	}
	return strings.Join(parts, "; ")
}

// CustomerHears is what becomes of the customer's leg from the answer on, in the
// order in which it happens; "" is nothing but to be connected.
func CustomerHears(h httpapi.Heard) string {
	var parts []string
	if v := h.Voicemail; v != nil {
		then := "hung up on"
		if v.Message != nil {
			then = "left " + soundIn(*v.Message)
		}
		parts = append(parts, "a machine that answers is "+then)
	}
	if h.Recording != nil && h.Recording.Notice != nil {
		parts = append(parts, "the customer hears "+soundIn(*h.Recording.Notice))
	}
	if h.CustomerAccept != nil {
		parts = append(parts, "the customer takes the call"+keyIn(*h.CustomerAccept))
	}
	if h.StopKey != "" {
		parts = append(parts, "key "+h.StopKey+" forbids further calls")
	}
	if r := h.Recording; r != nil {
		recorded := "the conversation is recorded"
		if r.Channels > 1 {
			recorded += ", each side apart,"
		}
		parts = append(parts, recorded+" and kept for "+r.Keep)
	}
	if h.MaxCall != "" && h.MaxCall != callback.FormatDuration(callback.MaxCall) {
		parts = append(parts, "it ends after "+h.MaxCall)
	}
	if h.Language != "" {
		parts = append(parts, "the language is "+h.Language)
	}
	return strings.Join(parts, "; ")
}

// keyIn says by which key, and until when, a person takes a call.
func keyIn(a httpapi.Accept) string {
	text := fmt.Sprintf(" with key %s within %s", a.Key, a.Within)
	if a.Ask != nil {
		text += ", asked by " + soundIn(*a.Ask)
	}
	return text
}

// soundIn names a sound, or quotes what is said.
func soundIn(s httpapi.PlayOrSay) string {
	if s.Say == nil {
		return s.Play
	}
	text := strconv.Quote(s.Say.Text)
	if s.Say.Language != "" {
		text += " in " + s.Say.Language
	}
	if s.Say.Voice != "" {
		text += " by voice " + s.Say.Voice
	}
	return text
}
