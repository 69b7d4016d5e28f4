package httpapi

import (
	"slices"
	"time"

	"callbackd/callback"
)

// TaskHead is what a task in a list and a task with its story have in common.
type TaskHead struct {
	ID      int64              `json:"id" example:"12"`
	Account string             `json:"account" example:"acme"`
	Kind    callback.Kind      `json:"kind" example:"missed" doc:"Where the task comes from: missed calls, a request, or a booked appointment."`
	Number  string             `json:"number" mask:"number" example:"+46701234567" doc:"The customer."`
	State   callback.TaskState `json:"state" example:"scheduled" doc:"scheduled, dialing and held are open; the others are final."`
	Reason  string             `json:"reason,omitempty" mask:"words" example:"customer_no_answer" doc:"Why the task ended. Exhausted: the last result. Expired: give_up_after. Cancelled: customer_called, agent_called (an agent dialled the customer by hand), rule_disabled, origin_deleted, account_frozen, account_removed, called_back (another callback of the customer connected), callback_asked (the customer asked for a callback, or changed an appointment, by phone in the very call that was missed), closed_by_person and after a colon that person's words, shadow (it would have been dialled, were the account live), cancelled_by_customer (the customer did it by the link), or cancelled_by_person and after a colon the words that the person gave."`
	// CancelReason is there between the cancelling and the end of the attempt.
	CancelReason   string          `json:"cancel_reason,omitempty" mask:"words" example:"cancelled_by_person" doc:"Only while dialing, once somebody has cancelled the task. An attempt whose customer leg isn't sent gives way; otherwise it ends by itself, and connected still makes the task completed."`
	Target         callback.Target `json:"target" example:"queue:support" doc:"Who gets the agent leg."`
	Owner          *OwnerSeen      `json:"owner,omitempty" doc:"Whose it is for now, or was when it was over. Absent: nobody's, or it was handed over."`
	LostBy         callback.Target `json:"lost_by,omitzero" example:"queue:support" doc:"Who lost the newest call."`
	Rule           string          `json:"rule,omitempty" example:"lost in the contact center" doc:"The rule that decided."`
	PBX            string          `json:"pbx,omitempty" example:"pbx1" doc:"Where the newest call came in."`
	Arrived        time.Time       `json:"arrived,omitzero" example:"2026-11-20T13:20:01Z" doc:"The task's place in the order: when the oldest call came in; of what was asked for, when that was, or the time that was asked for."`
	At             time.Time       `json:"at,omitzero" example:"2026-11-27T09:00:00Z" doc:"The time that was asked for. Absent: as soon as possible."`
	Schedule       string          `json:"schedule,omitempty" example:"advice" doc:"Of an appointment: the schedule in which it is booked."`
	Identification string          `json:"identification,omitempty" mask:"words" example:"4711000" doc:"Of an appointment: the number by which the customer is known."`
	Late           time.Time       `json:"late,omitzero" example:"2026-11-27T09:16:00Z" doc:"Of an appointment: when it was seen that the booked time had passed without the customer's phone ringing. Absent: it hasn't."`
	Asked          time.Time       `json:"asked,omitzero" example:"2026-11-20T13:20:01Z" doc:"When it was asked for, the last time. Absent: it comes from missed calls."`
	Due            time.Time       `json:"due,omitzero" example:"2026-11-20T13:35:00Z" doc:"The moment from which the next attempt may start. Absent once the task is over."`
	Wake           time.Time       `json:"wake,omitzero" example:"2026-11-23T08:00:00Z" doc:"While the task is due and waits: when it is looked at again by itself, because what it waits for is known to take until then; whatever ends the wait earlier, like an edit of the file, wakes it earlier. Absent where callbackd looks again as soon as something changes."`
	GiveUp         time.Time       `json:"give_up,omitzero" example:"2026-11-24T13:20:00Z" doc:"When the task expires, unless it is over by then: the rule's give_up_after. Absent: never, or the task is over."`
	WaitingFor     string          `json:"waiting_for,omitempty" mask:"words" example:"2 live callers wait in support since 12:03" doc:"Why an open task isn't being dialled right now, in words. Absent while it is dialled and once it is over."`
	HeldBy         string          `json:"held_by,omitempty" example:"one_ring" doc:"Who holds the task: one_ring, the shield against calls of one ring, or a person. Only while it is held."`
	Previous       int64           `json:"previous,omitempty" example:"7" doc:"The finished task that this one follows."`
	Source         string          `json:"source,omitempty" doc:"Where somebody asked for the callback: ivr, web, agent, admin or api. Absent: it comes from missed calls."`
	Note           string          `json:"note,omitempty" mask:"words" example:"wants to know about the offer" doc:"What people wrote who asked for the callback, or who worked on it."`
	Language       string          `json:"language,omitempty" example:"sv"`
	Created        time.Time       `json:"created,omitzero" example:"2026-11-20T13:21:30Z"`
	Updated        time.Time       `json:"updated,omitzero" example:"2026-11-20T13:22:08Z" doc:"The last change of state."`
}

