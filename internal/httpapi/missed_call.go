package httpapi

import (
	"time"

	"callbackd/callback"
)

// MissedCall is one customer's call that reached nobody, with what was decided.
type MissedCall struct {
	ID       int64             `json:"id" example:"40"`
	Account  string            `json:"account,omitempty" example:"acme" doc:"Absent where it is nobody's."`
	Number   string            `json:"number,omitempty" mask:"number" example:"+46701234567" doc:"The caller; absent where what the trunk delivered is no number."`
	Caller   string            `json:"caller,omitempty" mask:"number" example:"0701234567" doc:"The caller as the trunk delivered it."`
	Dialled  string            `json:"dialled,omitempty" example:"+4685550000" doc:"The dialled number as the trunk delivered it."`
	PBX      string            `json:"pbx" example:"pbx1"`
	CallID   string            `json:"call_id" example:"1795181234.17" doc:"Asterisk's unique id of the customer's channel. Where Asterisk gave an id anew, after its clock was set back, an @ and the time of the call's arrival follow: 1795181234.17@2026-11-20T13:20:01Z."`
	Trunk    string            `json:"trunk,omitempty" example:"PJSIP/pstn"`
	LostBy   callback.Target   `json:"lost_by,omitzero" example:"queue:support"`
	Arrived  time.Time         `json:"arrived" example:"2026-11-20T13:20:01Z" doc:"When the call came in."`
	Lost     time.Time         `json:"lost" example:"2026-11-20T13:21:30Z" doc:"When the call ended."`
	Decision callback.Decision `json:"decision" example:"task_created"`
	Reason   callback.Reason   `json:"reason,omitempty" example:"anonymous" doc:"Why it isn't called back; only where it was refused. docs/missed-calls.md says what each means."`
	Rule     string            `json:"rule,omitempty" example:"lost in the contact center" doc:"The rule that decided."`
	TaskID   int64             `json:"task_id,omitempty" example:"12" doc:"The task that the call led to or was merged into."`
	Source   callback.Source   `json:"source" example:"events" doc:"Who told of the call: Asterisk's events, or the logs that it keeps, where callbackd was away."`
	Recorded time.Time         `json:"recorded" example:"2026-11-20T13:21:30Z" doc:"When callbackd took note of it; later than lost where a log told it."`
}

func missedCallOf(m callback.MissedCall) MissedCall {
	return MissedCall{
		ID: m.ID, Account: m.Account, Number: m.Number, Caller: m.Caller, Dialled: m.Dialled,
		PBX: m.PBX, CallID: m.CallID, Trunk: m.Trunk, LostBy: m.LostBy,
		Arrived: m.Arrived.UTC(), Lost: m.Lost.UTC(), Decision: m.Decision, Reason: m.Reason,
		Rule: m.Rule, TaskID: m.TaskID, Source: m.Source, Recorded: m.Recorded.UTC(),
	}
}
