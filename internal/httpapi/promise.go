package httpapi

import (
	"time"

	"callbackd/callback"
)

// Promise is what a customer was promised, as the customer may read it.
type Promise struct {
	Account     string        `json:"account" example:"acme"`
	Kind        callback.Kind `json:"kind" example:"appointment" doc:"A request, or a booked appointment."`
	Schedule    string        `json:"schedule,omitempty" example:"advice" doc:"Of an appointment: the schedule in which it is booked."`
	Number      string        `json:"number" mask:"number" example:"+46701234567" doc:"Who is called."`
	State       PromiseState  `json:"state" example:"waiting" doc:"waiting: the call is to come. calling: it is being made. called: agent and customer have talked. not_reached: it was tried in vain, and isn't any more. cancelled: it isn't made, because the customer or somebody else cancelled it, or because it was done in another way."`
	At          time.Time     `json:"at,omitzero" example:"2026-11-27T09:00:00Z" doc:"The time that was asked for, or is booked. Absent: as soon as possible."`
	Timezone    string        `json:"timezone,omitempty" example:"Europe/Stockholm" doc:"Of the office, for showing times. Absent: the account has no rules in force."`
	Tried       int           `json:"tried" minimum:"0" example:"1" doc:"How often the customer's phone was rung for it so far."`
	Language    string        `json:"language,omitempty" example:"sv"`
	Asked       time.Time     `json:"asked,omitzero" example:"2026-11-20T13:20:01Z" doc:"When it was asked for, the last time."`
	Reschedules bool          `json:"may_be_rescheduled" doc:"It waits, and may be given another time."`
	Cancels     bool          `json:"may_be_cancelled" doc:"It isn't over, and nobody has cancelled it."`
}

// PromiseState is how a promise stands, for its customer.
type PromiseState string

// PromiseStates lists all.
var PromiseStates = []PromiseState{PromiseWaiting, PromiseCalling, PromiseCalled, PromiseNotReached, PromiseCancelled}

// The states of promises.
const (
	PromiseWaiting    PromiseState = "waiting"
	PromiseCalling    PromiseState = "calling"
	PromiseCalled     PromiseState = "called"
	PromiseNotReached PromiseState = "not_reached"
	PromiseCancelled  PromiseState = "cancelled"
)

// promiseStates are those of tasks as customers are told them. Who holds a task, and why,
// isn't their business.
var promiseStates = map[callback.TaskState]PromiseState{
	callback.TaskScheduled: PromiseWaiting,
	callback.TaskHeld:      PromiseWaiting,
	callback.TaskDialing:   PromiseCalling,
	callback.TaskCompleted: PromiseCalled,
	callback.TaskExhausted: PromiseNotReached,
	callback.TaskExpired:   PromiseNotReached,
	callback.TaskCancelled: PromiseCancelled,
}

func promiseOf(t callback.Task, zone string) Promise {
	p := Promise{
		Account: t.Account, Kind: t.Kind, Number: t.Number, State: promiseStates[t.State], At: t.At.UTC(), Timezone: zone,
		Tried: t.Attempts, Language: t.Language, Asked: t.Asked.UTC(),
		Reschedules: t.State == callback.TaskScheduled || t.State == callback.TaskHeld,
		Cancels:     t.State.Open() && t.CancelReason == "",
	}
	if schedule, is := t.Book(); is {
		p.Schedule = schedule
	}
	return p
}
