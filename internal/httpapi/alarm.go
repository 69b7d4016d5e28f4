package httpapi

import "time"

// Alarm is something that wants a person, as the log said it in the last 24 hours, since
// callbackd started. The same alarm about the same thing is one.
type Alarm struct {
	Name    string    `json:"name" example:"target_missing" doc:"As the field alarm of the log has it."`
	Account string    `json:"account,omitempty" example:"acme" doc:"Absent where it is about no single account."`
	About   string    `json:"about,omitempty" mask:"text" example:"pbx pbx1, name queue:support" doc:"Which thing: the fields of the line that name it."`
	Message string    `json:"message" mask:"text" example:"callbackd needs help" doc:"What the newest line says, with its error."`
	Means   string    `json:"means,omitempty" example:"Asterisk doesn't know a queue or a phone that tasks wait for. They wait."`
	Act     string    `json:"act,omitempty" example:"Add it to queues.conf and queue reload all." doc:"What to do, as docs/operations.md says it."`
	TaskID  int64     `json:"task_id,omitempty" example:"12" doc:"The task of the newest line, if it names one."`
	Count   int       `json:"count" minimum:"1" example:"3" doc:"How many lines."`
	First   time.Time `json:"first" example:"2026-11-20T13:02:11Z"`
	Last    time.Time `json:"last" example:"2026-11-20T13:22:11Z"`
	Over    time.Time `json:"over,omitzero" example:"2026-11-20T13:30:00Z" doc:"When callbackd saw that it is over. Absent for one that stands, and for all of which callbackd can't tell."`
}

// AlarmList has alarms, those that stand first, then the newest first.
type AlarmList struct {
	Since  time.Time `json:"since" example:"2026-11-20T06:00:00Z" doc:"From when on these are: callbackd's start, at most 24 hours ago."`
	Alarms []Alarm   `json:"alarms" nullable:"false"`
}
