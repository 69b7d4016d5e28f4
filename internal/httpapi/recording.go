package httpapi

import (
	"time"

	"callbackd/callback"
)

// Recording is what is known of the recording of one conversation.
type Recording struct {
	ID        int64                   `json:"id" example:"7"`
	Account   string                  `json:"account" example:"acme"`
	Number    string                  `json:"number,omitempty" mask:"number" example:"+46701234567" doc:"The customer's; absent where the customer was forgotten."`
	TaskID    int64                   `json:"task_id" example:"12"`
	AttemptID int64                   `json:"attempt_id" example:"31"`
	State     callback.RecordingState `json:"state" example:"kept" doc:"unverified: nobody could look since the conversation was over; kept; empty: there is a file, without audio; missing: there is none, though people talked; deleted."`
	PBX       string                  `json:"pbx" example:"pbx1" doc:"Where the files lie, in Asterisk's recording folder."`
	Files     []string                `json:"files" nullable:"false" example:"[\"acme/2026-11/6l0c8qg3f5s1m2v7t9n4b0kd2e.wav\"]" doc:"One of both sides, or the customer's and the agent's."`
	Channels  int                     `json:"channels" example:"1" doc:"1: both sides together; 2: the customer left, the agent right."`
	Bytes     int64                   `json:"bytes" minimum:"0" example:"1440044" doc:"Of all files."`
	Seconds   float64                 `json:"seconds" minimum:"0" example:"90"`
	Made      time.Time               `json:"made" example:"2026-11-20T13:21:45Z" doc:"When they began to talk."`
	KeepUntil time.Time               `json:"keep_until" example:"2027-02-18T13:24:02Z" doc:"When it is deleted, within the hour."`
}

// recordingOf makes the document of a recording of a task, of which the number may be unknown.
func recordingOf(r callback.Recording, number string) Recording {
	document := Recording{
		Number: number,
		ID:     r.ID, Account: r.Account, TaskID: r.TaskID, AttemptID: r.AttemptID, State: r.State, PBX: r.PBX, Channels: r.Channels,
		Bytes: r.Bytes, Seconds: r.Duration.Seconds(), Made: r.Made.UTC(), KeepUntil: r.KeepUntil.UTC(),
	}
	for _, file := range r.Files() {
		document.Files = append(document.Files, file+".wav")
	}
	return document
}

// recordingsOf makes the documents of recordings; number tells the number of a task.
func recordingsOf(rows []callback.Recording, number func(taskID int64) string) []Recording {
	list := make([]Recording, len(rows))
	for i, r := range rows {
		list[i] = recordingOf(r, number(r.TaskID))
	}
	return list
}