// Task is a task in a list.
type Task struct {
	TaskHead
	Attempts int `json:"attempts" minimum:"0" example:"1" doc:"How many attempts reached out to the customer. 0 for tokens for intake: they learn nothing of it."`
}

// TaskStory is a task with all that happened to it, each list oldest first.
type TaskStory struct {
	TaskHead
	MissedCalls []MissedCall `json:"missed_calls" nullable:"false" doc:"The calls that led to the task or were merged into it."`
	Attempts    []Attempt    `json:"attempts" nullable:"false" doc:"All attempts, also the planned one and those that don't count."`
	Recordings  []Recording  `json:"recordings" nullable:"false" doc:"What was recorded of the attempts that talked."`
	History     []Change     `json:"history" nullable:"false"`
}

// Change is one step in the life of a task or of one of its attempts.
type Change struct {
	At        time.Time `json:"at" example:"2026-11-20T13:21:30Z"`
	AttemptID int64     `json:"attempt_id,omitempty" example:"31" doc:"The attempt that changed; absent for a change of the task itself."`
	Input     string    `json:"input" example:"claim" doc:"What happened."`
	From      string    `json:"from,omitempty" example:"scheduled" doc:"The state before; absent where the row was made."`
	To        string    `json:"to" example:"dialing" doc:"The state after; the same as before where only something else changed."`
	Reason    string    `json:"reason,omitempty" mask:"words" example:"customer_no_answer" doc:"Why; and of what a person did by whom, before that person's own words: cancelled_by_person by alice: wrote an e-mail."`
}

func taskOf(t callback.Task, now time.Time) Task {
	return Task{TaskHead: headOf(t, now), Attempts: t.Attempts}
}

func headOf(t callback.Task, now time.Time) TaskHead {
	head := TaskHead{
		ID: t.ID, Account: t.Account, Kind: t.Kind, Number: t.Number, State: t.State,
		Reason: t.Reason, CancelReason: t.CancelReason, Target: t.Target, Owner: ownerSeen(t), LostBy: t.LostBy,
		Rule: t.Rule, PBX: t.PBX, Arrived: t.Arrived.UTC(), WaitingFor: waitingFor(t, now),
		HeldBy: t.HeldBy, Previous: t.Previous, Source: t.Source, Note: t.Note, Language: t.Language,
		Identification: t.Identification, Late: t.Late.UTC(), At: t.At.UTC(), Asked: t.Asked.UTC(), Created: t.Created.UTC(), Updated: t.Updated.UTC(),
	}
	if schedule, is := t.Book(); is {
		head.Schedule = schedule
	}
	if t.State.Open() {
		head.Due, head.GiveUp = t.Due.UTC(), t.GiveUp.UTC()
	}
	if t.State == callback.TaskScheduled && t.Wake.After(now) && t.Wake.After(t.Due) {
		head.Wake = t.Wake.UTC()
	}
	return head
}

// waitingFor says what keeps an open task from being dialled at now. It is stored
// for tasks that are held, by whoever holds them, and for those that are due, by the
// scheduler.
func waitingFor(t callback.Task, now time.Time) string {
	switch {
	case t.State == callback.TaskHeld:
		return t.WaitingFor
	case t.State != callback.TaskScheduled:
		return ""
	case t.Due.After(now):
		return "it is due at " + t.Due.UTC().Format(time.RFC3339)
	case t.WaitingFor != "":
		return t.WaitingFor
	}
	return "it is due and about to be taken up"
}

func storyOf(
	t callback.Task, missed []callback.MissedCall, attempts []callback.Attempt, recordings []callback.Recording, history []callback.Change, now time.Time,
) TaskStory {
	s := TaskStory{
		TaskHead:    headOf(t, now),
		MissedCalls: make([]MissedCall, 0, len(missed)),
		Attempts:    make([]Attempt, 0, len(attempts)),
		Recordings:  recordingsOf(recordings, func(int64) string { return t.Number }),
		History:     make([]Change, 0, len(history)),
	}
	slices.Reverse(s.Recordings) // the store has the newest first
	kept := map[int64]bool{}
	for _, r := range recordings {
		kept[r.AttemptID] = r.State == callback.RecordingKept
	}
	for i := len(missed) - 1; i >= 0; i-- { // newest first, too
		s.MissedCalls = append(s.MissedCalls, missedCallOf(missed[i]))
	}
	for _, a := range attempts {
		s.Attempts = append(s.Attempts, attemptOf(a, kept[a.ID]))
	}
	for _, c := range history {
		s.History = append(s.History, Change{
			At: c.At.UTC(), AttemptID: c.AttemptID, Input: c.Input, From: c.From, To: c.To, Reason: c.Reason,
		})
	}
	return s
}
