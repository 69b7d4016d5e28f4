package httpapi

import (
	"cmp"

	"callbackd/callback"
)

// Heard is what agent and customer hear in an attempt, and which keys they may
// press. Durations are written as in the rules file.
type Heard struct {
	Language          string             `json:"language,omitempty" example:"sv" doc:"Of what is played and spoken, where the customer's own isn't known."`
	AgentPrompt       string             `json:"agent_prompt,omitempty" example:"callback" doc:"A sound that the agent hears before the customer is called."`
	AgentAnnouncement *Speech            `json:"agent_announcement,omitempty" doc:"Spoken to the agent after the prompt; its text may have {number}, {queue} and {minutes}."`
	AgentAccept       *Accept            `json:"agent_accept,omitempty" doc:"Absent: an agent who answers takes the callback."`
	CustomerAccept    *Accept            `json:"customer_accept,omitempty" doc:"Absent: a customer who answers is connected."`
	Voicemail         *Voicemail         `json:"voicemail,omitempty" doc:"What is done where a machine seems to have answered; absent: it isn't looked for."`
	StopKey           string             `json:"stop_key,omitempty" example:"9" doc:"A key with which customers forbid further calls: 0 to 9, star or hash."`
	MaxCall           string             `json:"max_call" example:"4h" doc:"The longest conversation."`
	Recording         *RecordingSettings `json:"recording,omitempty" doc:"Absent: the conversation isn't recorded."`
}

// PlayOrSay is a sound of the library, or a text that is spoken.
type PlayOrSay struct {
	Play string  `json:"play,omitempty" example:"call-recorded"`
	Say  *Speech `json:"say,omitempty"`
}

// Speech is a text that a program speaks.
type Speech struct {
	Language string `json:"language,omitempty" example:"sv"`
	Voice    string `json:"voice,omitempty" example:"sv" doc:"Absent: the one named like the language."`
	Text     string `json:"text" example:"Samtalet spelas in."`
}

// Accept is a key by which a person takes a call.
type Accept struct {
	Key    string     `json:"key" example:"1" doc:"0 to 9, star or hash."`
	Within string     `json:"within" example:"10s" doc:"How long the key is waited for, once it has been asked for."`
	Ask    *PlayOrSay `json:"ask,omitempty" doc:"What asks for the key; absent: nothing."`
}

// Voicemail says what becomes of a call that a machine seems to have answered.
type Voicemail struct {
	Action  callback.VoicemailAction `json:"action" example:"leave"`
	Message *PlayOrSay               `json:"message,omitempty" doc:"What is left."`
}

// RecordingSettings says how conversations are recorded.
type RecordingSettings struct {
	Keep     string     `json:"keep" example:"90d" doc:"How long the recording is kept."`
	Channels int        `json:"channels" example:"1" doc:"1: both sides together; 2: the customer left, the agent right."`
	Notice   *PlayOrSay `json:"notice,omitempty" doc:"What tells the customer, before the agent is heard."`
}

func heardOf(s callback.Settings) Heard {
	document := Heard{
		Language: s.Language, AgentPrompt: s.AgentPrompt, AgentAnnouncement: (*Speech)(s.AgentAnnouncement),
		AgentAccept: acceptOf(s.AgentAccept), CustomerAccept: acceptOf(s.CustomerAccept),
		StopKey: callback.FormatKey(s.StopKey), MaxCall: callback.FormatDuration(cmp.Or(s.MaxCall, callback.MaxCall)),
	}
	if s.Voicemail.Listens() {
		document.Voicemail = &Voicemail{Action: s.Voicemail.Action, Message: playOrSay(s.Voicemail.Message)}
	}
	if r := s.Recording; r != nil {
		document.Recording = &RecordingSettings{
			Keep: callback.FormatDuration(r.Keep), Channels: cmp.Or(r.Channels, 1), Notice: playOrSay(r.Notice),
		}
	}
	return document
}

func playOrSay(s callback.Sound) *PlayOrSay {
	if s.IsZero() {
		return nil
	}
	return &PlayOrSay{Play: s.Play, Say: (*Speech)(s.Say)}
}

func acceptOf(a *callback.Accept) *Accept {
	if a == nil {
		return nil
	}
	return &Accept{Key: callback.FormatKey(a.Key), Within: callback.FormatDuration(a.Within), Ask: playOrSay(a.Ask)}
}
