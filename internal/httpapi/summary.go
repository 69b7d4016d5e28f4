package httpapi

import (
	"time"

	"callbackd/callback"
)

// Summary is how callbacks go on one day, and how they stand now.
type Summary struct {
	Account  string    `json:"account,omitempty" example:"acme" doc:"Absent: all accounts that there are for the token."`
	Day      string    `json:"day" format:"date" example:"2026-11-20"`
	Timezone string    `json:"timezone" example:"Europe/Stockholm" doc:"In which the day and its hours are counted: the account's; of several accounts the one that they share, else UTC."`
	Begins   time.Time `json:"begins" example:"2026-11-19T23:00:00Z"`
	Ends     time.Time `json:"ends" example:"2026-11-20T23:00:00Z" doc:"A day has 23 or 25 hours where clocks change."`

	Waiting    SummaryWaiting `json:"waiting" doc:"The open tasks as they are now, of whatever day."`
	InProgress []InProgress   `json:"in_progress" nullable:"false" doc:"The attempts under way now, the oldest first."`
	Counts     SummaryCounts  `json:"counts" doc:"What happened on the day."`
	Hours      []SummaryHour  `json:"hours" nullable:"false" doc:"The same, hour by hour of the account's clock."`
	Promptness Promptness     `json:"promptness" doc:"How soon the customers talked to somebody whom callbackd owed a call from that day on."`
}

// SummaryWaiting counts the open tasks.
type SummaryWaiting struct {
	Due     int `json:"due" minimum:"0" example:"4" doc:"Their time has come, and something is in their way: see reasons."`
	Later   int `json:"later" minimum:"0" example:"7" doc:"Their time comes later."`
	Held    int `json:"held" minimum:"0" example:"1"`
	Dialing int `json:"dialing" minimum:"0" example:"2"`
	// Reasons are the commonest.
	Reasons []WaitingReason `json:"reasons" nullable:"false" doc:"What the tasks that are due or held wait for, the commonest first, at most 20. GET /api/v1/tasks?sort=waiting has each task with its own."`
	Longest time.Time       `json:"longest,omitzero" example:"2026-11-20T13:02:11Z" doc:"Since when the one waits that is due the longest; absent if none is due."`
}

// WaitingReason is what tasks wait for.
type WaitingReason struct {
	Reason string `json:"reason" mask:"words" example:"2 live callers wait in support since 12:03"`
	Tasks  int    `json:"tasks" minimum:"1" example:"3"`
}

// InProgress is an attempt under way, with the task that it is about.
type InProgress struct {
	TaskID        int64                 `json:"task_id" example:"12"`
	AttemptID     int64                 `json:"attempt_id" example:"31"`
	Account       string                `json:"account" example:"acme"`
	Number        string                `json:"number" mask:"number" example:"+46701234567"`
	Kind          callback.Kind         `json:"kind" example:"missed"`
	Target        callback.Target       `json:"target" example:"queue:support"`
	Rule          string                `json:"rule,omitempty" example:"lost in the contact center"`
	PBX           string                `json:"pbx" example:"pbx1"`
	Ordinal       int                   `json:"ordinal" minimum:"1" example:"1"`
	State         callback.AttemptState `json:"state" example:"customer" doc:"agent: the agent's phone rings; agent_up: the agent has answered; customer: the customer's phone rings; bridged: they talk."`
	Agent         string                `json:"agent,omitempty" example:"PJSIP/alice" doc:"The phone that answered."`
	Claimed       time.Time             `json:"claimed,omitzero" example:"2026-11-20T13:21:30Z" doc:"When it began."`
	AgentAnswered time.Time             `json:"agent_answered,omitzero" example:"2026-11-20T13:21:34Z"`
	CustomerSent  time.Time             `json:"customer_sent,omitzero" example:"2026-11-20T13:21:38Z"`
	Bridged       time.Time             `json:"bridged,omitzero" example:"2026-11-20T13:21:45Z"`
	Recorded      bool                  `json:"recorded,omitempty" doc:"The conversation is to be recorded."`
}

// SummaryCounts is what happened in some time.
type SummaryCounts struct {
	Missed     int `json:"missed" minimum:"0" example:"31" doc:"Missed calls, by when they were lost."`
	Refused    int `json:"refused" minimum:"0" example:"5" doc:"Of these, the ones that aren't called back."`
	Asked      int `json:"asked" minimum:"0" example:"6" doc:"Requests and appointments, by when they were asked for or, if for a time, by that time."`
	CalledBack int `json:"called_back" minimum:"0" example:"19" doc:"Callbacks that connected and are over, by when the two began to talk. Those who still talk are in progress."`
	Helped     int `json:"helped" minimum:"0" example:"3" doc:"Callbacks that became unnecessary, because the customer talked to somebody otherwise: customer_called, agent_called, called_back."`
	GivenUp    int `json:"given_up" minimum:"0" example:"2" doc:"Tasks that ended exhausted or expired."`
	Cancelled  int `json:"cancelled" minimum:"0" example:"1" doc:"Tasks that were cancelled for any other reason than those of helped."`
}

// SummaryHour is one hour by the account's clock.
type SummaryHour struct {
	Begins time.Time `json:"begins" example:"2026-11-20T13:00:00Z"`
	SummaryCounts
}

// Promptness is how soon customers talked to somebody.
type Promptness struct {
	Tasks      int     `json:"tasks" minimum:"0" example:"28" doc:"Tasks whose time began on the day: when the oldest of a task's calls was lost, when a callback was asked for or, if for a time, that time. Left out are tasks that a person cancelled or closed, and those of an account in shadow."`
	CalledBack int     `json:"called_back" minimum:"0" example:"19" doc:"Of these, the ones whose customer has talked, or talks, to an agent whom callbackd connected."`
	Median     float64 `json:"median_seconds" minimum:"0" example:"312" doc:"How long half of those called back waited at most; 0 if there are none. The nearest rank: one of the times themselves."`
	Percentile float64 `json:"p90_seconds" minimum:"0" example:"1860" doc:"How long nine in ten of those called back waited at most; 0 if there are none."`
	// Within are the shares of 15 minutes, an hour and a day.
	Within []PromptShare `json:"within" nullable:"false"`
}

// PromptShare is the share of customers who talked to somebody within some time, whether
// callbackd called them or they talked otherwise.
type PromptShare struct {
	Seconds int     `json:"seconds" example:"900" doc:"900, 3600 and 86400."`
	In      int     `json:"in" minimum:"0" example:"21" doc:"Talked to somebody in time."`
	Late    int     `json:"late" minimum:"0" example:"6" doc:"Didn't: talked later, or the time is over, or the task ended without that."`
	Open    int     `json:"open" minimum:"0" example:"1" doc:"Not decided: the task is open and its time isn't over. These don't count."`
	Share   float64 `json:"share,omitempty" minimum:"0" maximum:"1" example:"0.7777777777777778" doc:"in / (in + late). Absent where that is 0, or nothing is decided."`
}
