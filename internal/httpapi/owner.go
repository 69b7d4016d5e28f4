package httpapi

import (
	"time"

	"callbackd/callback"
)

// TaskOwner is whose a callback is at first.
type TaskOwner struct {
	_ struct{} `additionalProperties:"false"`

	Agent string          `json:"agent" maxLength:"100" example:"alice" doc:"An agent of the account's file."`
	Hours int             `json:"hours" minimum:"1" maximum:"240" example:"4" doc:"For how long. Only hours count in which the customer may be called."`
	Then  callback.Target `json:"then,omitzero" maxLength:"200" example:"queue:support" doc:"Who gets it afterwards. Left out: target, or whoever that stands for."`
}

// owner is what the desk knows it as; nil: nothing is said of one.
func (o *TaskOwner) owner() *callback.Owner {
	if o == nil {
		return nil
	}
	return &callback.Owner{Agent: o.Agent, For: time.Duration(o.Hours) * time.Hour, Then: o.Then}
}

// ownerWritten is what a file says; nil: nothing.
func ownerWritten(o *callback.Owner) *TaskOwner {
	if o == nil {
		return nil
	}
	return &TaskOwner{Agent: o.Agent, Hours: int(o.For / time.Hour), Then: o.Then}
}

// OwnerSeen is whose a task is for now.
type OwnerSeen struct {
	Agent string          `json:"agent" example:"alice" doc:"The agent who calls until then."`
	Hours int             `json:"hours" example:"4" doc:"For how long it is the agent's: hours in which the customer may be called."`
	Then  callback.Target `json:"then" example:"queue:support" doc:"Who gets it afterwards."`
	Until time.Time       `json:"until" example:"2026-11-23T11:20:00Z" doc:"When it is handed over; of a task that is being dialled, when that attempt has ended."`
}

// ownerSeen is nil where the task is nobody's.
func ownerSeen(t callback.Task) *OwnerSeen {
	if t.Owner.IsZero() {
		return nil
	}
	return &OwnerSeen{Agent: t.Owner.Agent, Hours: int(t.Owner.For / time.Hour), Then: t.Owner.Then, Until: t.OwnerUntil.UTC()}
}
