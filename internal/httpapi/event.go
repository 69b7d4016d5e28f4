package httpapi

import "time"

// Event says that something changed. It has no customer's number and no words of anybody:
// who wants to know more reads the thing.
type Event struct {
	ID      string    `json:"id" example:"6l0c8qg3-4711" doc:"Where the stream stands. Sent back as Last-Event-ID it goes on behind this event."`
	Kind    EventKind `json:"kind" example:"task" doc:"What changed: a task, an attempt, a missed call that came, something that people switch off and on, the rules of an account, a PBX that came or went, an alarm. reset: events may be missing; read everything anew."`
	At      time.Time `json:"at,omitzero" example:"2026-11-20T13:21:30Z" doc:"Absent of a reset."`
	Account string    `json:"account,omitempty" example:"acme" doc:"Absent where it is about no single account."`
	TaskID  int64     `json:"task_id,omitempty" example:"12"`
	// AttemptID and MissedCallID are those of what changed.
	AttemptID    int64  `json:"attempt_id,omitempty" example:"31"`
	MissedCallID int64  `json:"missed_call_id,omitempty" example:"40"`
	Name         string `json:"name,omitempty" example:"pbx1" doc:"Of a PBX, an alarm, or what was switched: stopped, frozen, or the name of a rule."`
	State        string `json:"state,omitempty" example:"dialing" doc:"As it is now: the state of a task or an attempt, the decision about a missed call, on or off, ready or away, raised or over."`
}

// EventKind is what an event is about, and its name in the stream.
type EventKind string

// The kinds of events.
const (
	EventTask       EventKind = "task"
	EventAttempt    EventKind = "attempt"
	EventMissedCall EventKind = "missed_call"
	EventSwitch     EventKind = "switch"
	EventRules      EventKind = "rules"
	EventPBX        EventKind = "pbx"
	EventAlarm      EventKind = "alarm"
	EventReset      EventKind = "reset"
)

// EventKinds lists all kinds of events.
var EventKinds = []EventKind{EventTask, EventAttempt, EventMissedCall, EventSwitch, EventRules, EventPBX, EventAlarm, EventReset}
